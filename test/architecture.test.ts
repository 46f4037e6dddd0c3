import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** What each folder may import from beside itself: arrows point one way, and sources and store do not know each other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['schedule', 'operations', 'pipelines', 'sources', 'store', 'finra', 'domain'],
  operations: ['schedule', 'pipelines', 'sources', 'store', 'finra', 'domain'],
  schedule: ['pipelines', 'sources', 'store', 'finra', 'domain'],
  pipelines: ['sources', 'store', 'finra', 'domain'],
  sources: ['finra', 'domain'],
  store: ['finra', 'domain'],
  finra: ['domain'],
  domain: [],
};

/** Which folders, or which file of one, may use a package. */
const HOME_OF_PACKAGE: Readonly<Record<string, string>> = {
  commander: 'cli/',
  chalk: 'cli/',
  'prom-client': 'cli/metrics/exposition.ts',
  kysely: 'store/',
  'better-sqlite3': 'store/sqlite/',
  'csv-parse/sync': 'finra/csv-text.ts',
  undici: 'sources/api/',
  'date-fns': 'domain/calendar-date.ts',
  '@date-fns/utc/date/mini': 'domain/calendar-date.ts',
  '@date-fns/tz': 'domain/clock.ts',
};

interface SourceFile {
  /** Below `src`, with `/` between folders. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without what stands in quotes. */
  readonly code: string;
  /** What it imports: paths below `src` for our own files, names for everything else. */
  readonly imports: readonly string[];
}

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name): SourceFile => {
    const text = readFileSync(join(SRC, name), 'utf8');
    const path = name.replaceAll('\\', '/');
    return { path, text, code: codeOf(text), imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): string[] {
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm),
  ];
  return found
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((name) => (name.startsWith('.') ? relative(SRC, resolve(SRC, dirname(path), name)) : name));
}

function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, (found) =>
    found.startsWith('`') ? templateCode(found) : '',
  );
}

// What a template holds between `${` and `}` is code.
function templateCode(template: string): string {
  return [...template.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1]).join(' ');
}

const folderOf = (path: string) => path.split('/')[0] ?? '';

/** The files whose code holds `pattern`, but for those below `home`. */
function outside(home: string, pattern: RegExp): string[] {
  return FILES.filter(({ path, code }) => !path.startsWith(home) && pattern.test(code)).map(({ path }) => path);
}

describe('imports', () => {
  it('are found at all', () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(FILES.find(({ path }) => path === 'cli/entry.ts')?.imports).toContain('cli/main.ts');
    expect(FILES.map(({ path }) => folderOf(path)).filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });

  it.each(Object.entries(MAY_IMPORT))('of %s/ point one way', (folder, allowed) => {
    const wrong = FILES.filter(({ path }) => folderOf(path) === folder).flatMap(({ path, imports }) =>
      imports
        .filter((name) => Object.keys(MAY_IMPORT).includes(folderOf(name)))
        .filter((name) => folderOf(name) !== folder && !allowed.includes(folderOf(name)))
        .map((name) => `${path} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("of SQLite's own part of the store are for the command line and for itself", () => {
    const wrong = FILES.filter(({ path }) => !path.startsWith('cli/') && !path.startsWith('store/sqlite/')).flatMap(
      ({ path, imports }) =>
        imports.filter((name) => name.startsWith('store/sqlite/')).map((name) => `${path} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('of our own files name the file, and none lies outside of src but the package itself', () => {
    const wrong = FILES.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith('..') || Object.keys(MAY_IMPORT).includes(folderOf(name)))
        .filter((name) => !FILES.some((file) => file.path === name) && name !== '../package.json')
        .map((name) => `${path} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(HOME_OF_PACKAGE))('of the package %s stay in %s', (name, home) => {
    const users = FILES.filter(({ imports }) => imports.includes(name)).map(({ path }) => path);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((path) => !path.startsWith(home))).toEqual([]);
  });

  it('are of packages that have a home, or of Node', () => {
    const known = (name: string) =>
      name.startsWith('node:') ||
      name in HOME_OF_PACKAGE ||
      name === '../package.json' ||
      Object.keys(MAY_IMPORT).includes(folderOf(name));
    expect(FILES.flatMap(({ imports }) => imports).filter((name) => !known(name))).toEqual([]);
  });
});

describe('the world', () => {
  it('is touched by cli/ alone: the process and the console', () => {
    expect(outside('cli/', /\bprocess\b|\bconsole\b/)).toEqual([]);
    expect(FILES.filter(({ path, imports }) => !path.startsWith('cli/') && imports.includes('node:process'))).toEqual(
      [],
    );
  });

  it('is touched by cli/ alone: the time and chance', () => {
    expect(outside('cli/', /\bnew Date\(\)|\bDate\.now\b|\bperformance\.now\b|\bMath\.random\b/)).toEqual([]);
  });
});

describe('exports', () => {
  it('are named, never default', () => {
    expect(outside('-', /\bexport default\b|\bas default\b/)).toEqual([]);
  });

  it('come from the file that holds them: no barrels', () => {
    const barrels = FILES.filter(({ text }) => /^export (?:type )?(?:\*|\{[^}]*\}) from/m.test(text));
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });
});
