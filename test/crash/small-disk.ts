import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, held in memory. */
export interface SmallDisk {
  readonly dir: string;
  usedBytes(): number;
  resize(kilobytes: number): void;
  forbidWriting(): void;
  end(): void;
}

/** Mounts a file system of that size. Throws where this process may not mount; see `mayMount`. */
export function mountSmallDisk(kilobytes: number): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'spine-disk-'));
  mustRun('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', dir);
  return {
    dir,
    usedBytes: () => {
      const { blocks, bfree, bsize } = statfsSync(dir);
      return (blocks - bfree) * bsize;
    },
    resize: (size) => mustRun('mount', '-o', `remount,size=${size}k`, dir),
    forbidWriting: () => mustRun('mount', '-o', 'remount,ro', dir),
    end: () => {
      mustRun('umount', dir);
      rmSync(dir, { recursive: true });
    },
  };
}

/** Whether this process may mount: on Linux, as root with that capability. */
export function mayMount(): boolean {
  try {
    mountSmallDisk(4).end();
    return true;
  } catch {
    return false;
  }
}

/** Starts a command under a limit on the size of every file it writes. */
export function underFileLimit(kilobytes: number): readonly string[] {
  return ['bash', '--norc', '-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash'];
}

function mustRun(program: string, ...args: string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
