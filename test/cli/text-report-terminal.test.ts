import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/schedule/report.ts';
import { PIPE, play, screenOf, tty } from './play-report.ts';
import { eventsOf } from './report-builder.ts';
import { DRY_RUN, everyOutcome, FULL_DISK, LOCKED, MIXED } from './sample-reports.ts';

const PLAIN = { NO_COLOR: '1' };

describe('the text report on a terminal', () => {
  const reports = { MIXED, DRY_RUN, FULL_DISK, LOCKED, everyOutcome: everyOutcome(OUTCOMES) };
  const cases = Object.entries(reports).flatMap(([name, result]) =>
    [80, 120].flatMap((columns) =>
      (['quiet', 'normal', 'verbose'] as const).map((verbosity) => ({ name, result, columns, verbosity })),
    ),
  );

  it.each(cases)('has no line over $columns columns ($name, $verbosity)', ({ result, columns, verbosity }) => {
    const lines = screenOf(play(result, { verbosity, stdout: tty(columns) }).both);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it('has marks, wrapped messages with a blank line before them, and cut names at 80 columns', () => {
    expect(screenOf(play(MIXED, { stdout: tty(80) }).both)).toEqual(
      `\
FINRA OTC transparency  weekly run, run date 2026-01-12
  weeks       2025-12-26, 2025-12-19, 2025-12-12
  tiers       NMS_TIER_1, NMS_TIER_2, OTC
  source      file, data/finra_otc
  database    data/market_spine.db
  plan        3 to ingest, 1 to resume, 2 to skip, 2 awaiting publication,
              1 late

Ingest                       time      rows  from
  ✓ 2025-12-19  NMS_TIER_1  0.71s    14,123  nms_tier_1_week_2025-12-19.psv
  ✓ 2025-12-19  NMS_TIER_2  1.52s    30,456  nms_tier_2_week_2025-12-19.psv
  ✗ 2025-12-19  OTC         0.03s  otc_week_2025-12-19.psv is cut off: its last…

Normalize                    time      rows  rejects
  ✓ 2025-12-19  NMS_TIER_1  0.94s    14,111       12
  ✓ 2025-12-19  NMS_TIER_2  2.03s    30,456        0

Calcs                        time    volume    share      hhi
  ✓ 2025-12-19  NMS_TIER_1  0.35s    14,111   14,111    4,703
  ✓ 2025-12-19  NMS_TIER_2  0.35s    30,456   30,456   10,152
  ✓ 2025-12-12  NMS_TIER_2  0.25s         -        -    9,800
  ✓ 2025-12-12  tier split  0.25s     8,034 rows

Weeks         NMS_TIER_1   NMS_TIER_2  OTC          tier split
  2025-12-26  ! late       · awaiting  · awaiting   · awaited
  2025-12-19  ✓ ingested   ✓ ingested  ✗ failed     · awaited
  2025-12-12  · unchanged  ✓ resumed   · unchanged  ✓ computed

notice: 2025-12-22 stands for the week ending 2025-12-19 (FINRA's Monday
        2025-12-15)
warning: 2025-12-19 NMS_TIER_1: venues are 62 % fewer than in the week
         2025-12-12; a holiday is likely
error: 2025-12-19 OTC failed: otc_week_2025-12-19.psv is cut off: its last line
       (5,329) has 3 of 8 fields and no line end
try: copy the file again, then run the same command; the other partitions are
     not touched

Totals
  partitions  1 failed, 2 ingested, 1 resumed, 2 unchanged,
              2 awaiting publication, 1 late
  rows        73,579
  rejects     16
  anomalies   1
  time        12.3s

exit 1, partial failure: at least one partition needs attention
`.split('\n'),
    );
  });

  it('adds rows and publication days to the grid at 120 columns', () => {
    const lines = screenOf(play(MIXED, { stdout: tty(120) }).both);
    const grid = lines.slice(lines.findIndex((line) => line.startsWith('Weeks'))).slice(0, 4);
    expect(grid).toEqual(
      `\
Weeks           NMS_TIER_1                 NMS_TIER_2                OTC                        tier split
  2025-12-26    ! late       2026-01-12    · awaiting  2026-01-26    · awaiting   2026-01-26    · awaited
  2025-12-19    ✓ ingested       14,123    ✓ ingested      30,456    ✗ failed                   · awaited
  2025-12-12    · unchanged      13,900    ✓ resumed       29,000    · unchanged       5,100    ✓ computed  8,034`.split(
        '\n',
      ),
    );
  });

  it('leaves these out where not all of them fit', () => {
    const lines = screenOf(play(everyOutcome(OUTCOMES), { stdout: tty(120) }).both);
    expect(lines.filter((line) => line.includes('1,234,567'))).toEqual([]);
  });

  it('is no wider than 120 columns on a wider terminal', () => {
    expect(screenOf(play(MIXED, { stdout: tty(200) }).both)).toEqual(screenOf(play(MIXED, { stdout: tty(120) }).both));
  });

  it('says the same with colours and without, but for failures in capitals', () => {
    const coloured = screenOf(play(MIXED, { stdout: tty(80) }).both);
    const plain = screenOf(play(MIXED, { stdout: tty(80, PLAIN) }).both);
    expect(play(MIXED, { stdout: tty(80, PLAIN) }).stdout).not.toContain('\u001b');
    expect(plain.map((line) => line.replace('✗ FAILED', '✗ failed'))).toEqual(coloured);
    expect(plain.filter((line) => line.includes('✗ FAILED'))).toHaveLength(1);
  });

  it('uses words for marks where the terminal has no such characters', () => {
    const { stdout } = play(MIXED, { stdout: tty(80, { LANG: 'C', NO_COLOR: '1' }) });
    expect(stdout).toContain('  ok      2025-12-19  NMS_TIER_1  0.71s');
    expect(stdout).toContain('  FAILED  2025-12-19  OTC ');
    expect([...stdout].filter((character) => character > '~')).toEqual([]);
  });

  it('paints what failed red, what is late magenta, and nothing yellow or cyan', () => {
    const { both } = play(MIXED, { stdout: tty(80) });
    expect(both).toContain('\u001b[31m\u001b[1mfailed\u001b[22m\u001b[39m');
    expect(both).toContain('\u001b[35mlate\u001b[39m');
    expect(both).not.toMatch(/\[(33|36|93|96)m/);
  });
});

describe('the progress line', () => {
  it('shows phase, bar, steps and partition, and is gone before anything else is written', () => {
    const { both } = play(MIXED, { stdout: tty(80, PLAIN) });
    expect(both).toContain('\r\u001b[2KIngest  ━━━━━━──────────────  1 of 3  2025-12-19 NMS_TIER_2');
    expect(screenOf(both).filter((line) => /[━─]/.test(line))).toEqual([]);
  });

  it('is on stderr alone', () => {
    const { stdout, stderr } = play(MIXED, { stdout: tty(80, PLAIN) });
    expect(stdout).not.toContain('\r');
    expect(stderr).toContain('\r');
  });

  it('is there when only stderr is a terminal, and not when only stdout is', () => {
    expect(play(MIXED, { stdout: PIPE, stderr: tty(80, PLAIN) }).stderr).toContain('1 of 3');
    expect(play(MIXED, { stdout: tty(80, PLAIN), stderr: PIPE }).both).not.toContain('1 of 3');
  });

  it('is not there in a quiet run', () => {
    expect(play(MIXED, { verbosity: 'quiet', stdout: tty(80) }).both).not.toContain('\r');
  });

  it('fits a terminal narrower than the report', () => {
    const parts = play(MIXED, { stdout: tty(30, PLAIN) }).stderr.split('\r\u001b[2K');
    expect(parts).toContain('Ingest  ━━━━━━──────────────…');
  });

  it('is gone at the end, also of a run that something stopped', () => {
    for (const result of [MIXED, FULL_DISK, DRY_RUN]) {
      expect(play(result, { stdout: tty(80) }).both).toMatch(/attention\n$|job\n$/);
    }
  });

  it('says that a run is planning until it has a plan', () => {
    const [started] = eventsOf(MIXED);
    const { stderr } = play(LOCKED, { stdout: tty(80), events: started === undefined ? [] : [started] });
    expect(stderr).toContain('Planning');
  });
});
