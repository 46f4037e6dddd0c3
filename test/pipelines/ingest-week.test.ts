import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ingestWeek } from '../../src/pipelines/ingest-week.ts';
import type { Source } from '../../src/sources/source.ts';
import type { Store } from '../../src/store/store.ts';
import { type BrokenKind, brokenDir, fixtureFileName, formDir, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { fakeClock } from '../harness/in-process.ts';
import { DIALECTS, inTransaction } from '../store/dialects.ts';

const contentOf = (dir: string) => readFileSync(join(dir, fixtureFileName(SMALL_PARTITION)));
const GOOD = contentOf(formDir('official'));

/** A source that holds one text, handed out in chunks of a size, and tells whether it was closed. */
function sourceOf(content: Buffer, chunkBytes = content.length) {
  const seen = { opened: 0, closed: 0 };
  const source: Source = {
    name: 'file',
    survey: async () => ({ partitions: new Map(), unmatched: [], movedDates: [] }),
    async *open() {
      seen.opened += 1;
      try {
        for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
      } finally {
        seen.closed += 1;
      }
    },
  };
  return { source, seen };
}

/** Ingests what `source` holds in one transaction. */
async function ingest(store: Store, source: Source) {
  const params = { run_date: '2026-02-02', source: 'file', locator: '/tier1.csv' };
  const deps = { store, source: () => source, clock: fakeClock(), pause: async () => {} };
  const apply = await ingestWeek.prepare({ partition: SMALL_PARTITION, params, executionId: 1 }, deps);
  return inTransaction(store, apply);
}

const captures = (store: Store) =>
  store.db
    .selectFrom('core_captures')
    .select(['state', 'content_hash', 'byte_count', 'raw_count', 'locator'])
    .execute();

const BAD_FILES: BrokenKind[] = ['empty', 'not_utf8', 'missing_column', 'no_rows', 'truncated', 'wrong_week'];

describe.each(DIALECTS)('ingesting into $name', ({ open }) => {
  it.each([1, 7, 4096, 1 << 20])('hashes the very bytes that it parses, in chunks of %i', async (chunkBytes) => {
    const store = await open();
    const { source, seen } = sourceOf(GOOD, chunkBytes);
    expect(await ingest(store, source)).toMatchObject({
      status: 'complete',
      rowCount: 60,
      rejects: null,
      anomalies: [],
    });
    expect(await captures(store)).toEqual([
      {
        state: 'staged',
        content_hash: createHash('sha256').update(GOOD).digest('hex'),
        byte_count: GOOD.length,
        raw_count: 60,
        locator: '/tier1.csv',
      },
    ]);
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it.each(BAD_FILES)('leaves nothing of a bad file, and closes it: %s', async (kind) => {
    const store = await open();
    const { source, seen } = sourceOf(contentOf(brokenDir(kind)));
    await expect(ingest(store, source)).rejects.toMatchObject({ name: 'PartitionError', transient: false });
    expect(await captures(store)).toEqual([]);
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it('closes the source when the database fails under the first rows', async () => {
    const store = await open();
    const { source, seen } = sourceOf(GOOD);
    const failing: Store = {
      ...store,
      async loadRawRows(_key, parsed) {
        for await (const _ of parsed.rows) throw new Error('the disk is full');
        throw new Error('there were no rows');
      },
    };
    await expect(ingest(failing, source)).rejects.toThrow('the disk is full');
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it('reads the header before it asks for a transaction', async () => {
    const store = await open();
    const { source, seen } = sourceOf(contentOf(brokenDir('missing_column')));
    const deps = { store, source: () => source, clock: fakeClock(), pause: async () => {} };
    const params = { run_date: '2026-02-02', source: 'file', locator: '/tier1.csv' };
    const prepared = ingestWeek.prepare({ partition: SMALL_PARTITION, params, executionId: 1 }, deps);
    await expect(prepared).rejects.toMatchObject({ code: 'missing_columns' });
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it('remarks on columns that are new', async () => {
    const store = await open();
    const result = await ingest(store, sourceOf(contentOf(formDir('reordered_columns'))).source);
    expect(result).toMatchObject({
      anomalies: [
        {
          severity: 'INFO',
          category: 'UNKNOWN_COLUMNS',
          message: 'columns that this program does not read: initialPublishedDate, lastReportedDate',
        },
      ],
    });
  });

  it('leaves roll-ups out, so that nothing is counted twice, and says so', async () => {
    const store = await open();
    const [header, ...lines] = contentOf(formDir('non_ats')).toString().trimEnd().split('\n');
    const rollUps = lines.slice(0, 3).map((line) => line.replace('ATS_W_SMBL_FIRM', 'ATS_W_SMBL'));
    const result = await ingest(store, sourceOf(Buffer.from([header, ...lines, ...rollUps, ''].join('\n'))).source);
    expect(result).toMatchObject({
      rowCount: lines.length,
      anomalies: [
        { severity: 'INFO', category: 'ROLL_UPS_LEFT_OUT', message: expect.stringMatching(/^3 roll-up rows/) },
      ],
    });
  });
});
