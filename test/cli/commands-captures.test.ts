import { describe, expect, it } from 'vitest';
import { CLEAN_DIR, REVISED_PARTITIONS } from '../generator/fixture-paths.ts';
import { type EndedHere, runHere } from '../harness/in-process.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --tiers NMS_TIER_1';
const FIRST = 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202';
const SECOND = 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260203';

async function restated(): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  await scenario.run(`${WEEK} --run-date 2026-02-02`);
  scenario.clock.set('2026-06-08T12:00:00.000Z');
  scenario.revise(REVISED_PARTITIONS[0]);
  await scenario.run(`${WEEK} --run-date 2026-02-03`);
  return scenario;
}

function captures({ db }: Scenario, line: string): Promise<EndedHere> {
  return runHere(['captures', ...line.split(' ').filter((word) => word !== ''), '--db', db]);
}

describe('captures', () => {
  it('lists every version of a partition, the newest first', async () => {
    const { code, stdout, stderr } = await captures(await restated(), '--week 2025-12-19 --tier t1');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`\
2025-12-19 NMS_TIER_1
  ${SECOND}  latest
    340 rows, 0 rejects, from file, hash ff5c089e9171, updated 2026-01-12
    captured 2026-06-08 12:00:00 UTC
  ${FIRST}  superseded
    340 rows, 0 rejects, from file, hash 70aa5313dbb2, updated 2026-01-05
    captured 2026-06-01 12:00:00 UTC, superseded 2026-06-08 12:00:00 UTC
`);
  });

  it('says so when there is none, and which week a date stood for', async () => {
    const { code, stdout, stderr } = await captures(await restated(), '--week 2025-12-15');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Captures  none\n' });
    expect(stderr).toContain('2025-12-15 stands for the week ending 2025-12-12');
  });

  it('is one document with --json', async () => {
    const document = JSON.parse((await captures(await restated(), '--json')).stdout);
    expect(document).toMatchObject({ notices: [], error: null, exit_code: 0 });
    expect(document.captures).toHaveLength(2);
    expect(document.captures[1]).toEqual({
      capture_id: FIRST,
      week_ending: '2025-12-19',
      tier: 'NMS_TIER_1',
      state: 'accepted',
      content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: 'file',
      locator: expect.stringMatching(/\.csv$/),
      run_date: '2026-02-02',
      bytes: expect.any(Number),
      rows: 340,
      normalized_rows: 340,
      rejects: 0,
      source_last_update_date: '2026-01-05',
      ingested_at: expect.stringMatching(/^2026-06-01T12:00:00\.\d{3}Z$/),
      captured_at: expect.stringMatching(/^2026-06-01T12:00:00\.\d{3}Z$/),
      superseded_at: expect.stringMatching(/^2026-06-08T12:00:00\.\d{3}Z$/),
    });
  });
});

describe('captures diff', () => {
  it('shows totals, then the largest moves, then the rows', async () => {
    const { code, stdout, stderr } = await captures(await restated(), `diff ${FIRST} ${SECOND} --limit 2`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const section = (title: string) => stdout.slice(stdout.indexOf(`\n${title}`) + 1).split('\n\n')[0];
    expect(section('Summary')).toBe(`\
Summary
                   older          newer      change
  rows               340            340           0
  symbols             55             54          -1
  venues              22             22           0
  shares   1,056,077,066  1,064,313,044  +8,235,978
  trades       6,437,096      6,437,092          -4
  rows        1 added, 1 removed, 17 changed, 322 unchanged
  symbols     0 added, 1 removed
  venues      0 added, 0 removed`);
    expect(section('HHI')?.split('\n').slice(0, 3)).toEqual([
      'HHI  17 of 54 symbols moved',
      '  symbol     older     newer     change  issue',
      '  IRW     0.471521  0.495222  +0.023701  Iron Water Financial Ltd. Common Stock',
    ]);
    expect(section('Venue share')?.split('\n').slice(0, 3)).toEqual([
      'Venue share  162 of 340 venue shares moved',
      '  symbol  venue     older     newer     change  issue',
      '  ARO     JPMX   0.488494  0.517930  +0.029436  Arborbridge Health Corporation Common Stock',
    ]);
    expect(section('Added')).toBe(`\
Added  1 row
  symbol  venue  shares  trades  issue
  AE      UBSA   12,400      31  Aspenglen Networks Corporation Common Stock`);
    expect(section('Changed')).toMatch(
      /^Changed {2}17 rows, the 2 shown moved most shares\n {2}symbol {2}venue {2}old shares {2}new shares {2}old trades {2}new trades {2}issue\n {2}CBR /,
    );
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('is one document with --json, which holds every row unless it is limited', async () => {
    const scenario = await restated();
    const document = JSON.parse((await captures(scenario, `diff ${FIRST} ${SECOND} --json`)).stdout);
    const { summary } = document;
    expect([document.old.capture_id, document.new.capture_id]).toEqual([FIRST, SECOND]);
    expect(summary.rows).toEqual({
      old: 340,
      new: 340,
      change: 0,
      added: 1,
      removed: 1,
      changed: 17,
      notional_changed: 0,
      unchanged: 322,
    });
    expect(summary.symbols).toEqual({ old: 55, new: 54, change: -1, added: 0, removed: 1 });
    expect(summary.venues).toEqual({ old: 22, new: 22, change: 0, added: [], removed: [] });
    expect(summary.shares).toEqual({ old: 1056077066, new: 1064313044, change: 8235978 });
    expect(summary.trades).toEqual({ old: 6437096, new: 6437092, change: -4 });
    expect(summary.hhi).toMatchObject({ compared: 54, moved: 17 });
    expect(Object.keys(summary.hhi.largest[0])).toEqual('venue_type symbol issue_name old new change'.split(' '));
    expect(Object.keys(summary.venue_share.largest[0])).toEqual(
      'venue_type symbol issue_name mpid old new change'.split(' '),
    );
    expect([document.added, document.removed, document.changed].map((rows) => rows.length)).toEqual([1, 1, 17]);
    expect(document.added[0]).toEqual({
      venue_type: 'ATS',
      symbol: 'AE',
      issue_name: 'Aspenglen Networks Corporation Common Stock',
      product_type: '',
      mpid: 'UBSA',
      old_shares: null,
      new_shares: 12400,
      old_trades: null,
      new_trades: 31,
    });
    const limited = JSON.parse((await captures(scenario, `diff ${FIRST} ${SECOND} --json --limit 0`)).stdout);
    expect([limited.summary, limited.changed]).toEqual([summary, []]);
  });

  it('writes what a JSON number cannot hold as digits, and foreign names so that no terminal obeys them', async () => {
    const scenario = createScenario();
    const file = (quantity: string) =>
      [
        'tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|totalWeeklyShareQuantity|totalWeeklyTradeCount|lastUpdateDate',
        `NMS Tier 1|=A\u001b[2J|Evil \u202e Corp.|ONE ATS|ONE|${quantity}|7|2026-01-19`,
        'NMS Tier 1|BBB|Good Corp.|ONE ATS|ONE|12.5|7|2026-01-19',
        '',
      ].join('\n');
    for (const [day, quantity] of ['9007199254740993', '9007199254740995'].entries()) {
      scenario.write('tier1_2025-12-19.csv', file(quantity));
      await scenario.run(`${WEEK} --run-date 2026-02-0${day + 2}`);
    }
    const { stdout: json } = await captures(scenario, `diff ${FIRST} ${SECOND} --json`);
    const { changed, summary } = JSON.parse(json);
    expect(changed[0]).toMatchObject({
      symbol: '=A\u001b[2J',
      old_shares: '9007199254740993',
      new_shares: '9007199254740995',
      new_trades: 7,
    });
    expect(summary.shares).toEqual({ old: '9007199254741005.5', new: '9007199254741007.5', change: 2 });
    expect(summary.rows).toMatchObject({ changed: 1, unchanged: 1 });
    const { stdout: text } = await captures(scenario, `diff ${FIRST} ${SECOND}`);
    expect(text).toContain('  =A\\x1b[2J  ONE    9,007,199,254,740,993  9,007,199,254,740,995');
    for (const output of [json, text]) expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('ends with 2 for an id that no capture has', async () => {
    const { code, stdout, stderr } = await captures(await restated(), `diff ${FIRST} nonsense\u001b`);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: capture nonsense\\x1b: there is none of that id\ntry: see captures\n',
    });
  });
});
