import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { optionsOf } from '../cli/parse-command-line.ts';
import { CLEAN_DIR, fixtureFileName, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { PROJECT } from '../harness/command.ts';
import { makePracticeFolders, README_RUN_DATE, STATES, type State } from './practice-folders.ts';
import { type Block, readPage } from './readme-page.ts';

const scratch = mkdtempSync(join(tmpdir(), 'readme-'));
const binDir = join(scratch, 'bin');
let folders: Record<State, string>;

beforeAll(async () => {
  // What npm link leaves on the PATH.
  mkdirSync(binDir);
  symlinkSync(join(PROJECT, 'bin/run-finra-weekly-schedule.js'), join(binDir, 'run-finra-weekly-schedule'));
  folders = await makePracticeFolders(join(scratch, 'folders'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

const blocks = readPage().blocks.filter(({ language }) => language === 'sh');
const installing = blocks.filter(({ text }) => text.startsWith('npm '));
const operating = blocks.filter((block) => !installing.includes(block));

/** The commands of crontabs, and of blocks that are only shown. Those that reach FINRA must not be run here. */
const scheduled = readPage()
  .blocks.filter(({ language }) => language === 'crontab')
  .flatMap(rulesOf);
const shown = readPage()
  .blocks.filter(({ language }) => language === 'text')
  .flatMap(linesOf);
const reachesFinra = ({ text }: Block) => text.includes('--source api');

describe("the README's commands", () => {
  it.for(operating.map((block) => [titleOf(block), block] as const))('%s', ([, block], { skip }) => {
    const lacksShell = block.text.includes('sqlite3 ') && spawnSync('sqlite3', ['-version']).error !== undefined;
    if (lacksShell && !process.env.CI) skip('sqlite3 is not installed on this machine');
    const { status, stdout, stderr } = runBlock(block);
    expect(status, stdout + stderr).toBe(expectedExit(block));
  });

  it.each(named(scheduled.filter((rule) => !reachesFinra(rule))))('scheduled: %s', (_, rule) => {
    const { status, stdout, stderr } = runBlock(rule);
    expect(status, stdout + stderr).toBe(0);
  });

  it.each(named([...scheduled, ...shown].filter(reachesFinra)))('are taken by the parser: %s', (text) => {
    const [command, ...args] = text.split(' ');
    expect(command).toBe('run-finra-weekly-schedule');
    expect(optionsOf(args).source).toBe('api');
  });

  it('are found in the sections that have some', () => {
    expect(operating.length).toBeGreaterThan(10);
    expect(scheduled).toHaveLength(2);
    expect(shown.filter(reachesFinra).length).toBeGreaterThan(0);
  });

  it('install the package as .ci/run does', () => {
    const script = readFileSync(join(PROJECT, '.ci/run'), 'utf8').split('\n');
    const commands = script.map((line) => line.replace(/^(\w+=\S+ )+/, ''));
    const lines = installing.flatMap(({ text }) => text.trim().split(/\n| && /));
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(commands).toContain(line);
  });
});

function titleOf({ section, text }: Block): string {
  return `${section.at(-1)}: ${text.trim().split('\n').at(-1)}`;
}

/** The command of each rule of a crontab, without where its output goes, as a block of its own. */
function rulesOf(block: Block): Block[] {
  const rules = block.text.matchAll(/^(?:[\d*,]+ ){5}(.*?)(?: >>.*)?$/gm);
  return [...rules].map(([, text = '']) => ({ ...block, text }));
}

function named(commands: readonly Block[]): [string, Block][] {
  return commands.map((command) => [command.text, command]);
}

function linesOf(block: Block): Block[] {
  return block.text
    .trim()
    .split('\n')
    .map((text) => ({ ...block, text }));
}

/** Runs a block in a fresh copy of its folder, as a shell does that stops at the first failure. */
function runBlock({ text, remark }: Block) {
  const home = mkdtempSync(join(scratch, 'home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const state = STATES.find((each) => remark.includes(each)) ?? 'complete';
  const folder = join(home, 'work');
  cpSync(folders[state], folder, { recursive: true });
  const name = fixtureFileName(SMALL_PARTITION);
  mkdirSync(join(home, 'Downloads'));
  cpSync(join(CLEAN_DIR, name), join(home, 'Downloads', name));
  return spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', text], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      HOME: home,
      MARKET_SPINE_RUN_DATE: README_RUN_DATE,
      PATH: [binDir, dirname(process.execPath), process.env.PATH].join(delimiter),
    },
  });
}

function expectedExit({ remark }: Block): number {
  return Number(/exits (\d)/.exec(remark)?.[1] ?? 0);
}
