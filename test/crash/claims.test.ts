import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import SqliteHandle from 'better-sqlite3';
import { Kysely } from 'kysely';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { toDbInstant } from '../../src/domain/clock.ts';
import { PartitionError } from '../../src/domain/errors.ts';
import { ABANDONED_AFTER_MS, executeItem } from '../../src/pipelines/execute-item.ts';
import { fileSource } from '../../src/sources/file-source.ts';
import type { Source } from '../../src/sources/source.ts';
import type { Db, Tables } from '../../src/store/schema.ts';
import { immediateSqliteDialect } from '../../src/store/sqlite/dialect.ts';
import { openForRun } from '../../src/store/sqlite/open-store.ts';
import { patiently } from '../../src/store/sqlite/patience.ts';
import type { Store } from '../../src/store/store.ts';
import {
  armItems,
  type Claim,
  claimItem,
  settleClaim,
  type Worker,
  type WorkItem,
} from '../../src/store/work-items.ts';
import { CLEAN_DIR, FIXTURE_RUN_DATE, fixtureFileName } from '../generator/fixture-paths.ts';
import { query, value } from '../harness/database.ts';
import { standingTime } from '../harness/schedule.ts';
import { createWorkspace } from '../harness/workspace.ts';

const PARTITION = { weekEnding: '2025-12-19', tier: 'OTC' } as const;
const FIRST = { runId: null, host: 'worker-1', pid: 1 };
const SECOND = { runId: null, host: 'worker-2', pid: 1 };
const READING = {
  maxFileBytes: 1_000_000,
  fileDate: 'week',
  publication: { lagDays: { NMS_TIER_1: 17, NMS_TIER_2: 31, OTC: 31 }, graceDays: 3 },
} as const;
const PATIENCE = { busyTimeoutMs: 60_000, sleep: () => nextTurn(), stopwatch: () => performance.now() };
const COMPLETE = {
  state: 'COMPLETE',
  outcome: 'complete',
  error: null,
  nextAttemptAt: null,
  attemptSpent: true,
} as const;

let db: string;
let store: Store;
let item: WorkItem;
let hours: ReturnType<typeof standingTime>;

beforeEach(async () => {
  ({ db } = createWorkspace());
  hours = standingTime();
  store = await openForRun({ path: db, allowNetworkFs: true, ...PATIENCE });
  onTestFinished(() => store.close());
  const params = { run_date: FIXTURE_RUN_DATE, source: 'file', locator: join(CLEAN_DIR, fixtureFileName(PARTITION)) };
  const order = { pipeline: 'ingest_week', partition: PARTITION, params, priority: 50, maxAttempts: 3 } as const;
  const [armed] = await store.db.transaction().execute((trx) => armItems(trx, [order], false, instant()));
  if (armed === undefined) throw new Error('the item was not armed');
  item = armed;
});

describe('a claim', () => {
  it('succeeds for one of two workers that have connections of their own', async () => {
    const other = connect(db);
    const claims = await Promise.all([claim(store.db, FIRST), claim(other, SECOND), claim(store.db, FIRST)]);
    expect(claims.filter((taken) => taken !== null)).toHaveLength(1);
    expect(query(db, 'SELECT attempt_count, state FROM core_work_items')).toEqual([
      { attempt_count: 1n, state: 'RUNNING' },
    ]);
    expect(value(db, 'SELECT count(*) FROM core_executions')).toBe(1n);
  });

  it('is refused until the item has been untouched for 30 minutes', async () => {
    expect(await claim(store.db, FIRST)).not.toBeNull();
    hours.pass(ABANDONED_AFTER_MS);
    expect(await claim(store.db, SECOND)).toBeNull();
    hours.pass(1);
    expect(await claim(store.db, SECOND)).toMatchObject({ attempt: 2 });
    expect(query(db, 'SELECT host, attempt, outcome FROM core_executions ORDER BY execution_id')).toEqual([
      { host: 'worker-1', attempt: 1n, outcome: 'released' },
      { host: 'worker-2', attempt: 2n, outcome: null },
    ]);
  });

  it('is settled once, and by nobody else', async () => {
    const first = await claimed(FIRST);
    hours.pass(ABANDONED_AFTER_MS + 1);
    const second = await claimed(SECOND);
    expect(await settle(first)).toBe(false);
    expect(value(db, 'SELECT state FROM core_work_items')).toBe('RUNNING');
    expect(await settle(second)).toBe(true);
    expect(await settle(second)).toBe(false);
    expect(query(db, 'SELECT host, outcome FROM core_executions ORDER BY execution_id')).toEqual([
      { host: 'worker-1', outcome: 'released' },
      { host: 'worker-2', outcome: 'complete' },
    ]);
  });
});

describe('a worker whose item was claimed by another one meanwhile', () => {
  it.each<[what: string, breaks: boolean]>([
    ['the rows it has made', false],
    ['the failure it has met', true],
  ])('loses %s', async (_, breaks) => {
    const files = fileSource({ ...READING, dataDir: CLEAN_DIR });
    const robbed: Source = {
      ...files,
      async *open(locator) {
        hours.pass(ABANDONED_AFTER_MS + 1);
        expect(await claim(connect(db), SECOND)).not.toBeNull();
        if (breaks) throw new PartitionError({ code: 'broken', message: 'it is broken', hint: '', transient: true });
        yield* files.open(locator);
      },
    };

    const result = await executeItem(item, {
      store,
      source: () => robbed,
      clock: hours,
      pause: async () => {},
      worker: FIRST,
      retryDelaysMs: [1],
    });

    expect(result).toMatchObject({ status: 'deferred', error: { code: 'not_claimed' } });
    for (const table of ['core_captures', 'raw_rows', 'core_manifest', 'core_anomalies']) {
      expect(value(db, `SELECT count(*) FROM ${table}`)).toBe(0n);
    }
    expect(query(db, 'SELECT state, locked_by, attempt_count FROM core_work_items')).toEqual([
      { state: 'RUNNING', locked_by: 'worker-2:1', attempt_count: 2n },
    ]);
    expect(query(db, 'SELECT host, outcome FROM core_executions ORDER BY execution_id')).toEqual([
      { host: 'worker-1', outcome: 'released' },
      { host: 'worker-2', outcome: null },
    ]);
  });
});

function claim(on: Db, worker: Worker): Promise<Claim | null> {
  const abandonedBefore = toDbInstant(new Date(hours.now().getTime() - ABANDONED_AFTER_MS));
  return on.transaction().execute((trx) => claimItem(trx, item, worker, instant(), abandonedBefore));
}

async function claimed(worker: Worker): Promise<Claim> {
  const taken = await claim(store.db, worker);
  if (taken === null) throw new Error('the item was not to be had');
  return taken;
}

function settle(taken: Claim): Promise<boolean> {
  return store.db.transaction().execute((trx) => settleClaim(trx, taken, COMPLETE, instant()));
}

function instant(): string {
  return toDbInstant(hours.now());
}

// What another process would have: a connection of its own. Both live in this process, so neither may block it.
function connect(path: string): Db {
  const handle = new SqliteHandle(path, { timeout: 0 });
  onTestFinished(() => {
    handle.close();
  });
  return new Kysely<Tables>({ dialect: immediateSqliteDialect(handle, (attempt) => patiently(PATIENCE, attempt)) });
}
