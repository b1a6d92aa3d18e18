import { createHash } from 'node:crypto';
import { chmod, chown, lchown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Binaries, whyUnusable } from './binaries.ts';
import { DatabaseError, reasonOf } from './database-error.ts';
import { type RunAs, runCommand } from './run-command.ts';
import { systemUser } from './system-user.ts';

/** Where a cluster lives and who runs it. */
export interface Placement {
  /** Holds `data`, the lock and, where its path is short enough, the socket. Mode 0700, owned by the user. */
  clusterFolder: string;
  binariesFolder: string;
  runAs: RunAs | undefined;
}

interface PlacementOptions {
  /** The folder asked for, absolute. */
  dataDir: string;
  binaries: Binaries;
  /** Where root puts what its PostgreSQL user cannot reach elsewhere. */
  systemFolder: string;
}

/**
 * Decides where the cluster lives and as whom it runs, and makes its folder.
 *
 * An ordinary user runs everything from where it is. Root has to hand over to another user, and where that
 * user cannot reach the checkout (a 0700 home, files installed under umask 077), the binaries are copied and
 * the data lives under the system folder; once there, it stays there. Throws `databaseFolderUnusable`,
 * `databaseUserMissing` and `bundledDatabaseMissing`.
 */
export async function placeCluster(options: PlacementOptions): Promise<Placement> {
  const { dataDir, binaries } = options;
  if (process.getuid?.() !== 0) {
    await prepareFolder(dataDir, undefined);
    return { clusterFolder: dataDir, binariesFolder: binaries.folder, runAs: undefined };
  }
  const runAs = (await ownerOf(dataDir)) ?? (await systemUser());
  return {
    clusterFolder: await reachableFolder(options, runAs),
    binariesFolder: await reachableBinaries(options, runAs),
    runAs,
  };
}

/** The folder under /var/lib, or wherever asked, that stands in for a path which PostgreSQL cannot reach. */
export function standInFor(systemFolder: string, unreachable: string): string {
  return path.join(systemFolder, `latchwork-${shortHash(unreachable)}`);
}

/** Names a path in few letters, the same on every start. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Data that an ordinary user began goes on under that user when root starts it once. */
async function ownerOf(folder: string): Promise<RunAs | undefined> {
  const facts = await stat(path.join(folder, 'data')).catch(() => undefined);
  if (facts === undefined || facts.uid === 0) return undefined;
  return { name: `user ${facts.uid}`, uid: facts.uid, gid: facts.gid };
}

async function reachableFolder({ dataDir, systemFolder }: PlacementOptions, runAs: RunAs): Promise<string> {
  const elsewhere = path.join(standInFor(systemFolder, dataDir), 'cluster');
  const wasMadeElsewhere = await hasData(elsewhere);
  if (!wasMadeElsewhere) {
    await prepareFolder(dataDir, runAs);
    if (await canUse(dataDir, runAs)) return dataDir;
    if (await hasData(dataDir))
      throw new DatabaseError(
        'databaseFolderUnusable',
        `The database is in ${dataDir}, which ${runAs.name} can no longer reach. ` +
          'Let others traverse the folders above it again (chmod o+x), or move it to ' +
          `${elsewhere} with its owner unchanged.`,
      );
  }
  await makePublicFolder(path.dirname(elsewhere));
  await prepareFolder(elsewhere, runAs);
  if (await canUse(elsewhere, runAs)) return elsewhere;
  throw new DatabaseError(
    'databaseFolderUnusable',
    `${runAs.name} can reach neither ${dataDir} nor ${elsewhere}. Choose a data folder that it can reach.`,
  );
}

async function reachableBinaries(options: PlacementOptions, runAs: RunAs): Promise<string> {
  const { binaries, systemFolder } = options;
  if ((await whyUnusable(binaries.folder, runAs)) === undefined) return binaries.folder;
  const parent = standInFor(systemFolder, binaries.folder);
  const copy = path.join(parent, `postgresql-${binaries.version}`);
  if ((await whyUnusable(copy, runAs)) === undefined) return copy;
  await makePublicFolder(parent);
  // Copied beside its place and renamed, so that a copy cut short is never taken for a whole one.
  const partial = `${copy}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  const copied = await runCommand('cp', ['-R', '--', binaries.folder, partial]);
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

/** Makes the folder ours alone. A folder that holds other things is left untouched and refused. */
async function prepareFolder(folder: string, runAs: RunAs | undefined): Promise<void> {
  try {
    // The mode is for the folder alone: another user may have to pass through those above it.
    await mkdir(path.dirname(folder), { recursive: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const content = await readdir(folder);
    if (content.length > 0 && !content.includes('lock'))
      throw new Error('it holds something else than this database');
    if ((await stat(folder)).uid === process.getuid?.()) await makeLockFile(path.join(folder, 'lock'), runAs);
    await chmod(folder, 0o700);
    if (runAs !== undefined) await chown(folder, runAs.uid, runAs.gid);
  } catch (cause) {
    throw new DatabaseError(
      'databaseFolderUnusable',
      `The database folder ${folder} cannot be used: ${reasonOf(cause)}. ` +
        'Give this user a folder of its own that it can write to, or set DATABASE_URL.',
      { cause },
    );
  }
}

/**
 * The lock marks the folder as ours. It is made while the folder is still our own: root never writes into, nor
 * changes the owner of, anything inside a folder where another user could have planted a link.
 */
async function makeLockFile(file: string, runAs: RunAs | undefined): Promise<void> {
  await writeFile(file, '', { flag: 'a', mode: 0o600 });
  if (runAs !== undefined) await lchown(file, runAs.uid, runAs.gid);
}

/** The place is taken: by a start beside ours that was quicker, or by a copy that does not work. */
async function replaceBroken(copy: string, partial: string, runAs: RunAs): Promise<void> {
  if ((await whyUnusable(copy, runAs)) === undefined) return;
  await rm(copy, { recursive: true, force: true });
  await rename(partial, copy);
}

/** Not left to the umask: the PostgreSQL user has to pass through it. */
async function makePublicFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

async function canUse(folder: string, runAs: RunAs): Promise<boolean> {
  const probe = await runCommand('/bin/sh', ['-c', 'test -w "$1" && test -x "$1"', 'sh', folder], runAs);
  return probe.status === 0;
}

async function hasData(clusterFolder: string): Promise<boolean> {
  return stat(path.join(clusterFolder, 'data')).then(
    () => true,
    () => false,
  );
}
