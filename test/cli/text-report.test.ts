import { describe, expect, it } from 'vitest';
import { play } from './play-report.ts';
import { DRY_RUN, FULL_DISK, LOCKED, MIXED } from './sample-reports.ts';

const PROBLEMS = `\
error: 2025-12-19 OTC failed: otc_week_2025-12-19.psv is cut off: its last line (5,329) has 3 of 8 fields and no line end
try: copy the file again, then run the same command; the other partitions are not touched
`;
const WARNING = `\
warning: 2025-12-19 NMS_TIER_1: venues are 62 % fewer than in the week 2025-12-12; a holiday is likely
`;
const NOTICE = `\
notice: 2025-12-22 stands for the week ending 2025-12-19 (FINRA's Monday 2025-12-15)
`;

describe('the text report without a terminal', () => {
  it('tells of a run from its window to its exit code', () => {
    const { stdout, stderr } = play(MIXED);
    expect(stderr).toBe(NOTICE + WARNING + PROBLEMS);
    expect(stdout).toBe(`\
FINRA OTC transparency  weekly run, run date 2026-01-12
  weeks       2025-12-26, 2025-12-19, 2025-12-12
  tiers       NMS_TIER_1, NMS_TIER_2, OTC
  source      file, data/finra_otc
  database    data/market_spine.db
  plan        3 to ingest, 1 to resume, 2 to skip, 2 awaiting publication, 1 late

Ingest                             time      rows  from
  ok      2025-12-19  NMS_TIER_1  0.71s    14,123  nms_tier_1_week_2025-12-19.psv
  ok      2025-12-19  NMS_TIER_2  1.52s    30,456  nms_tier_2_week_2025-12-19.psv
  FAILED  2025-12-19  OTC         0.03s  otc_week_2025-12-19.psv is cut off: its last line (5,329...

Normalize                          time      rows  rejects
  ok      2025-12-19  NMS_TIER_1  0.94s    14,111       12
  ok      2025-12-19  NMS_TIER_2  2.03s    30,456        0

Calcs                              time    volume    share      hhi
  ok      2025-12-19  NMS_TIER_1  0.35s    14,111   14,111    4,703
  ok      2025-12-19  NMS_TIER_2  0.35s    30,456   30,456   10,152
  ok      2025-12-12  NMS_TIER_2  0.25s         -        -    9,800
  ok      2025-12-12  tier split  0.25s     8,034 rows

Weeks         NMS_TIER_1  NMS_TIER_2  OTC        tier split
  2025-12-26  late        awaiting    awaiting   awaited
  2025-12-19  ingested    ingested    FAILED     awaited
  2025-12-12  unchanged   resumed     unchanged  computed

Totals
  partitions  1 failed, 2 ingested, 1 resumed, 2 unchanged, 2 awaiting publication, 1 late
  rows        73,579
  rejects     16
  anomalies   1
  time        12.3s

exit 1, partial failure: at least one partition needs attention
`);
  });

  it('tells only problems and one summary line when it is to be quiet', () => {
    const { stdout, stderr } = play(MIXED, { verbosity: 'quiet' });
    expect(stderr).toBe(WARNING + PROBLEMS);
    expect(stdout).toBe(`\
exit 1, partial failure: 1 failed, 2 ingested, 1 resumed, 2 unchanged, 2 awaiting publication, 1 late, 73,579 rows, 16 rejects, 12.3s
`);
  });

  it('adds reasons, stage times, readiness and unmatched files when it is to be verbose', () => {
    const { stdout, stderr } = play(MIXED, { verbosity: 'verbose' });
    expect(stderr).toBe(NOTICE + WARNING + PROBLEMS);
    expect(stdout).toBe(`\
FINRA OTC transparency  weekly run, run date 2026-01-12
  run         20260112T110000Z-4711
  weeks       2025-12-26, 2025-12-19, 2025-12-12
  tiers       NMS_TIER_1, NMS_TIER_2, OTC
  source      file, data/finra_otc
  database    data/market_spine.db
  plan        3 to ingest, 1 to resume, 2 to skip, 2 awaiting publication, 1 late

Plan
    2025-12-26  NMS_TIER_1  wait (publication late, due after 2026-01-15)
    2025-12-26  NMS_TIER_2  wait (not yet published, expected 2026-01-26)
    2025-12-26  OTC         wait (not yet published, expected 2026-01-26)
    2025-12-19  NMS_TIER_1  ingest (first capture)  nms_tier_1_week_2025-12-19.psv
    2025-12-19  NMS_TIER_2  ingest (first capture)  nms_tier_2_week_2025-12-19.psv
    2025-12-19  OTC         ingest (first capture)  otc_week_2025-12-19.psv
    2025-12-12  NMS_TIER_1  skip (unchanged)
    2025-12-12  NMS_TIER_2  resume (calcs pending)
    2025-12-12  OTC         skip (unchanged)

Ingest                             time      rows  from
  ok      2025-12-19  NMS_TIER_1  0.71s    14,123  nms_tier_1_week_2025-12-19.psv
  ok      2025-12-19  NMS_TIER_2  1.52s    30,456  nms_tier_2_week_2025-12-19.psv
  FAILED  2025-12-19  OTC         0.03s  otc_week_2025-12-19.psv is cut off: its last line (5,329...

Normalize                          time      rows  rejects
  ok      2025-12-19  NMS_TIER_1  0.94s    14,111       12
  ok      2025-12-19  NMS_TIER_2  2.03s    30,456        0

Calcs                              time    volume    share      hhi
  ok      2025-12-19  NMS_TIER_1  0.35s    14,111   14,111    4,703  0.20s 0.10s 0.05s
  ok      2025-12-19  NMS_TIER_2  0.35s    30,456   30,456   10,152  0.20s 0.10s 0.05s
  ok      2025-12-12  NMS_TIER_2  0.25s         -        -    9,800  0.25s
  ok      2025-12-12  tier split  0.25s     8,034 rows

Weeks         NMS_TIER_1  NMS_TIER_2  OTC        tier split
  2025-12-26  late        awaiting    awaiting   awaited
  2025-12-19  ingested    ingested    FAILED     awaited
  2025-12-12  unchanged   resumed     unchanged  computed

Readiness
  2025-12-26  not ready: NMS_TIER_1 is late; OTC is awaited; awaited until 2026-01-26
  2025-12-19  not ready: OTC is not accepted
  2025-12-12  ready

Unmatched files  belong to no partition
  README.txt

Totals
  partitions  1 failed, 2 ingested, 1 resumed, 2 unchanged, 2 awaiting publication, 1 late
  rows        73,579
  rejects     16
  anomalies   1
  time        12.3s

exit 1, partial failure: at least one partition needs attention
`);
  });

  it('tells what a dry run would do, and of no work', () => {
    const { stdout, stderr } = play(DRY_RUN);
    expect(stderr).toBe(`\
error: 2025-12-12 OTC would fail: no file for 2025-12-12 OTC in data/finra_otc, due since 2026-01-12
try: download it into data/finra_otc
`);
    expect(stdout).toBe(`\
FINRA OTC transparency  dry run, nothing is written, run date 2026-01-12
  weeks       2025-12-26, 2025-12-19, 2025-12-12
  tiers       NMS_TIER_1, OTC
  source      file, data/finra_otc
  database    data/market_spine.db

Plan
    2025-12-26  NMS_TIER_1  would wait (publication late, due after 2026-01-15)
    2025-12-26  OTC         would wait (not yet published, expected 2026-01-26)
    2025-12-26  tier split  would wait (until all three tiers are accepted)
    2025-12-19  NMS_TIER_1  would ingest (first capture)  nms_tier_1_week_2025-12-19.psv
    2025-12-19  OTC         would resume (calcs pending)
    2025-12-19  tier split  would compute (inputs new or revised)
    2025-12-12  NMS_TIER_1  would skip (unchanged)
    2025-12-12  OTC         WOULD FAIL (source missing)
    2025-12-12  tier split  would skip (unchanged)

Totals
  partitions  1 would fail, 2 to ingest or resume, 1 unchanged, 1 awaiting publication, 1 late

exit 1, partial failure: at least one partition needs attention
`);
  });

  it('sums a dry run up in one line when it is to be quiet', () => {
    expect(play(DRY_RUN, { verbosity: 'quiet' }).stdout).toBe(
      'exit 1, partial failure: 1 would fail, 2 to ingest or resume, 1 unchanged, 1 awaiting publication, 1 late, dry run\n',
    );
  });

  it('tells what stopped a run, and what it had done by then', () => {
    const { stdout, stderr } = play(FULL_DISK);
    expect(stderr).toBe(`\
error: data/market_spine.db cannot be written: the disk is full
try: free space on its volume, then run the same command
`);
    expect(stdout).toBe(`\
FINRA OTC transparency  weekly run, run date 2026-01-12
  weeks       2025-12-19
  tiers       NMS_TIER_1, OTC
  source      file, data/finra_otc
  database    data/market_spine.db
  plan        2 to ingest

Ingest                             time      rows  from
  ok      2025-12-19  NMS_TIER_1  0.71s    14,123  nms_tier_1_week_2025-12-19.psv

Normalize                          time      rows  rejects
  ok      2025-12-19  NMS_TIER_1  0.94s    14,123        0

Calcs                              time    volume    share      hhi
  ok      2025-12-19  NMS_TIER_1  0.35s    14,123   14,123    4,707

Weeks         NMS_TIER_1  OTC            tier split
  2025-12-19  ingested    NOT ATTEMPTED  NOT ATTEMPTED

Totals
  partitions  1 not attempted, 1 ingested
  rows        14,123
  rejects     0
  anomalies   1
  time        12.3s

exit 2, critical: the run could not do its job
`);
  });

  it.each(['quiet', 'normal', 'verbose'] as const)('has little to say of a run without a plan (%s)', (verbosity) => {
    const { stdout, stderr } = play(LOCKED, { verbosity, events: [] });
    expect(stderr).toBe(`\
error: another run holds data/market_spine.db: spine-1, pid 4711, since 2026-01-12 10:58:01 UTC
try: wait until it has ended
`);
    expect(stdout).toBe('exit 2, critical: the run could not do its job\n');
  });
});
