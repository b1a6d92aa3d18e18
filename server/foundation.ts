import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { type KeyRing, openKeyRing } from './access/index.ts';
import type { Clock } from './clock.ts';
import type { DatabaseOptions } from './config.ts';
import {
  ensurePartitions,
  migrate,
  migrationsFolder,
  type OpenDatabase,
  openDatabase,
  type Tables,
} from './database/index.ts';
import { type PostgresLedger, postgresLedger } from './ledger/index.ts';
import { startEpochsAfterRestore } from './plan/index.ts';
import type { Random } from './random.ts';
import { SetupError } from './setup-error.ts';

/** What the server and every short command stand on. */
export interface Foundation {
  database: OpenDatabase<Tables>;
  ring: KeyRing;
  ledger: PostgresLedger;
  close(): Promise<void>;
}

export interface Machine {
  logger: Logger;
  clock: Clock;
  random: Random;
}

/**
 * Opens the database, brings it to the present state, and opens its key ring. A short command joins the bundled
 * PostgreSQL of a running server. Throws SetupError, DatabaseError and AccessError, whose messages say what to do.
 */
export async function openFoundation(
  options: DatabaseOptions,
  { logger, clock, random, whenRunning }: Machine & { whenRunning: 'refuse' | 'join' },
): Promise<Foundation> {
  const folder = resolve(options.data);
  await prepareFolder(folder);
  const database = await openDatabase<Tables>({
    url: options['database-url'],
    dataDir: join(folder, 'postgres'),
    logger,
    clock,
    whenRunning,
  });
  try {
    await migrate({ pool: database.pool, folder: migrationsFolder, clock, logger });
    await ensurePartitions(database.pool, clock.nowMs());
    const epochs = await startEpochsAfterRestore(database.pool, clock.nowMs());
    if (epochs > 0)
      logger.warn(
        { lockers: epochs },
        'The database was restored: every locker is sent its whole plan again',
      );
    const path = join(folder, 'keyring.json');
    const ring = await openKeyRing(database.db, { path, nowMs: clock.nowMs(), random });
    const ledger = postgresLedger({ pool: database.pool, newClient: database.newClient, clock });
    const close = async () => {
      await ledger.close();
      await database.close();
    };
    return { database, ring, ledger, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** As root, PostgreSQL runs as another user, which has to pass through; what is secret in it is 0600 by itself. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new SetupError(
      'folder',
      `The data folder ${folder} cannot be made (${reason}). Name another: --data.`,
      {
        cause,
      },
    );
  }
}
