import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { standIns } from './stand-ins.ts';
import { cronDir, run } from './tool.ts';

describe('an overlapping start', () => {
  test('is refused with exit 2 and a page that says so; the next one works', async () => {
    const kit = standIns();
    kit.commandIs('echo "the command ran"');
    mkdirSync(join(kit.folder, 'home'));
    const holder = spawn('flock', [kit.lock, 'sh', '-c', 'echo held; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');

    expect(kit.start().code).toBe(2);
    expect(kit.logged()).not.toContain('the command ran');
    expect(kit.told('mail')).toBeUndefined();
    expect(kit.told('page')).toContain(`exit 2, another start holds ${kit.lock}, nothing was run`);

    holder.stdin.end();
    await once(holder, 'exit');
    expect(kit.start().code).toBe(0);
    expect(kit.logged()).toContain('the command ran');
  });

  test('is not caused by a mail command that takes long', () => {
    const kit = standIns();
    kit.commandIs('exit 1');
    const slow = join(kit.folder, 'slow');
    writeFileSync(slow, `#!/bin/sh\nflock -n "${kit.lock}" echo "the lock is free" >"${kit.folder}/slow.told"\n`, {
      mode: 0o755,
    });
    kit.start([], { FINRA_WEEKLY_MAIL_COMMAND: slow });
    expect(run('cat', [`${kit.folder}/slow.told`]).stdout).toBe('the lock is free\n');
  });
});

test('a SIGTERM is handed on to the command, whose own exit code is passed on', async () => {
  const kit = standIns();
  // Ready is said by what is waited for: a signal to a shell's child that has not begun yet would be lost.
  const waiting = `sh -c 'echo ready >&4; exec sleep 600'`;
  kit.commandIs(`trap 'kill $!; echo stopped; exit 2' TERM; ${waiting} & wait`);
  const child = spawn(join(cronDir, 'weekly_finra.sh'), [], {
    cwd: '/',
    env: kit.env,
    stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ready = child.stdio[4];
  if (!ready) throw new Error('no pipe to the stand-in');
  await once(ready, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([2, null]);
  expect(kit.logged()).toContain('\nstopped\n');
  expect(kit.told('page')).toContain('exit 2, critical: the run could not do its job');
});
