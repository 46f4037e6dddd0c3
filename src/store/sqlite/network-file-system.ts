import { readFileSync, statfsSync } from 'node:fs';

// Magic numbers of statfs(2): file systems whose locks other hosts cannot be trusted to see.
const NETWORK_TYPES = new Map<number, string>([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x00c36400, 'CephFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
  [0x564c, 'NCP'],
  [0x73757245, 'Coda'],
  [0x19830326, 'BeeGFS'],
  [0xaad7aaea, 'PanFS'],
]);

const FUSE_TYPE = 0x65735546;
const NETWORK_FUSE =
  /^fuse\.(sshfs|s3fs|glusterfs|ceph|rclone|gcsfuse|blobfuse2?|goofys|mount-s3|cephfs|davfs2?|curlftpfs|juicefs|seaweedfs)/;

/** What an operating system says of its file systems. */
export interface FileSystems {
  /** The statfs(2) type of the file system that holds `folder`. */
  readonly typeOf: (folder: string) => number;
  /** Linux's table of mounts; empty elsewhere. */
  readonly mountTable: () => string;
}

const OF_THIS_MACHINE: FileSystems = { typeOf: (folder) => statfsSync(folder).type, mountTable: readMountTable };

/** The network file system that `folder` lies on, by name; null for local storage, or where it cannot be told. */
export function networkFileSystem(folder: string, fileSystems = OF_THIS_MACHINE): string | null {
  // Windows names network shares in the path itself, and its statfs type is always 0.
  if (folder.startsWith('\\\\')) return 'a network share';
  const type = fileSystems.typeOf(folder) >>> 0;
  if (type === FUSE_TYPE) return networkFuse(folder, fileSystems.mountTable());
  return NETWORK_TYPES.get(type) ?? null;
}

// The type of the mount that `folder` lies on, if that is a FUSE file system which other hosts see too.
function networkFuse(folder: string, mountTable: string): string | null {
  let longest = '';
  let type = '';
  for (const line of mountTable.split('\n')) {
    const [, mountPoint, fileSystem] = line.split(' ');
    if (mountPoint === undefined || fileSystem === undefined || mountPoint.length < longest.length) continue;
    const path = mountPoint.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    if (folder !== path && !folder.startsWith(path === '/' ? path : `${path}/`)) continue;
    longest = mountPoint;
    type = fileSystem;
  }
  return NETWORK_FUSE.test(type) ? type : null;
}

function readMountTable(): string {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    return '';
  }
}
