import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitMeaning } from '../../src/cli/exit-code.ts';
import { CONFLICTS, flagOf } from '../../src/cli/option-table.ts';
import { REASON_WORDS, TIER_SPLIT_WORDS } from '../../src/cli/text/words.ts';
import { readFileName, weekOfFileDate } from '../../src/finra/file-name.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { ACTIONS } from '../../src/schedule/action.ts';
import { OUTCOMES } from '../../src/schedule/report.ts';
import { REJECT_KINDS } from '../generator/fixture-paths.ts';
import { PROJECT } from '../harness/command.ts';
import { codes, readHeadings, readmeText, readPage, readRows } from './readme-page.ts';

const RUNBOOKS = [
  'Exit 1: partial failure',
  'Exit 2: critical',
  'Stuck lock',
  'FINRA is late',
  'A gap',
  'Wrong data published',
  'Restoring a backup',
  'Moving the database',
  'Sizing',
  'The job did not run',
  'Failed work items',
  'Unresolved critical anomalies',
];

// Categories of notices that are kept as no anomaly.
const ONLY_SAID = new Set(['MOVED_DATE', 'LEFT_CANCELLED']);

/** Shown where a failure left no error of its own. */
const STAND_IN = 'unexplained';

const rows = readRows();
const rowsOf = (heading: string) => rows.filter(({ section }) => section.at(-1) === heading).map(({ cells }) => cells);
const firstCodes = (heading: string) => rowsOf(heading).flatMap(([first = '']) => codes(first));

/** The program's sources. */
const sources = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(PROJECT, 'src', path), 'utf8'))
  .join('\n');
const literals = (pattern: RegExp) => new Set([...sources.matchAll(pattern)].map(([, literal = '']) => literal));

describe('the README', () => {
  it('has the runbooks that alerts and operators look for', () => {
    const { lines } = readPage();
    const found = lines.filter(({ text, section }) => text.startsWith('### ') && section[1] === 'Runbooks');
    expect(found.map(({ text }) => text.slice(4))).toEqual(RUNBOOKS);
  });

  it('links to headings and files that are there', () => {
    const anchors = readHeadings().map((heading) => `#${anchorOf(heading)}`);
    const links = [...readmeText().matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !anchors.includes(link) && !existsSync(join(PROJECT, link)))).toEqual([]);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it('words the exit codes as the command does', () => {
    expect(rowsOf('Exit codes').map(([code, word]) => [code, word])).toEqual(
      ([0, 1, 2] as const).map((code) => [String(code), exitMeaning(code).word]),
    );
  });

  it('maps file names to partitions as the command does', () => {
    for (const [name = '', partition = ''] of rowsOf('Files').filter(([name = '']) => /\d{8}|\d{4}-/.test(name))) {
      const found = readFileName(codes(name)[0] ?? '');
      expect(found, name).not.toBeNull();
      if (found === null) continue;
      const tier = { NMS_TIER_1: 'Tier 1', NMS_TIER_2: 'Tier 2', OTC: 'OTC' }[found.tier];
      expect(partition.startsWith(tier), name).toBe(true);
      expect(partition).toContain(weekOfFileDate(found.date, found.tier, 'week', DEFAULT_PUBLICATION));
    }
  });

  it('names every action and reason of a plan', () => {
    const plan = rowsOf('The plan');
    expect(plan.flatMap(([action = '']) => codes(action))).toEqual([...ACTIONS]);
    expect(plan.flatMap(([, reason = '']) => codes(reason)).sort()).toEqual(Object.keys(REASON_WORDS).sort());
  });

  it('names every outcome of a partition', () => {
    const [, meaning = ''] = rowsOf('The JSON document').find(([field]) => field === '`partitions[].outcome`') ?? [];
    expect(codes(meaning)).toEqual([...OUTCOMES]);
  });

  it('names every status of a tier split', () => {
    const [, meaning = ''] =
      rowsOf('The JSON document').find(([field]) => field === '`weeks[].tier_split.status`') ?? [];
    expect(
      codes(meaning)
        .filter((code) => !code.startsWith('-'))
        .sort(),
    ).toEqual(Object.keys(TIER_SPLIT_WORDS).sort());
  });

  it('names every pair of options that contradict each other', () => {
    const { lines } = readPage();
    const sentence = lines.find(({ text }) => text.startsWith('These do not go together: '))?.text ?? '';
    const pairs = codes(sentence).map((code) => code.split(' ')[0]);
    expect(pairs).toEqual(CONFLICTS.flatMap(({ pair }) => pair.map(flagOf)));
  });

  it('names every reject code, in the order in which they are looked for', () => {
    expect(firstCodes('Rejects')).toEqual(REJECT_KINDS.map((kind) => kind.toUpperCase()));
  });

  it('names every error code of the program, and none that it does not have', () => {
    const named = firstCodes('Error codes');
    const thrown = [...literals(/\bcode: '([a-z0-9_]+)'/g)].filter((code) => code !== STAND_IN);
    expect(thrown.filter((code) => !named.includes(code))).toEqual([]);
    expect(named.filter((code) => !sources.includes(`'${code}'`) && !isShrinkage(code))).toEqual([]);
  });

  it('names every category of anomaly that is no error code', () => {
    const named = firstCodes('Anomalies');
    const raised = [...literals(/\bcategory: '([A-Z_]+)'/g)].filter((category) => !ONLY_SAID.has(category));
    expect(new Set(named)).toEqual(new Set([...raised, 'LOW_ROWS', 'LOW_SHARES', 'LOW_VENUES']));
  });
});

// Made up of a prefix and a measure.
function isShrinkage(code: string): boolean {
  return /^shrunk_(rows|shares|venues)$/.test(code);
}

/** The anchor that a heading gets where the page is shown on the web. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
