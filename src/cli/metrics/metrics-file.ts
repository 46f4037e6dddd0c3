import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Exposition, readExposition } from './family.ts';

// node_exporter reads it as a user of its own, and it holds no more than counts.
const READABLE_BY_ALL = 0o644;

/**
 * What the metrics file published last; nothing where there is none. Throws when it is there and cannot be read, or is
 * no regular file.
 */
export function readMetricsFile(path: string): Exposition {
  if (!existsSync(path)) return { values: new Map(), strayLines: 0 };
  // Before it is opened: a pipe keeps whoever opens it waiting for the other end.
  refuseOther(path);
  return readExposition(readFileSync(path, 'utf8'));
}

/**
 * Puts `text` in the place of the metrics file, or of what it is a link to: whoever reads it, and whenever the process
 * dies, finds the old or the new one whole. The new one is written beside it, under a name that the textfile collector
 * does not read. Throws when the folder cannot be written, or the path is no regular file.
 */
export function writeMetricsFile(path: string, text: string, pid: number): void {
  const target = targetOf(path);
  refuseOther(target);
  const beside = `${target}.${pid}.tmp`;
  rmSync(beside, { force: true });
  try {
    const file = openSync(beside, 'wx');
    try {
      writeFileSync(file, text);
      fchmodSync(file, READABLE_BY_ALL);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function refuseOther(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new Error('it is not a regular file');
}

// Links are followed whether what they lead to is there already or not.
function targetOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  // Links that lead in a circle throw here.
  statSync(path, { throwIfNoEntry: false });
  return targetOf(resolve(realpathSync(dirname(path)), readlinkSync(path)));
}
