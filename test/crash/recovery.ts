import { closeSync, openSync, readSync } from 'node:fs';
import { expect } from 'vitest';
import { staged } from '../harness/at-step.ts';
import { run } from '../harness/command.ts';
import { isIntact, query, value } from '../harness/database.ts';
import { leftovers, NOTHING_LEFT, storedState } from '../harness/stored-state.ts';
import type { Attempt, Scenario } from './scenarios.ts';

/** Containers: every start has another host name, and the same process id. */
export const FIRST_HOST = { host: 'pod-1', pid: 1 } as const;
const SECOND_HOST = { host: 'pod-2', pid: 1 } as const;

/**
 * Runs an interrupted attempt again, on another host, and expects the end of an uninterrupted run: the same contents,
 * a sound database and nothing left over.
 */
export async function expectRecovery(scenario: Scenario, { db, args }: Attempt): Promise<void> {
  const ended = await run(args, { env: staged(SECOND_HOST) });
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(isIntact(db)).toBe(true);
  expect(storedState(db)).toEqual(scenario.state);
  expect(leftovers(db)).toEqual(NOTHING_LEFT);
  expect(value(db, 'SELECT status FROM core_scheduler_runs ORDER BY rowid DESC LIMIT 1')).toBe('success');
  expect(isAtRest(db)).toBe(true);
}

/**
 * Expects that the killed run, if it got as far as recording itself and not as far as its end, was closed as interrupted
 * and told of.
 */
export function expectKillTold(db: string): void {
  const [killed] = query(db, 'SELECT status, exit_code FROM core_scheduler_runs WHERE host = ?', FIRST_HOST.host);
  const open = killed !== undefined && killed.status !== 'success';
  if (open) expect(killed).toEqual({ status: 'interrupted', exit_code: 2n });
  const told = query(db, "SELECT severity, stage, message FROM core_anomalies WHERE category = 'RUN_KILLED'");
  const message = expect.stringContaining('host pod-1, pid 1, since ');
  expect(told).toEqual(open ? [{ severity: 'WARN', stage: '', message }] : []);
}

/** Whether the database is in rollback journal mode, which a clean run leaves it in for readers without side files. */
function isAtRest(db: string): boolean {
  const header = Buffer.alloc(20);
  const file = openSync(db, 'r');
  readSync(file, header, 0, header.length, 0);
  closeSync(file);
  return header[18] === 1;
}
