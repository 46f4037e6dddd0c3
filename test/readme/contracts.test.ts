import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../harness/database.ts';
import { runHere } from '../harness/in-process.ts';
import { runForDocument } from '../harness/run-document.ts';
import { makePracticeFolders, README_RUN_DATE, type State } from './practice-folders.ts';
import { codes, readPage, readRows } from './readme-page.ts';

const scratch = mkdtempSync(join(tmpdir(), 'readme-contracts-'));
let folders: Record<State, string>;

beforeAll(async () => {
  folders = await makePracticeFolders(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true }));

const rows = readRows();
const rowsOf = (heading: string) => rows.filter(({ section }) => section.at(-1) === heading).map(({ cells }) => cells);
const columnsIn = (heading: string) =>
  new Map(rowsOf(heading).map(([name = '', columns = '']) => [codes(name)[0] ?? '', codes(columns)]));

function columnsOf(db: string, table: string): unknown[] {
  return query(db, 'SELECT name FROM pragma_table_info(?)', table).map(({ name }) => name);
}

describe("the README's columns", () => {
  const views = columnsIn('Views for analysts');
  const tables = columnsIn('Tables for operators');

  it.each([...views, ...tables])('of %s are those of the database, in order', (name, columns) => {
    const db = join(folders.complete, 'data/market_spine.db');
    expect(columnsOf(db, name)).toEqual(columns);
    if (views.has(name)) expect(columnsOf(db, `${name}_latest`)).toEqual(columns);
  });

  it('leave out no view, and no table that is not behind the views', () => {
    const db = join(folders.complete, 'data/market_spine.db');
    const named = [...views.keys()].flatMap((name) => [name, `${name}_latest`]).concat([...tables.keys()]);
    const found = query(
      db,
      "SELECT name FROM sqlite_schema WHERE type = 'view' OR (type = 'table' AND name LIKE 'core!_%' ESCAPE '!')",
    );
    const shown = found.map(({ name }) => String(name)).filter((name) => name !== 'core_capture_calcs');
    expect(shown.sort()).toEqual(named.sort());
  });
});

describe("the README's fields of the JSON document", () => {
  const documented = new Set(
    rowsOf('The JSON document').flatMap(([fields = '', meaning = '']) => [
      ...codes(fields),
      ...codes(meaning).filter((code) => /^(totals|error)\./.test(code)),
    ]),
  );

  it('are all there are, in a run with failures, a run with notices, and one that could not be', async () => {
    const place = { cwd: join(scratch, 'mended') };
    cpSync(folders['failed partition'], place.cwd, { recursive: true });
    const args = ['--lookback-weeks', '8', '--run-date', README_RUN_DATE];
    const documents = [
      await runForDocument(args, place),
      await runForDocument([...args, '--force', '--max-reject-share', '15'], place),
      await runForDocument([...args, '--data-dir', 'nowhere'], place),
    ];
    expect(documents.map(({ exit_code }) => exit_code)).toEqual([1, 0, 2]);
    expect(fieldsOf(documents)).toEqual([...documented].sort());
  });
});

/** The fields of a document, as the README writes them: `a.b`, and `a[].b` for what every member of a list has. */
function fieldsOf(documents: readonly object[]): string[] {
  const found = new Set(documents.flatMap((document) => pathsOf(document, '')));
  // A list that was empty in one document had members in another.
  return [...found].filter((path) => !found.has(`${path}[]`)).sort();
}

function pathsOf(value: unknown, path: string): string[] {
  const isObject = typeof value === 'object' && value !== null;
  // An error is described once, as the document's own.
  if (!isObject || path.endsWith('.error')) return [path];
  if (!Array.isArray(value)) {
    const start = path === '' ? '' : `${path}.`;
    return Object.entries(value).flatMap(([key, child]) => pathsOf(child, start + key));
  }
  const members = value.filter((member) => typeof member === 'object');
  return members.length === 0 ? [path] : [`${path}[]`, ...members.flatMap((member) => pathsOf(member, `${path}[]`))];
}

describe("the README's fields of the operator commands' documents", () => {
  const TOLD_IN = ['Operator commands', 'The archive'];
  const EXAMPLES: Readonly<Record<string, string>> = {
    status: 'status --lookback-weeks 8',
    'work list': 'work list',
    'work retry': 'work retry --failed',
    // The one that failed, and that was just retried.
    'work cancel': 'work cancel 32',
    'work reset-stuck': 'work reset-stuck',
    captures: 'captures',
    'captures diff': `captures diff ${captureId('20260120')} ${captureId('20260121')}`,
    'captures verify': 'captures verify --archive-dir data/archive --lookback-weeks 8',
    backup: 'backup copy.db',
  };
  const lines = readPage().lines.filter(({ section }) => TOLD_IN.includes(section[1] ?? ''));
  const documented = rowsOf('Their JSON documents').flatMap(([commands = '', fields = '']) =>
    codes(commands).map((command): [string, string[]] => [command, codes(fields)]),
  );

  const told = codes(lines.map(({ text }) => text).join('\n'));
  const named = new Set(['', ...told.flatMap((code) => code.split(/\W+/))]);

  it.each(documented)('%s', async (command, fields) => {
    const state = command === 'captures verify' ? 'an archive' : 'failed partition';
    const args = [...(EXAMPLES[command] ?? '').split(' '), '--json'];
    const { stdout, stderr } = await runHere(args, {
      cwd: folders[state],
      env: { MARKET_SPINE_RUN_DATE: README_RUN_DATE },
    });
    const document = stdout === '' ? {} : JSON.parse(stdout);
    const shared = command === 'captures verify' ? ['exit_code'] : ['notices', 'error', 'exit_code'];
    expect(Object.keys(document), stderr).toEqual([...fields, ...shared]);
    const unnamed = fieldsOf([document])
      .flatMap((path) => path.split(/\[\]\.|[.[\]]/))
      .filter((key) => !named.has(key));
    expect(unnamed).toEqual([]);
  });

  it('leave out no command', () => {
    expect(documented.map(([command]) => command)).toEqual(Object.keys(EXAMPLES));
  });

  function captureId(runDate: string): string {
    return `finra.otc_transparency:NMS_TIER_1:2025-12-19:${runDate}`;
  }
});
