import { lstatSync, statSync, unlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { ConsoleError } from '../../ports/console.ts';

/** `sun_path` of unix(7) has 108 bytes, the last of them 0. */
const pathBytesMax = 107;

/** Where the agent of a data folder listens. Throws {@link ConsoleError} `path too long`. */
export function consolePath(folder: string): string {
  const path = join(folder, 'console.sock');
  const bytes = Buffer.byteLength(path);
  if (bytes > pathBytesMax)
    throw new ConsoleError(
      'path too long',
      `the console's socket would be ${path}, which has ${bytes} bytes, and a Unix socket's path has at most ${pathBytesMax}: choose a data folder with a shorter path`,
    );
  return path;
}

/**
 * Makes room for a socket: the folder must be its owner's alone, since that is what keeps strangers out, and what a killed
 * agent left behind is removed. Throws {@link ConsoleError}.
 */
export async function clearPath(path: string): Promise<void> {
  const folder = dirname(path);
  const { mode } = statSync(folder);
  if ((mode & 0o077) !== 0)
    throw new ConsoleError('not private', `others may enter ${folder}: run 'chmod 700 ${folder}'`);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket())
    throw new ConsoleError('failed', `${path} is in the way, and is no socket: move it elsewhere`);
  if (await isAnswered(path))
    throw new ConsoleError('in use', `another agent listens at ${path}: stop it first`);
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
