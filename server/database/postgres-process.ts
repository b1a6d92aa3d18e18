import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock } from '../clock.ts';
import { keeperNotice, keeperScript, keeperStatus } from './keeper-script.ts';
import type { Logger } from './logger.ts';
import type { Placement } from './placement.ts';
import { systemPath } from './run-command.ts';
import { type Fsync, postgresArguments } from './settings.ts';

/** A PostgreSQL that we started and that takes connections. */
export interface PostgresProcess {
  pid: number;
  /** Resolves when it has ended, for whatever reason, with words that say how. */
  ended: Promise<string>;
  /** Ends it: committed work is kept, open transactions are rolled back. */
  stop(): Promise<void>;
}

export type PostgresStart =
  | { outcome: 'ready'; process: PostgresProcess }
  /** Another process holds the cluster's lock. */
  | { outcome: 'locked' }
  /** A PostgreSQL that is not ours works on the data. */
  | { outcome: 'startedByHand'; pid: string }
  | { outcome: 'failed'; reason: string };

interface StartOptions {
  placement: Placement;
  socketFolder: string;
  fsync: Fsync;
  /** A temporary cluster is dropped as it is and removed when we die. */
  lifetime: 'kept' | 'temporary';
  /** One line that tells later starters who we are. */
  owner: string;
  logger: Logger;
  clock: Clock;
}

/** Recovery after a power cut replays at most a few checkpoints' worth of log; beyond this it is stuck. */
const readyTimeoutMs = 300_000;
/** A fast shutdown writes one checkpoint; after this it is told to drop everything, which loses nothing. */
const stopPatienceMs = { fast: 15_000, immediate: 5_000 } as const;
const keptLinesMax = 20;

export async function startPostgres(options: StartOptions): Promise<PostgresStart> {
  const { clock, logger } = options;
  const child = spawnKeeper(options);
  const lines: string[] = [];
  let isStopping = false;
  const ended = endOf(child);
  // Our end of the pipe is the watcher's sign of life, never written to; a broken one is told by the end.
  child.stdin?.on('error', () => undefined);
  const isReady = new Promise<'ready'>((resolve) => {
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (lines.push(line) > keptLinesMax) lines.shift();
      logLine(logger, line, isStopping);
      if (line.endsWith('database system is ready to accept connections')) resolve('ready');
    });
  });
  let cancel = () => {};
  const isLate = new Promise<'late'>((resolve) => {
    cancel = clock.after(readyTimeoutMs, () => resolve('late'));
  });
  const first = await Promise.race([isReady, isLate, ended]);
  cancel();
  if (first === 'ready') {
    const running = {
      pid: child.pid ?? 0,
      ended: ended.then(endText),
      stop: () => {
        isStopping = true;
        return stop(child, ended, clock);
      },
    };
    return { outcome: 'ready', process: running };
  }
  if (first === 'late') {
    await stop(child, ended, clock);
    return {
      outcome: 'failed',
      reason: `it was not ready after ${readyTimeoutMs / 1000} s; ${lines.join('; ')}`,
    };
  }
  if (first.status === keeperStatus.locked) return { outcome: 'locked' };
  if (first.status === keeperStatus.startedByHand)
    return { outcome: 'startedByHand', pid: lines.at(-1) ?? 'unknown' };
  if (first.status === keeperStatus.noLockTool)
    return { outcome: 'failed', reason: 'the program "flock" is missing (apt-get install util-linux)' };
  return { outcome: 'failed', reason: [endText(first), ...lines].join('; ') };
}

interface End {
  status: number | null;
  signal: string | null;
  error?: Error;
}

function spawnKeeper({ placement, socketFolder, fsync, lifetime, owner }: StartOptions): ChildProcess {
  const { clusterFolder, binariesFolder, runAs } = placement;
  const isTemporary = lifetime === 'temporary';
  return spawn('/bin/sh', ['-c', keeperScript, 'keeper', ...postgresArguments(socketFolder, fsync)], {
    ...(runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid }),
    cwd: '/',
    // A process group of its own, so that Ctrl-C in a terminal reaches us alone and we stop it in order.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {
      PATH: systemPath,
      LC_ALL: 'C',
      TZ: 'UTC',
      CLUSTER: clusterFolder,
      BINARIES: binariesFolder,
      SOCKETS: socketFolder,
      OWNER: owner,
      STOP_SIGNAL: isTemporary ? 'QUIT' : 'INT',
      INITDB_SYNC: isTemporary ? '--no-sync' : '--sync-method=fsync',
      REMOVE: isTemporary ? 'yes' : 'no',
    },
  });
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: null, signal: null, error }));
    // Not 'exit': a killed PostgreSQL's children end a little later, and hold the data until then.
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
}

function endText({ status, signal, error }: End): string {
  if (error !== undefined) return `it could not be started: ${error.message}`;
  return signal === null ? `it ended with status ${status}` : `it was ended by ${signal}`;
}

async function stop(child: ChildProcess, ended: Promise<End>, clock: Clock): Promise<void> {
  // The watcher hears of the end of the pipe and sends the same signal; a second one changes nothing.
  child.stdin?.end();
  child.kill('SIGINT');
  const cancels = [
    clock.after(stopPatienceMs.fast, () => child.kill('SIGQUIT')),
    clock.after(stopPatienceMs.fast + stopPatienceMs.immediate, () => child.kill('SIGKILL')),
  ];
  await ended;
  for (const cancel of cancels) cancel();
}

function logLine(logger: Logger, line: string, isStopping: boolean): void {
  // Each connection that a shutdown cuts off is FATAL to PostgreSQL, and expected by us.
  if (isStopping) logger.debug({ postgres: line }, 'PostgreSQL ends');
  else if (line === keeperNotice.makingDatabase) logger.info('making a new database');
  else if (/^(PANIC|.*could not)/.test(line)) logger.error({ postgres: line }, 'PostgreSQL reports a fault');
  else if (/^(FATAL|WARNING)/.test(line)) logger.warn({ postgres: line }, 'PostgreSQL warns');
  else logger.debug({ postgres: line }, 'PostgreSQL');
}
