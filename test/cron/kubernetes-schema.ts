import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { PersistentVolumeClaim, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './kubernetes-manifest.ts';

const MODELS = {
  'batch/v1 CronJob': CronJob,
  'batch/v1 Job': Job,
  'v1 PersistentVolumeClaim': PersistentVolumeClaim,
  'v1 ServiceAccount': ServiceAccount,
};

/**
 * What is wrong with an object by Kubernetes' own schema; empty when it is right. The schema lets unknown fields
 * pass, and the API server only warns of them, so a field the validator never looked at is a problem here too.
 */
export function schemaProblems(manifest: Manifest): string[] {
  const name = `${manifest.apiVersion} ${manifest.kind}`;
  const model = MODELS[name as keyof typeof MODELS];
  if (model === undefined) return [`no schema for ${name}`];
  const read = new Set<string>();
  try {
    model.prototype.validate.call(watched(manifest, '', read));
  } catch (error) {
    return [String(error)];
  }
  return paths(manifest, '')
    .filter((path) => !read.has(path))
    .map((path) => `unknown field ${path}`);
}

function watched<T extends object>(value: T, path: string, read: Set<string>): T {
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return found;
      read.add(`${path}/${key}`);
      return isObject(found) ? watched(found, `${path}/${key}`, read) : found;
    },
  });
}

function paths(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => [
    `${path}/${key}`,
    ...(isObject(child) ? paths(child, `${path}/${key}`) : []),
  ]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
