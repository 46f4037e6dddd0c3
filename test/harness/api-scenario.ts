import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Partition } from '../../src/domain/partition.ts';
import { weekStartOf } from '../../src/domain/week.ts';
import { fixtureFileName } from '../generator/fixture-paths.ts';
import { rowsOfOfficialFile, type StandInRow } from '../stand-in/api-rows.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../stand-in/finra-stand-in.ts';
import { type Ended, start } from './command.ts';
import { startProxy } from './loopback-proxy.ts';
import type { RunDocument } from './run-document.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

type Env = Readonly<Record<string, string>>;

/** A workspace, a stand-in for FINRA's API, and the real command that talks to it. */
export interface ApiScenario extends Workspace {
  readonly standIn: StandIn;
  /** Runs the command with `--source api` and the options of `line`, and returns its document. */
  run(line: string, env?: Env): Promise<RunDocument>;
  /** The same for what the process leaves. */
  end(line: string, env?: Env): Promise<Ended>;
  /** Starts the same and does not wait. */
  start(line: string, env?: Env): ReturnType<typeof start>;
}

/**
 * A scenario that is taken down when the test ends. Whatever the command might ask of another host goes to a proxy that
 * refuses it, and fails the test.
 */
export async function apiScenario(options: StandInOptions = {}): Promise<ApiScenario> {
  const standIn = await startStandIn({ perSecond: 1000, ...options });
  const elsewhere = await startProxy();
  onTestFinished(async () => {
    await standIn.close();
    await elsewhere.close();
    expect(elsewhere.asked).toEqual([]);
  });
  const workspace = createWorkspace();
  const place = ['--db', workspace.db, '--source', 'api', '--requests-per-second', '19'];
  const loopback = { HTTP_PROXY: elsewhere.url, HTTPS_PROXY: elsewhere.url, NO_PROXY: '127.0.0.1' };
  const scenario: ApiScenario = {
    ...workspace,
    standIn,
    start: (line, env = {}) =>
      start([...place, ...line.split(' ')], {
        cwd: workspace.dir,
        env: { MARKET_SPINE_API_BASE_URL: standIn.url, ...loopback, ...env },
      }),
    end: (line, env) => scenario.start(line, env).ended,
    async run(line, env) {
      const { stdout, stderr } = await scenario.end(`${line} --json`, env);
      if (stdout === '') throw new Error(`no document on stdout: ${stderr}`);
      return JSON.parse(stdout) as RunDocument;
    },
  };
  return scenario;
}

/** The rows of the fixtures of `folder` for some partitions, as the API holds them. */
export function fixtureRows(folder: string, partitions: readonly Partition[]): StandInRow[] {
  return partitions.flatMap((partition) => {
    const text = readFileSync(join(folder, fixtureFileName(partition)), 'utf8');
    return rowsOfOfficialFile(text, weekStartOf(partition.weekEnding));
  });
}
