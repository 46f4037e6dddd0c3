import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { staged } from '../harness/at-step.ts';
import { type Ended, run } from '../harness/command.ts';
import { isIntact } from '../harness/database.ts';
import { expectRecovery, FIRST_HOST } from './recovery.ts';
import { prepareScenarios, type Scenario, type ScenarioName, scenarioFolder } from './scenarios.ts';
import { mayMount, mountSmallDisk, underFileLimit } from './small-disk.ts';

// What SQLite keeps beside the log while it is in use, and the folder with its first pages.
const BESIDE_THE_LOG = 32_768 + 16_384;

const dir = scenarioFolder();
let scenarioOf: (name: ScenarioName) => Promise<Scenario>;

beforeAll(async () => {
  scenarioOf = await prepareScenarios(dir);
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(['first_load', 'restatement'] as const)('a run without space: %s', (name) => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await scenarioOf(name);
  });

  describe.runIf(mayMount())('on a full disk (a small tmpfs)', () => {
    it.each([2, 35, 80])('at %i % of its writing ends with 2, and completes once there is space', async (percent) => {
      const { attempt, disk } = onDisk((percent / 100) * scenario.bytes);
      const ended = await run(attempt.args, { env: staged(FIRST_HOST) });
      disk.resize(65_536);
      expectOutOfSpace(ended, attempt.db);
      await expectRecovery(scenario, attempt);
    });

    it('succeeds with room for the log alone, and the next run tidies up', async () => {
      const { attempt, disk } = onDisk(scenario.logBytes + BESIDE_THE_LOG);
      const ended = await run(attempt.args, { env: staged(FIRST_HOST) });
      expect(ended.code).toBe(0);
      expect(existsSync(`${attempt.db}-wal`)).toBe(true);
      expect(isIntact(attempt.db)).toBe(true);
      disk.resize(65_536);
      await expectRecovery(scenario, attempt);
    });
  });

  describe('past a limit on file sizes (RLIMIT_FSIZE)', () => {
    it.each([10, 60])('at %i % of its writing ends with 2, and completes without it', async (percent) => {
      const attempt = scenario.begin();
      const kilobytes = Math.ceil(((percent / 100) * scenario.bytes) / 1024);
      const ended = await run(attempt.args, { env: staged(FIRST_HOST), through: underFileLimit(kilobytes) });
      expectOutOfSpace(ended, attempt.db);
      await expectRecovery(scenario, attempt);
    });
  });

  // The attempt on a disk with so many bytes left.
  function onDisk(bytesLeft: number) {
    const stored = scenario.begin();
    const disk = mountSmallDisk(65_536);
    onTestFinished(disk.end);
    const db = join(disk.dir, 'store', 'market_spine.db');
    mkdirSync(dirname(db));
    if (existsSync(stored.db)) copyFileSync(stored.db, db);
    disk.resize(Math.ceil((disk.usedBytes() + bytesLeft) / 1024));
    const args = stored.args.map((word) => (word === stored.db ? db : word));
    return { attempt: { ...stored, dir: disk.dir, db, args }, disk };
  }
});

// Past a file-size limit the operating system says "file too large" rather than "no space left", which SQLite hands on
// as a failed write.
function expectOutOfSpace({ code, stderr }: Ended, db: string): void {
  expect(code).toBe(2);
  const [error, hint, ...rest] = stderr.split('\n');
  expect([
    `error: database ${db}: the disk or the file-size limit is used up`,
    `error: database ${db}: reading or writing failed`,
  ]).toContain(error);
  expect(hint).toMatch(/^try: .*limit, then run again$/);
  expect(rest).toEqual(['']);
  expect(isIntact(db)).toBe(true);
}
