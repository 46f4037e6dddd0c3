import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { mendWords } from '../../src/cli/mend-words.ts';
import { shellLine } from '../../src/cli/shell-words.ts';
import { commandLines } from '../../src/cli/text/command-lines.ts';
import { diffLines } from '../../src/cli/text/diff-lines.ts';
import { statusLines } from '../../src/cli/text/status-lines.ts';
import { type Style, styleOf } from '../../src/cli/text/style.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { diffCaptures } from '../../src/operations/diff-captures.ts';
import { readStatus } from '../../src/operations/status.ts';
import { openToRead } from '../../src/store/sqlite/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { OFFICIAL } from '../finra/reading.ts';
import { brokenDir, CLEAN_DIR, REVISED_PARTITIONS, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { createScenario } from '../harness/scenario.ts';
import { optionsOf } from './parse-command-line.ts';

const terminal = (columns: number) => styleOf({ isTty: true, columns, color: 1, unicode: true });
const PLAIN = styleOf({ isTty: false, columns: 100, color: 0, unicode: false });

function seen(lines: readonly string[]): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away
  return lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));
}

async function reading<T>(db: string, read: (store: Store) => Promise<T>): Promise<T> {
  const store = openToRead({ path: db, busyTimeoutMs: 1000, allowNetworkFs: true });
  if (store === null) throw new Error('there is no database');
  return read(store).finally(store.close);
}

async function gapsShown(style: Style): Promise<string[]> {
  const scenario = createScenario(CLEAN_DIR);
  await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02');
  scenario.put(brokenDir('too_many_rejects'), [SMALL_PARTITION]);
  await scenario.run('--weeks 2025-12-19 --run-date 2026-02-03');
  const window = {
    weeks: ['2026-01-09', '2025-12-19', '2025-12-12'],
    tiers: ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'],
  } as const;
  const runDate = '2026-02-03';
  const question = { ...window, runDate, publication: DEFAULT_PUBLICATION };
  const status = await reading(scenario.db, ({ db }) => readStatus(db, question));
  return statusLines(style, { status, window, runDate, database: scenario.db });
}

describe('statusLines', () => {
  it.each([80, 120])('fit a terminal of %i columns', async (columns) => {
    const lines = seen(await gapsShown(terminal(columns)));
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  it('show rows and days of publication where a line has room for them', async () => {
    const grid = (lines: string[]) => lines.find((line) => line.startsWith('  2026-01-09'));
    expect(grid(seen(await gapsShown(terminal(80))))).not.toContain('2026-02-09');
    expect(grid(seen(await gapsShown(terminal(120))))).toContain('awaiting  2026-02-09');
  });

  it('say in capitals what has no colour', async () => {
    const text = (await gapsShown(PLAIN)).join('\n');
    expect(text).toContain('R!VSH REJECTED');
    expect(text).not.toContain('\u001b');
  });
});

describe('diffLines', () => {
  it.each([
    [80, 'cut'],
    [120, 'whole'],
  ] as const)('fit a terminal of %i columns, issue names %s', async (columns, names) => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run('--weeks 2025-12-19 --tiers T1 --run-date 2026-02-02');
    scenario.revise(REVISED_PARTITIONS[0]);
    await scenario.run('--weeks 2025-12-19 --tiers T1 --run-date 2026-02-03');
    const id = (day: string) => `finra.otc_transparency:NMS_TIER_1:2025-12-19:${day}`;
    const diff = await reading(scenario.db, (store) => diffCaptures(store, id('20260202'), id('20260203'), 50));
    const lines = seen(diffLines(terminal(columns), diff));
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.some((line) => line.includes('\u2026'))).toBe(names === 'cut');
  });

  it.each([['symbol'], ['venue']])('cut a %s that a damaged file made endless', async (which) => {
    const scenario = createScenario();
    const endless = 'X'.repeat(5000);
    const [symbol, mpid] = which === 'symbol' ? [endless, 'VNUE'] : ['AAA', endless];
    for (const [day, shares] of [
      ['2026-02-02', 100],
      ['2026-02-03', 200],
    ]) {
      const row = (name: string, venue: string, count: number) =>
        `NMS Tier 1|${name}|Alpha|Venue|${venue}|${count}|1|2026-01-05\n`;
      const rows = row(symbol ?? '', mpid ?? '', Number(shares)) + row(symbol ?? '', 'WNUE', 50);
      scenario.write('tier1_20251222.csv', `${OFFICIAL}\n${rows}`);
      await scenario.run(`--weeks 2025-12-19 --tiers T1 --run-date ${day}`);
    }
    const id = (day: string) => `finra.otc_transparency:NMS_TIER_1:2025-12-19:${day}`;
    const { stdout } = await run(['captures', 'diff', id('20260202'), id('20260203'), '--db', scenario.db]);
    const lines = stdout.split('\n').filter((line) => line.includes('XXX'));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThan(120);
  });
});

const WORDS = ['printf', '%s\\n', '--weeks', '2025-12-19', '--db', "/data/it's $(here); `so`/m.db", '--tiers', 'OTC'];

describe('a command line that is shown', () => {
  it.each([
    ['one line', shellLine(WORDS)],
    [
      'lines of a terminal',
      commandLines(terminal(80), [...WORDS, '--data-dir', '/a/very/long/path/to/the/files']).join('\n'),
    ],
  ])('is read back by a shell word by word: %s', (_, text) => {
    const { stdout } = spawnSync('sh', ['-c', text], { encoding: 'utf8' });
    expect(stdout.split('\n').slice(0, WORDS.length - 2)).toEqual(WORDS.slice(2));
  });

  it('is broken on a terminal only, and never between an option and its value', () => {
    const words = [
      'run-finra-weekly-schedule',
      '--weeks',
      '2025-12-19',
      '--data-dir',
      '/data/finra_otc',
      '--db',
      '/data/m.db',
    ];
    expect(commandLines(PLAIN, words)).toEqual([`    ${words.join(' ')}`]);
    expect(commandLines(terminal(80), words)).toEqual([
      '    run-finra-weekly-schedule --weeks 2025-12-19 --data-dir /data/finra_otc \\',
      '      --db /data/m.db',
    ]);
  });
});

const GATEWAY = [
  ...['--source', 'api', '--api-base-url', 'https://gateway.example/finra'],
  ...['--api-token-url', 'https://gateway.example/token', '--reconcile'],
];

const RULES = [
  ...['--data-dir', '/data', '--publication-lag', 'NMS_TIER_1=17,NMS_TIER_2=31,OTC=40', '--publication-grace', '9'],
  ...['--max-file-size', '1048576', '--max-reject-share', '7', '--max-shrinkage', 'rows=60,shares=50,venues=50'],
  ...['--warn-shrinkage', 'rows=50,shares=50,venues=12.5', '--max-update-lead', '2'],
];

/** The options of a command line as a run keeps them. */
const recorded = (args: readonly string[]) => JSON.parse(JSON.stringify(optionsOf(args))) as Record<string, unknown>;

describe('mendWords', () => {
  const mend = { kind: 'run', partition: { weekEnding: '2025-12-19', tier: 'OTC' }, onlyCalcs: false } as const;
  const options = { source: 'file', dataDir: '/data', fileDate: 'week', archiveDir: null, summaryTypes: ['ats'] };

  it.each([
    ['nothing is known of the source', null, []],
    ['a folder', options, ['--data-dir', '/data']],
    [
      'files named by publication',
      { ...options, fileDate: 'published' },
      ['--data-dir', '/data', '--file-date', 'published'],
    ],
    [
      'an archive',
      { ...options, source: 'archive', archiveDir: '/old' },
      ['--source', 'archive', '--archive-dir', '/old'],
    ],
    ['the API', { ...options, source: 'api', api: { baseUrl: 'https://api.finra.org' } }, ['--source', 'api']],
    [
      'the API of another address, with both summary types',
      { ...options, source: 'api', summaryTypes: ['ats', 'non-ats'], api: { baseUrl: 'http://localhost:1' } },
      ['--source', 'api', '--summary-types', 'ats,non-ats', '--api-base-url', 'http://localhost:1'],
    ],
    ['options that were left to their defaults', recorded(['--data-dir', '/data']), ['--data-dir', '/data']],
    ['API options that were left to theirs', recorded(['--source', 'api']), ['--source', 'api']],
    ['a gateway that wants credentials, and totals to compare with', recorded(GATEWAY), GATEWAY],
    ['rules of its own', recorded(RULES), RULES],
  ])('name the source of the last run: %s', (_, sourceOptions, source) => {
    expect(mendWords(mend, { database: '/m.db', sourceOptions })).toEqual([
      'run-finra-weekly-schedule',
      '--weeks',
      '2025-12-19',
      '--tiers',
      'OTC',
      ...source,
      '--db',
      '/m.db',
    ]);
  });

  it('accept the file system that the last run accepted', () => {
    const sourceOptions = recorded(['--data-dir', '/data', '--allow-network-fs']);
    const retry = { kind: 'retry', itemId: 7 } as const;
    for (const each of [mend, retry, { ...mend, onlyCalcs: true }])
      expect(mendWords(each, { database: '/m.db', sourceOptions }).slice(-3)).toEqual([
        '--db',
        '/m.db',
        '--allow-network-fs',
      ]);
  });

  it('name no source and no tier where the calcs of a whole week are what is missing', () => {
    const split = { ...mend, partition: { weekEnding: '2025-12-19', tier: 'ALL_TIERS' }, onlyCalcs: true } as const;
    expect(shellLine(mendWords(split, { database: '/m.db', sourceOptions: options }))).toBe(
      'run-finra-weekly-schedule --weeks 2025-12-19 --only-stage calc --db /m.db',
    );
  });
});
