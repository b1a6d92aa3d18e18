import { chmod, chown, lchown, mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Binaries, reachableBinaries } from './binaries.ts';
import { DatabaseError, reasonOf } from './database-error.ts';
import { type RunAs, runCommand } from './run-command.ts';
import { makePublicFolder, standInFor } from './stand-in.ts';
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
export async function placeCluster({
  dataDir,
  binaries,
  systemFolder,
}: PlacementOptions): Promise<Placement> {
  const wanted = await realFolder(dataDir);
  if (process.getuid?.() !== 0) {
    await prepareFolder(wanted, undefined);
    return { clusterFolder: wanted, binariesFolder: binaries.folder, runAs: undefined };
  }
  const standIn = path.join(standInFor(systemFolder, wanted), 'cluster');
  const runAs = (await ownerOf(standIn)) ?? (await ownerOf(wanted)) ?? (await systemUser());
  return {
    clusterFolder: await reachableFolder(wanted, standIn, runAs),
    binariesFolder: await reachableBinaries(binaries, systemFolder, runAs),
    runAs,
  };
}

/** One folder has one name, whatever links lead to it, so that its stand-in is always the same. */
async function realFolder(dataDir: string): Promise<string> {
  const parent = path.dirname(dataDir);
  try {
    await mkdir(parent, { recursive: true });
    return path.join(await realpath(parent), path.basename(dataDir));
  } catch (cause) {
    throw unusable(dataDir, cause);
  }
}

/** Data goes on under the user that began it, say when root starts for once what an ordinary user began. */
async function ownerOf(clusterFolder: string): Promise<RunAs | undefined> {
  const facts = await stat(path.join(clusterFolder, 'data')).catch(() => undefined);
  if (facts === undefined || facts.uid === 0) return undefined;
  return { name: `user ${facts.uid}`, uid: facts.uid, gid: facts.gid };
}

async function reachableFolder(wanted: string, standIn: string, runAs: RunAs): Promise<string> {
  if (!(await hasData(standIn))) {
    await prepareFolder(wanted, runAs);
    if (await canUse(wanted, runAs)) return wanted;
    if (await hasData(wanted))
      throw new DatabaseError(
        'databaseFolderUnusable',
        `The database is in ${wanted}, which ${runAs.name} can no longer reach. ` +
          'Let others traverse the folders above it again (chmod o+x), or move it to ' +
          `${standIn} with its owner unchanged.`,
      );
  }
  await makePublicFolder(path.dirname(standIn));
  await prepareFolder(standIn, runAs);
  if (await canUse(standIn, runAs)) return standIn;
  throw new DatabaseError(
    'databaseFolderUnusable',
    `${runAs.name} can reach neither ${wanted} nor ${standIn}. Choose a data folder that it can reach.`,
  );
}

/** Makes the folder ours alone. A folder that holds other things is left untouched and refused. */
async function prepareFolder(folder: string, runAs: RunAs | undefined): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const content = await readdir(folder);
    if (content.length > 0 && !content.includes('lock'))
      throw new Error('it holds something else than this database');
    if ((await stat(folder)).uid === process.getuid?.()) await makeLockFile(path.join(folder, 'lock'), runAs);
    await chmod(folder, 0o700);
    if (runAs !== undefined) await chown(folder, runAs.uid, runAs.gid);
  } catch (cause) {
    throw unusable(folder, cause);
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

function unusable(folder: string, cause: unknown): DatabaseError {
  return new DatabaseError(
    'databaseFolderUnusable',
    `The database folder ${folder} cannot be used: ${reasonOf(cause)}. ` +
      'Give this user a folder of its own that it can write to, or set DATABASE_URL.',
    { cause },
  );
}
