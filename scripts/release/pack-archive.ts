import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** No file's own time: the same content makes the same archive. */
const fileTime = '2026-01-01T00:00:00Z';

/** Packs a folder under another name; returns the archive's bytes. It appears whole or not at all. Needs GNU tar. */
export async function packArchive(tree: string, name: string, archive: string): Promise<number> {
  const draft = `${archive}.${process.pid}`;
  const tar = spawn(
    'tar',
    [
      ...[
        '--create',
        '--format=gnu',
        '--sort=name',
        `--mtime=${fileTime}`,
        '--owner=0',
        '--group=0',
        '--numeric-owner',
      ],
      ...['--mode=u=rwX,go=rX', `--transform=flags=r;s,^\\.,${name},`, '--directory', tree, '.'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const ended = once(tar, 'exit');
    // gzip's header from Node holds neither a name nor a time.
    await pipeline(tar.stdout, createGzip({ level: 6 }), createWriteStream(draft));
    const [status] = await ended;
    if (status !== 0) throw new Error(`tar ended with status ${status}`);
    renameSync(draft, archive);
    return statSync(archive).size;
  } finally {
    rmSync(draft, { force: true });
  }
}
