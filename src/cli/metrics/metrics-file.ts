import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readSeries, type SeriesValues } from './family.ts';

// node_exporter reads it as a user of its own, and it holds no more than counts.
const READABLE_BY_ALL = 0o644;

/** What the metrics file published last; empty where there is none. Throws when it is there and cannot be read. */
export function readMetricsFile(path: string): SeriesValues {
  return existsSync(path) ? readSeries(readFileSync(path, 'utf8')) : new Map();
}

/**
 * Puts `text` in the place of the metrics file: whoever reads it, and whenever the process dies, finds the old or the
 * new one whole. The new one is written beside it, under a name that the textfile collector does not read. Throws when
 * the folder cannot be written, or the path is no file.
 */
export function writeMetricsFile(path: string, text: string, pid: number): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  if (existsSync(target) && !statSync(target).isFile()) throw new Error('it is not a file');
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
