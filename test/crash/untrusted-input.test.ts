import { createWriteStream, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { CSV, OFFICIAL } from '../finra/reading.ts';
import { readReport, staged } from '../harness/at-step.ts';
import { run } from '../harness/command.ts';
import { isIntact, query, value } from '../harness/database.ts';
import { type EndedHere, runHere } from '../harness/in-process.ts';
import { createWorkspace, type Workspace } from '../harness/workspace.ts';

const ESCAPE = '\u001b[31m';
const HOSTILE = [
  `'; DROP TABLE core_captures; --`,
  '$(touch owned)`touch owned`',
  '=HYPERLINK("http://example.com","click")',
  `${ESCAPE}\u009b2J\u202eabc\u0007`,
  '../../../../etc/passwd',
  '%s%n{{7*7}}',
  'NULL',
  '\\',
];

describe('texts of a file that mean something elsewhere', () => {
  it('are stored as they are, and mean nothing', async () => {
    const workspace = createWorkspace();
    const rows = HOSTILE.map((text, index) => `NMS Tier 1|${text}|${text}|${text}|${text}|${index + 1}|1|2026-01-05`);
    write(workspace, 'tier1_20251222.csv', [OFFICIAL, ...rows]);

    const ended = await start(workspace, '--tiers', 'T1', '--verbose');

    expect(ended.code).toBe(0);
    const stored = query(
      workspace.db,
      `SELECT symbol, issue_name, venue_name, mpid FROM finra_otc_transparency_normalized_latest ORDER BY total_shares`,
    );
    expect(stored).toEqual(HOSTILE.map((text) => ({ symbol: text, issue_name: text, venue_name: text, mpid: text })));
    expectHarmless(ended, workspace);
  });

  it('are shown escaped where a report names them', async () => {
    const workspace = createWorkspace();
    const [first] = HOSTILE.filter((text) => text.includes(ESCAPE));
    write(workspace, 'tier1_20251222.csv', [`${OFFICIAL}|${first}`, 'NMS Tier 1|A|A|V|V|1|1|2026-01-05|x']);
    write(workspace, 'tier2_20251222.csv', [`${OFFICIAL}|weekStartDate`, `NMS Tier 2|A|A|V|V|1|1|2026-01-19|${first}`]);
    const large = `9223372036854775807|1|2026-01-19`;
    write(workspace, 'otc_20251222.csv', [OFFICIAL, `OTC|${first}|A|V|V|${large}`, `OTC|${first}|A|V|W|${large}`]);

    for (const output of ['--verbose', '--quiet', '--json']) {
      const ended = await start(workspace, output);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('\\x1b[31m\\x9b2J\\u202eabc\\x07');
      expectHarmless(ended, workspace);
    }
    const messages = query(workspace.db, 'SELECT message FROM core_anomalies').map(({ message }) => String(message));
    expect(messages.length).toBeGreaterThan(2);
    for (const message of messages) expect(message).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it('are kept apart, though a quoted field may hold a line end', async () => {
    const workspace = createWorkspace();
    const row = (symbol: string, name: string, shares: number) =>
      `NMS Tier 1,"${symbol}","${name}",V,V,${shares},1,2026-01-05`;
    write(workspace, 'tier1_20251222.csv', [CSV, row('A\nB', 'C', 1), row('A', 'B\nC', 2), row('A', 'B', 3)]);
    expect((await start(workspace, '--tiers', 'T1')).code).toBe(0);
    const stored = query(
      workspace.db,
      'SELECT symbol, issue_name FROM finra_otc_transparency_normalized_latest ORDER BY total_shares',
    );
    expect(stored).toEqual([
      { symbol: 'A\nB', issue_name: 'C' },
      { symbol: 'A', issue_name: 'B\nC' },
      { symbol: 'A', issue_name: 'B' },
    ]);
  });
});

describe('file names', () => {
  it.each([
    ['SQL', `tier1_20251222'; DROP TABLE core_captures; --.csv`],
    ['shell commands', '$(touch owned) tier1_20251222 `touch owned`.csv'],
    ['what a terminal obeys', `tier1_20251222_${ESCAPE}\u009b2J\u202e.csv`],
    ['a line end', 'tier1_20251222\nerror: forged\n.csv'],
    ['a formula', '=HYPERLINK("x") tier1_20251222.csv'],
    ['an option', '--force tier1_20251222.csv'],
  ])('that hold %s are names and nothing else', async (_, name) => {
    const workspace = createWorkspace();
    write(workspace, name, [OFFICIAL, 'NMS Tier 1|A|A|V|V|1|1|2026-01-05']);
    write(workspace, `${ESCAPE}notes.txt`, ['of no partition']);
    for (const output of ['--verbose', '--json']) {
      const ended = await start(workspace, '--tiers', 'T1', output);
      expect(ended.code).toBe(0);
      expectHarmless(ended, workspace);
    }
    expect(value(workspace.db, 'SELECT locator FROM core_captures')).toBe(join(workspace.dataDir, name));
  });
});

describe('a file that would fill the memory', () => {
  const MEGABYTE = 1024 * 1024;

  it.each<[what: string, fill: (path: string) => void | Promise<void>, code: string]>([
    ['of 2 GB', (path) => sparse(path, 2048 * MEGABYTE), 'holds 2147483648 bytes, more than the limit of 268435456'],
    ['of one endless line', (path) => sparse(path, 200 * MEGABYTE), 'the line that starts at byte 0 is longer than'],
    [
      'of one endless row',
      (path) => filled(path, `${OFFICIAL}\nNMS Tier 1|`, 'x'.repeat(MEGABYTE), 150),
      'is longer than 1048576 bytes',
    ],
    [
      'of one endless quoted field',
      (path) => filled(path, `${CSV}\nNMS Tier 1,"`, 'x\n'.repeat(MEGABYTE / 2), 150),
      'the record that starts on line 2 is longer than 1048576 bytes',
    ],
    [
      'of ten million short lines',
      (path) => filled(path, `${OFFICIAL}\n`, 'x\n'.repeat(MEGABYTE / 2), 20),
      "more than 100000 rows cannot be split into the header's columns, the first on line 2",
    ],
    [
      'of ten million short lines, as CSV',
      (path) => filled(path, `${CSV}\n`, 'x\n'.repeat(MEGABYTE / 2), 20),
      "more than 100000 rows cannot be split into the header's columns, the first on line 2",
    ],
  ])('%s is refused by a limit', async (_, fill, message) => {
    const workspace = createWorkspace();
    await fill(join(workspace.dataDir, 'tier1_20251222.csv'));
    const report = join(workspace.dir, 'report.json');
    const ended = await run(argsOf(workspace, '--tiers', 'T1', '--quiet'), { env: staged({ report }) });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(message);
    expect(readReport(report).peakKilobytes).toBeLessThan(300 * 1024);
    expect(value(workspace.db, 'SELECT count(*) FROM core_captures')).toBe(0n);
    expect(statSync(workspace.db).size).toBeLessThan(MEGABYTE);
  });
});

it('the database and its folder are for the owner and the group only', async () => {
  const workspace = createWorkspace();
  write(workspace, 'tier1_20251222.csv', [OFFICIAL, 'NMS Tier 1|A|A|V|V|1|1|2026-01-05']);
  await run(argsOf(workspace, '--tiers', 'T1'));
  const folder = dirname(workspace.db);
  expect(modeOf(folder)).toBe(0o750);
  for (const name of readdirSync(folder)) expect(modeOf(join(folder, name))).toBe(0o640);
});

function argsOf({ dataDir, db }: Workspace, ...more: string[]): string[] {
  return ['--weeks', '2025-12-19', '--run-date', '2026-02-02', '--data-dir', dataDir, '--db', db, ...more];
}

function start(workspace: Workspace, ...more: string[]): Promise<EndedHere> {
  return runHere(argsOf(workspace, ...more), { cwd: workspace.dir });
}

function write({ dataDir }: Workspace, name: string, lines: readonly string[]): void {
  writeFileSync(join(dataDir, name), lines.map((line) => `${line}\n`).join(''));
}

// Nothing was carried out, and nothing that a terminal obeys was written but line ends.
function expectHarmless({ stdout, stderr }: EndedHere, { dir, db }: Workspace): void {
  expect(readdirSync(dir).sort()).toEqual(['data', 'store']);
  expect(isIntact(db)).toBe(true);
  for (const text of [stdout, stderr]) expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  expect(stderr).not.toMatch(/^error: forged/m);
  expect(stdout).not.toMatch(/^error: forged/m);
}

function sparse(path: string, bytes: number): void {
  writeFileSync(path, '');
  truncateSync(path, bytes);
}

async function filled(path: string, start: string, piece: string, pieces: number): Promise<void> {
  function* parts() {
    yield start;
    for (let count = 0; count < pieces; count++) yield piece;
  }
  await pipeline(parts, createWriteStream(path));
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
