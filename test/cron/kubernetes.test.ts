import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { CronJob, Job, JobSpec, Manifest, PodSpec } from './kubernetes-manifest.ts';
import { schemaProblems } from './kubernetes-schema.ts';
import { cronDir, run, testWith } from './tool.ts';

const kubernetesDir = join(cronDir, 'kubernetes');
const readManifest = <T extends Manifest>(path: string): T =>
  parse(readFileSync(join(kubernetesDir, path), 'utf8')) as T;

const FILES = ['serviceaccount.yaml', 'persistentvolumeclaim.yaml', 'cronjob.yaml', 'backfill/job.yaml'];
const cronJob = readManifest<CronJob>('base/cronjob.yaml');
const backfill = readManifest<Job>('base/backfill/job.yaml');
const JOBS: [string, JobSpec][] = [
  ['the weekly job', cronJob.spec.jobTemplate.spec],
  ['the backfill job', backfill.spec],
];

function render(folder: string): Manifest[] {
  const { code, stdout, stderr } = run('kubectl', ['kustomize', join(kubernetesDir, folder)]);
  expect(stderr, 'a deprecated field is a warning').toBe('');
  expect(code).toBe(0);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

describe('the schema check', () => {
  test('reports a field that Kubernetes does not know, at any depth', () => {
    const spec = { ...cronJob.spec, concurencyPolicy: 'Forbid' };
    expect(schemaProblems({ ...cronJob, spec } as Manifest)).toEqual(['unknown field /spec/concurencyPolicy']);
  });

  test('reports a value of the wrong type', () => {
    const spec = { ...cronJob.spec, startingDeadlineSeconds: '6h' };
    expect(schemaProblems({ ...cronJob, spec } as Manifest)[0]).toContain('/spec/startingDeadlineSeconds');
  });

  test('reports a kind it has no schema for', () => {
    expect(schemaProblems({ ...cronJob, kind: 'ConfigMap' })).toEqual(['no schema for batch/v1 ConfigMap']);
  });
});

describe('every manifest', () => {
  test.each(FILES)('%s follows the Kubernetes schema', (file) => {
    expect(schemaProblems(readManifest(`base/${file}`))).toEqual([]);
  });

  test.each(FILES)('%s is labelled with its app and component', (file) => {
    expect(readManifest(`base/${file}`).metadata.labels).toEqual({
      app: 'run-finra-weekly-schedule',
      component: expect.any(String),
    });
  });
});

describe('the CronJob', () => {
  test('starts on Monday 10:30 in New York, never twice at once, and also late', () => {
    expect(cronJob.spec).toMatchObject({
      schedule: '30 10 * * 1',
      timeZone: 'America/New_York',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 21600,
    });
  });

  test('keeps five successful jobs and three failed ones', () => {
    expect(cronJob.spec).toMatchObject({ successfulJobsHistoryLimit: 5, failedJobsHistoryLimit: 3 });
  });

  test('runs the lookback from files', () => {
    const { env } = cronJob.spec.jobTemplate.spec.template.spec.containers[0];
    expect(env).toContainEqual({ name: 'MARKET_SPINE_LOOKBACK_WEEKS', value: '8' });
    expect(env).toContainEqual({ name: 'MARKET_SPINE_SOURCE', value: 'file' });
  });

  test('labels its jobs as itself', () => {
    expect(cronJob.spec.jobTemplate.metadata.labels).toEqual(cronJob.metadata.labels);
  });
});

describe('the backfill', () => {
  test('runs in the same pod as the weekly job, but for its weeks', () => {
    const podOf = (job: JobSpec) => {
      const { containers, ...pod } = job.template.spec;
      const { env, ...container } = containers[0];
      return { ...pod, container, env: env.filter(({ name }) => !/_(LOOKBACK_)?WEEKS$/.test(name)) };
    };
    expect(podOf(backfill.spec)).toEqual(podOf(cronJob.spec.jobTemplate.spec));
  });

  test('has no lookback, which would exclude the weeks, and no weeks that would be taken as given', () => {
    const { env } = backfill.spec.template.spec.containers[0];
    expect(env.map(({ name }) => name)).not.toContain('MARKET_SPINE_LOOKBACK_WEEKS');
    expect(env).toContainEqual({ name: 'MARKET_SPINE_WEEKS', value: 'set-me' });
  });
});

describe.each(JOBS)('%s', (_, job) => {
  const pod = job.template.spec;
  const [container] = pod.containers;

  test('is tried three times and cleared away an hour after its end', () => {
    expect(job).toMatchObject({ backoffLimit: 2, ttlSecondsAfterFinished: 3600, activeDeadlineSeconds: 21600 });
    expect(pod.restartPolicy).toBe('Never');
  });

  test('does not count a disruption, stops at exit 2, and counts anything else, in this order', () => {
    expect(job.podFailurePolicy.rules).toEqual([
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { containerName: 'run', operator: 'In', values: [2] } },
      { action: 'Count', onExitCodes: { containerName: 'run', operator: 'NotIn', values: [2] } },
    ]);
    expect(container.name).toBe('run');
  });

  test('asks for half a core and 512 MiB and is held to two cores and 2 GiB', () => {
    expect(container.resources).toEqual({
      requests: { cpu: '500m', memory: '512Mi' },
      limits: { cpu: '2', memory: '2Gi' },
    });
  });

  test('has no rights to speak of', () => {
    expect(pod).toMatchObject({
      serviceAccountName: 'finra-weekly',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('has no options, which would win over the environment that an overlay can change', () => {
    expect(container.args).toBeUndefined();
  });

  test("mounts the database's whole folder from the claim, and an empty /tmp", () => {
    expect(container.volumeMounts).toEqual([
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
    expect(pod.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'finra-weekly-data' } },
      { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
    ]);
    const database = container.env.find(({ name }) => name === 'MARKET_SPINE_DB')?.value ?? '';
    expect(dirname(database)).toBe('/data');
  });

  test('names a version of its image', () => {
    expect(container.image).toMatch(/:\d+\.\d+\.\d+$/);
  });
});

describe('rendered by kustomize', () => {
  const RENDERED: [string, string[]][] = [
    ['base', ['ServiceAccount', 'PersistentVolumeClaim', 'CronJob']],
    ['base/backfill', ['Job']],
    ['overlays/openshift', ['ServiceAccount', 'PersistentVolumeClaim', 'CronJob']],
    ['overlays/openshift/backfill', ['Job']],
  ];

  for (const [folder, kinds] of RENDERED) {
    testWith('kubectl', `${folder} holds ${kinds.join(', ')}, each valid, and no ConfigMap`, () => {
      const manifests = render(folder);
      expect(manifests.map(({ kind }) => kind)).toEqual(kinds);
      expect(manifests.flatMap(schemaProblems)).toEqual([]);
    });
  }

  testWith('kubectl', 'openshift differs from the base only in leaving the user and its groups to the cluster', () => {
    const pods = (folder: string): PodSpec[] =>
      [
        ...(render(folder) as CronJob[])
          .filter(({ kind }) => kind === 'CronJob')
          .map(({ spec }) => spec.jobTemplate.spec),
        ...(render(`${folder}/backfill`) as Job[]).map(({ spec }) => spec),
      ].map(({ template }) => template.spec);
    const openshift = pods('overlays/openshift');
    expect(openshift).toHaveLength(2);
    for (const [at, pod] of pods('base').entries()) {
      const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
      expect(openshift[at]).toEqual({ ...pod, securityContext });
    }
  });
});
