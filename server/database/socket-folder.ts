import { existsSync } from 'node:fs';
import { chmod, lchown, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseError, reasonOf } from './database-error.ts';
import type { Placement } from './placement.ts';
import { shortHash } from './stand-in.ts';

/** Names the socket file; no TCP port is opened. */
export const socketPort = 5432;

/** `sun_path` holds 108 bytes with its closing zero on Linux (unix(7)). */
const socketPathBytesMax = 107;

/**
 * A folder of mode 0700 for the Unix socket: inside the cluster's own where the path is short enough for a
 * socket, else in the system's place for such things. Throws `databaseFolderUnusable`.
 */
export async function socketFolderFor({ clusterFolder, runAs }: Placement): Promise<string> {
  const inside = path.join(clusterFolder, 'run');
  // The one inside is made by the PostgreSQL user itself, see the keeper.
  if (isShortEnough(inside)) return inside;
  const uid = runAs?.uid ?? process.getuid?.() ?? 0;
  const name = `latchwork-${uid}-${shortHash(clusterFolder)}`;
  const folder = runtimeFolders()
    .map((parent) => path.join(parent, name))
    .find((candidate) => isShortEnough(candidate) && existsSync(path.dirname(candidate)));
  if (folder === undefined) throw unusable(inside, 'its path is too long for a socket');
  try {
    await mkdir(folder, { mode: 0o700 });
    await chmod(folder, 0o700);
    if (runAs !== undefined) await lchown(folder, runAs.uid, runAs.gid);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'))
      throw unusable(folder, reasonOf(cause), cause);
  }
  // In a shared /tmp anyone may have made it first, and could then take our place at the socket.
  const facts = await lstat(folder);
  if (!facts.isDirectory() || facts.uid !== uid || (facts.mode & 0o077) !== 0)
    throw unusable(folder, 'somebody else made it, or can reach into it');
  return folder;
}

function isShortEnough(folder: string): boolean {
  return Buffer.byteLength(`${folder}/.s.PGSQL.${socketPort}`) <= socketPathBytesMax;
}

function runtimeFolders(): string[] {
  if (process.getuid?.() === 0) return ['/run', '/tmp'];
  return [process.env.XDG_RUNTIME_DIR ?? '', tmpdir(), '/tmp'].filter(path.isAbsolute);
}

function unusable(folder: string, reason: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'databaseFolderUnusable',
    `The folder for the database's socket, ${folder}, cannot be used: ${reason}. ` +
      'Remove it, set XDG_RUNTIME_DIR to a folder of your own, or choose a shorter path for the data folder.',
    { cause },
  );
}
