import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, pause } from '../clock.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { DatabaseError } from './database-error.ts';
import type { Logger } from './logger.ts';
import { endOrphan } from './orphan.ts';
import { type Placement, placeCluster } from './placement.ts';
import { startPostgres } from './postgres-process.ts';
import { isAlive, markFromText, markToText, processMark, runningPostgres } from './process-facts.ts';
import type { Fsync } from './settings.ts';
import { socketFolderFor } from './socket-folder.ts';

/** A cluster that takes connections on its Unix socket, as the superuser `postgres`. */
export interface BundledCluster {
  clusterFolder: string;
  socketFolder: string;
  /** PostgreSQL's own process. */
  pid: number;
  /** Resolves, with words that say how, when PostgreSQL has ended; never for a joined one. */
  ended: Promise<string>;
  /** Ends PostgreSQL; leaves a joined one alone. */
  stop(): Promise<void>;
}

export interface BundledOptions {
  /** Absolute; made if missing. As root the data may live elsewhere, see `placeCluster`. */
  dataDir: string;
  logger: Logger;
  clock: Clock;
  /** A cluster that a living process of ours runs: refuse, or join it (short commands beside a server). */
  whenRunning?: 'refuse' | 'join' | undefined;
  fsync?: Fsync;
  lifetime?: 'kept' | 'temporary';
  binaries?: Binaries;
  systemFolder?: string;
}

const pollMs = 50;
const joinTimeoutMs = 60_000;
/** Ending a left-over PostgreSQL has its own limits; this one is for anything else that holds the lock. */
const lockTimeoutMs = 60_000;

/**
 * Starts the PostgreSQL that came with our dependencies, making its cluster on the first start.
 *
 * One server a data folder: a second one gets `databaseInUse`, which names the first. What a killed server
 * left behind is ended first and nothing committed is lost. Throws DatabaseError.
 */
export async function startBundled(options: BundledOptions): Promise<BundledCluster> {
  const { logger, clock, fsync = 'on', lifetime = 'kept' } = options;
  const placement = await placeCluster({
    dataDir: options.dataDir,
    binaries: options.binaries ?? (await findBinaries()),
    systemFolder: options.systemFolder ?? '/var/lib',
  });
  const { clusterFolder } = placement;
  const socketFolder = await socketFolderFor(placement);
  const self = await processMark(process.pid);
  const owner = self === undefined ? String(process.pid) : markToText(self);
  const untilMs = clock.nowMs() + lockTimeoutMs;
  for (;;) {
    const start = await startPostgres({ placement, socketFolder, fsync, lifetime, owner, logger, clock });
    if (start.outcome === 'ready') return { clusterFolder, socketFolder, ...start.process };
    if (start.outcome === 'failed') throw didNotStart(placement, start.reason);
    if (start.outcome === 'startedByHand') throw inUse(clusterFolder, `PostgreSQL process ${start.pid}`);
    const ownerPid = await livingOwner(clusterFolder);
    if (clock.nowMs() > untilMs) throw inUse(clusterFolder, 'what a dead server left behind');
    if (ownerPid === undefined) await endOrphan({ clusterFolder, logger, clock });
    else if (options.whenRunning === 'join') return await join(clusterFolder, ownerPid, clock);
    else throw inUse(clusterFolder, `process ${ownerPid}`);
  }
}

/** The process number of the server that holds the cluster, if it lives. */
async function livingOwner(clusterFolder: string): Promise<number | undefined> {
  const text = await readFile(path.join(clusterFolder, 'owner'), 'utf8').catch(() => '');
  const mark = markFromText(text);
  return mark !== undefined && (await isAlive(mark)) ? mark.pid : undefined;
}

/** The other process may only just have started it, so this waits until it takes connections. */
async function join(clusterFolder: string, ownerPid: number, clock: Clock): Promise<BundledCluster> {
  const untilMs = clock.nowMs() + joinTimeoutMs;
  while (clock.nowMs() < untilMs) {
    const running = await runningPostgres(path.join(clusterFolder, 'data'));
    if (running?.isReady) {
      const { pid, socketFolder } = running;
      return { clusterFolder, socketFolder, pid, ended: new Promise(() => {}), stop: async () => {} };
    }
    await pause(clock, pollMs);
  }
  throw new DatabaseError(
    'databaseDidNotStart',
    `The database in ${clusterFolder}, started by process ${ownerPid}, took no connections in ${joinTimeoutMs / 1000} s.`,
  );
}

function inUse(clusterFolder: string, holder: string): DatabaseError {
  return new DatabaseError(
    'databaseInUse',
    `The database in ${clusterFolder} is in use by ${holder}. Stop that first, or choose another data folder.`,
  );
}

function didNotStart({ clusterFolder, binariesFolder }: Placement, reason: string): DatabaseError {
  return new DatabaseError(
    'databaseDidNotStart',
    `The bundled PostgreSQL (${binariesFolder}) did not start in ${clusterFolder}: ${reason}.`,
  );
}
