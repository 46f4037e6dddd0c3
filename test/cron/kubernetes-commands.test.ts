import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { CronJob, Job } from './kubernetes-manifest.ts';
import { schemaProblems } from './kubernetes-schema.ts';
import { cronDir, run, testWith } from './tool.ts';

const kubernetesDir = join(cronDir, 'kubernetes');

describe("the README's commands", () => {
  const readme = readFileSync(join(cronDir, 'README.md'), 'utf8');
  const patches = [...readme.matchAll(/-p '(\[[^']*\])'/g)].map(([, patch = '']) => patch);
  const patchWith = (text: string) => patches.find((patch) => patch.includes(text)) ?? '';

  /** The backfill job after a `kubectl` command that works on its input alone. */
  function edited(...args: string[]): Job {
    const job = run('kubectl', ['kustomize', join(kubernetesDir, 'base/backfill')]).stdout;
    const { code, stdout, stderr } = run('kubectl', [...args, '--local', '-f', '-', '-o', 'yaml'], { input: job });
    expect(code, stderr).toBe(0);
    return parse(stdout) as Job;
  }

  testWith('kubectl', 'give the backfill its weeks', () => {
    const weeks = 'MARKET_SPINE_WEEKS=2025-10-01..2025-12-22';
    expect(readme).toContain(`kubectl set env --local -f - ${weeks} -o yaml`);
    const [container] = edited('set', 'env', weeks).spec.template.spec.containers;
    expect(container.env).toContainEqual({ name: 'MARKET_SPINE_WEEKS', value: '2025-10-01..2025-12-22' });
  });

  testWith('kubectl', 'make a job of the status command, which is not repeated when it finds gaps', () => {
    const { backoffLimit, template } = edited('patch', '--type=json', '-p', patchWith('status')).spec;
    const [{ command, args }] = template.spec.containers;
    expect({ backoffLimit, command, args }).toEqual({ backoffLimit: 0, command: undefined, args: ['status'] });
  });

  testWith('kubectl', 'make a pod that waits for files to be copied', () => {
    const [container] = edited('patch', '--type=json', '-p', patchWith('sleep')).spec.template.spec.containers;
    expect([container.command, container.args]).toEqual([['sleep'], ['3600']]);
  });

  testWith(
    'kubectl',
    'show an overlay that kustomize renders, with the image, the storage and the settings of a site',
    () => {
      const site = mkdtempSync(join(tmpdir(), 'finra-overlay-'));
      onTestFinished(() => rmSync(site, { recursive: true }));
      const overlay = /^```yaml\n([^`]*)^```/m.exec(readme)?.[1] ?? '';
      cpSync(kubernetesDir, join(site, 'run-finra-weekly-schedule/cron/kubernetes'), { recursive: true });
      mkdirSync(join(site, 'desk'));
      writeFileSync(join(site, 'desk/kustomization.yaml'), overlay);
      const { code, stdout, stderr } = run('kubectl', ['kustomize', join(site, 'desk')]);
      expect(code, stderr).toBe(0);
      expect(parseAllDocuments(stdout).flatMap((document) => schemaProblems(document.toJS()))).toEqual([]);
      expect(stdout).toContain('image: registry.example.com/run-finra-weekly-schedule:0.1.0\n');
      expect(stdout).toContain('storageClassName: fast-block\n');
      const cronJob = parseAllDocuments(stdout)
        .map((document) => document.toJS() as CronJob)
        .find(({ kind }) => kind === 'CronJob');
      const [{ env = [] } = {}] = cronJob?.spec.jobTemplate.spec.template.spec.containers ?? [];
      const values = new Map(env.map(({ name, value }) => [name, value]));
      expect(values.size).toBe(env.length);
      expect(values.get('MARKET_SPINE_PUSHGATEWAY_URL')).toBe('http://pushgateway.monitoring:9091');
      expect(values.get('MARKET_SPINE_LOOKBACK_WEEKS')).toBe('10');
      expect(values.get('MARKET_SPINE_SOURCE')).toBe('file');
    },
  );
});
