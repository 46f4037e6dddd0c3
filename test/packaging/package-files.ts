import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../harness/command.ts';

/** package.json, as far as tests look at it. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<{ build: string }>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

/** package-lock.json, as far as tests look at it. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
}

export const PACKAGE = readJson<PackageJson>('package.json');

export const LOCK = readJson<PackageLock>('package-lock.json');

/** Packs the project as it stands, without building, into `folder`; returns the tarball's path. */
export function pack(folder: string): string {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  return join(folder, execFileSync('npm', args, { cwd: PROJECT, encoding: 'utf8' }).trim());
}

/** The files below a folder, as paths from the project's folder, sorted. */
export function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length))
    .sort();
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(PROJECT, name), 'utf8')) as T;
}
