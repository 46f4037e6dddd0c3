import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { CronJob } from './kubernetes-manifest.ts';
import { cronDir, type Finished, projectDir, run } from './tool.ts';

const cronJob = parse(readFileSync(join(cronDir, 'kubernetes/base/cronjob.yaml'), 'utf8')) as CronJob;
const [container] = cronJob.spec.jobTemplate.spec.template.spec.containers;

/** Runs what the CronJob's container runs, on the fixtures, with both outputs in one, as `kubectl logs` shows them. */
function runContainer(...args: string[]): Finished {
  const data = mkdtempSync(join(tmpdir(), 'finra-pod-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const name = 'run-finra-weekly-schedule';
  symlinkSync(join(projectDir, `bin/${name}.js`), join(data, name));
  symlinkSync(join(projectDir, 'fixtures/finra_otc'), join(data, 'finra_otc'));
  const [tini, dashes, ...program] = container.command;
  expect([tini, dashes]).toEqual(['tini', '--']);
  const settings = container.env.map((variable) => [variable.name, variable.value.replace('/data', data)]);
  const env = {
    PATH: `${data}:${dirname(process.execPath)}:/usr/bin:/bin`,
    MARKET_SPINE_RUN_DATE: '2026-01-12',
    ...Object.fromEntries(settings),
  };
  return run('/bin/sh', ['-c', '"$@" 2>&1', 'sh', ...program, ...args], { cwd: '/', env });
}

describe("the CronJob's log", () => {
  const events = (output: string) =>
    output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; [field: string]: unknown });

  test('is one JSON object a line, from the start of the run to its end', () => {
    const { code, stdout } = runContainer();
    const lines = events(stdout);
    expect(lines[0]).toMatchObject({ event: 'run_started', source: 'file' });
    expect(lines[0]?.weeks).toHaveLength(8);
    expect(lines.at(-1)).toMatchObject({ event: 'run_ended', exit_code: code });
  });

  test("is JSON for bad options too, and the exit code is the command's", () => {
    const { code, stdout } = runContainer('--weeks', 'never');
    expect(code).toBe(2);
    expect(events(stdout).map(({ event }) => event)).toEqual(['command_failed']);
  });
});
