import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { networkFileSystem } from '../../../src/store/sqlite/network-file-system.ts';
import { runArgs } from '../../crash/scenarios.ts';
import { CLEAN_DIR } from '../../generator/fixture-paths.ts';
import { staged } from '../../harness/at-step.ts';
import { run } from '../../harness/command.ts';
import { createWorkspace } from '../../harness/workspace.ts';

const NFS = 0x6969;
const FUSE = 0x65735546;
const EXT4 = 0xef53;
const TMPFS = 0x01021994;

const MOUNTS = [
  '/dev/sda1 / ext4 rw 0 0',
  'user@host:/data /mnt/far fuse.sshfs rw 0 0',
  '/dev/sdb1 /mnt/far/near fuseblk rw 0 0',
  'bucket /mnt/two\\040words fuse.s3fs rw 0 0',
  'portal /run/user/doc fuse.portal rw 0 0',
].join('\n');

describe('the file system of a folder', () => {
  it.each([
    [NFS, 'NFS'],
    [0x517b, 'SMB'],
    // A signed number, as some builds of Node hand it out.
    [0xff534d42 | 0, 'CIFS'],
    [0xfe534d42, 'SMB2'],
    [0x01021997, '9P'],
    [0x00c36400, 'CephFS'],
    [EXT4, null],
    [TMPFS, null],
    [0, null],
  ])('of type %i is %s', (type, name) => {
    const fileSystems = { typeOf: () => type, mountTable: () => MOUNTS };
    expect(networkFileSystem('/var/lib', fileSystems)).toBe(name);
  });

  it.each([
    ['/mnt/far', 'fuse.sshfs'],
    ['/mnt/far/deep/er', 'fuse.sshfs'],
    ['/mnt/far/near/store', null],
    ['/mnt/farther', null],
    ['/mnt/two words/store', 'fuse.s3fs'],
    ['/run/user/doc', null],
  ])('%s, where FUSE is mounted, is told by the table of mounts: %s', (folder, name) => {
    expect(networkFileSystem(folder, { typeOf: () => FUSE, mountTable: () => MOUNTS })).toBe(name);
    expect(networkFileSystem(folder, { typeOf: () => FUSE, mountTable: () => '' })).toBe(null);
  });

  it('is a network share where Windows names one', () => {
    expect(networkFileSystem('\\\\server\\share\\store')).toBe('a network share');
  });

  it('is local for the folder of temporary files', () => {
    expect(networkFileSystem(tmpdir())).toBe(null);
  });
});

describe('a database on a network file system', () => {
  it('is refused, and not begun', async () => {
    const { db } = createWorkspace();
    const ended = await run(runArgs(db, CLEAN_DIR), { env: staged({ fileSystem: NFS }) });
    expect(ended).toMatchObject({
      code: 2,
      stderr: [
        `error: database ${db}: lies on a network file system (NFS), whose locks do not protect it`,
        'try: use local or block storage, or --allow-network-fs if only this host ever opens it',
        '',
      ].join('\n'),
    });
    for (const file of [db, `${db}.lock`]) expect(existsSync(file)).toBe(false);
  });

  it('is accepted with --allow-network-fs', async () => {
    const { db } = createWorkspace();
    const ended = await run([...runArgs(db, CLEAN_DIR), '--allow-network-fs'], { env: staged({ fileSystem: NFS }) });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });
});
