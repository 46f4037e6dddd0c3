import { onTestFinished } from 'vitest';
import type { Trx } from '../../src/store/schema.ts';
import { openForRun } from '../../src/store/sqlite/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createWorkspace } from '../harness/workspace.ts';

/** A kind of database that the store's tests are run on. */
export interface Dialect {
  readonly name: string;
  /** An empty store of its own for the test that asks for it. */
  open(): Promise<Store>;
}

export const DIALECTS: readonly Dialect[] = [
  {
    name: 'SQLite',
    async open() {
      const { db } = createWorkspace();
      const patience = { busyTimeoutMs: 0, sleep: async () => {}, stopwatch: () => 0 };
      const store = await openForRun({ path: db, allowNetworkFs: true, ...patience });
      onTestFinished(() => store.close());
      return store;
    },
  },
];

/** Does something in one transaction. */
export function inTransaction<T>(store: Store, action: (trx: Trx) => Promise<T>): Promise<T> {
  return store.db.transaction().execute(action);
}

/** The instant of a day in June 2026, at noon, as the database writes it. */
export function instant(day: number, milliseconds = 0): string {
  return `2026-06-${String(day).padStart(2, '0')} 12:00:00.${String(milliseconds).padStart(3, '0')}`;
}
