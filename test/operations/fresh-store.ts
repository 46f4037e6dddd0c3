import { onTestFinished } from 'vitest';
import { openForRun } from '../../src/store/sqlite/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createWorkspace } from '../harness/workspace.ts';

/** An empty database of a test's own, with the present schema; closed when the test ends. */
export async function openFreshStore(): Promise<Store> {
  const { db: path } = createWorkspace();
  const patience = { busyTimeoutMs: 0, sleep: async () => {}, stopwatch: () => 0 };
  const store = await openForRun({ path, allowNetworkFs: true, ...patience });
  onTestFinished(() => store.close());
  return store;
}
