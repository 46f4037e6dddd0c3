import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../harness/command.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { prepareScenarios, type Scenario, scenarioFolder } from './scenarios.ts';

const PAGE = 4096;
const DAMAGED = 'it is damaged\ntry: restore a backup; keep this file for analysis\n';
const NOT_SQLITE = 'it is not a SQLite database\ntry: give another --db; this file was left as it is\n';

const dir = scenarioFolder();
let scenario: Scenario;

beforeAll(async () => {
  scenario = await (await prepareScenarios(dir))('restatement');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('a damaged database: exit 2 and one error', () => {
  it.each<[what: string, damage: (db: string, pages: number) => void, why: string]>([
    ['its first bytes overwritten', (db) => overwrite(db, 0, 32), NOT_SQLITE],
    ['the list of its tables overwritten', (db) => overwrite(db, 100, PAGE - 100), DAMAGED],
    ['all but its first page overwritten', (db, pages) => overwrite(db, PAGE, (pages - 1) * PAGE), DAMAGED],
    [
      'overwritten from a tenth to a half',
      (db, pages) => overwrite(db, Math.round(pages / 10) * PAGE, Math.round(pages * 0.4) * PAGE),
      DAMAGED,
    ],
    ['its second half cut off', (db, pages) => truncateSync(db, Math.round(pages / 2) * PAGE), DAMAGED],
  ])('%s', async (_, damage, why) => {
    const { db, args } = scenario.begin();
    damage(db, statSync(db).size / PAGE);
    const ended = await run([...args, '--force']);
    expect(ended).toMatchObject({ code: 2, stderr: `error: database ${db}: ${why}` });
  });

  it('is told by a dry run too, which leaves it as it is', async () => {
    const { dir: own, db, args } = scenario.begin();
    overwrite(db, 100, PAGE - 100);
    const before = folderBytes(own);
    const ended = await run([...args, '--dry-run']);
    expect(ended).toMatchObject({ code: 2, stderr: `error: database ${db}: ${DAMAGED}` });
    expect(folderBytes(own)).toEqual(before);
  });

  it('is not what a foreign file under the name of its lock makes of it', async () => {
    const { db, args } = scenario.begin();
    const lock = openSync(`${db}.lock`, 'w');
    writeSync(lock, 'This is not what a lock file looks like.\n'.repeat(40));
    closeSync(lock);
    const ended = await run(args);
    expect(ended).toMatchObject({
      code: 2,
      stderr: [
        `error: run lock ${db}.lock: this file is not a lock of this program`,
        'try: move it away, then run again; its lock file is an empty one',
        '',
      ].join('\n'),
    });
  });
});

function overwrite(db: string, from: number, bytes: number): void {
  const file = openSync(db, 'r+');
  writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
  closeSync(file);
}
