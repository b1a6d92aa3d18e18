import type { LockerId, OpsAlarm } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import { type Clock, pause } from '../../clock.ts';
import type { Tables } from '../../database/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Logger } from '../logger.ts';
import type { LiveMessage } from '../ops-schemas.ts';
import { readAlarmsSince } from './read-alarms.ts';
import { readEventsAfter } from './read-events.ts';
import { readLockers } from './read-lockers.ts';

/** Tells readers what changed, for as long as there are any. One feed serves all of them. */
export interface LiveFeed {
  /** Everything that commits after this resolves is told. Returns how to stop. Rejects when the database is away. */
  subscribe(reader: Tell): Promise<() => void>;
  stop(): Promise<void>;
}

const liveLimits = {
  /** Rows of one locker that one round tells; more make the reader load anew. */
  eventsPerRound: 200,
  alarmsPerRound: 100,
  alarmsBackMs: 60_000,
  /** How late a change that comes with no news, such as a locker going offline, is told. */
  pollMs: 2_000,
  /** Between two rounds, however fast the news come. */
  restMs: 100,
} as const;

interface FeedParts {
  db: Kysely<Tables>;
  ledger: Pick<Ledger, 'onCommitted'>;
  clock: Clock;
  logger: Logger;
}

type Tell = (message: LiveMessage) => void;

/**
 * News only wake the one loop that looks, so that a burst of them is one round of reading, and a lost one costs
 * no more than the poll. Invariant: what is told was committed, in order for each locker, each row of the log once.
 */
export function liveFeed(parts: FeedParts): LiveFeed {
  const readers = new Set<Tell>();
  let running: { ready: Promise<void>; stop(): Promise<void> } | undefined;
  const tell: Tell = (message) => {
    for (const reader of readers) reader(message);
  };
  const leave = async (reader: Tell) => {
    readers.delete(reader);
    if (readers.size > 0) return;
    const last = running;
    running = undefined;
    await last?.stop();
  };
  return {
    async subscribe(reader) {
      readers.add(reader);
      running ??= startRounds(parts, tell);
      try {
        await running.ready;
      } catch (error) {
        await leave(reader);
        throw error;
      }
      return () => void leave(reader);
    },
    async stop() {
      readers.clear();
      await running?.stop();
      running = undefined;
    },
  };
}

interface Told {
  /** Where each locker's journals were when last told. */
  positions: Map<LockerId, Position>;
  /** Each locker as last told. */
  lockers: Map<LockerId, string>;
  /** Of the last minutes. */
  alarms: Set<string>;
}

interface Position {
  ordinal: number;
  seq: number;
}

function startRounds(parts: FeedParts, tell: Tell): { ready: Promise<void>; stop(): Promise<void> } {
  const { ledger, clock, logger } = parts;
  let stopped = false;
  let isDue = false;
  let wake = () => {};
  const unlisten = ledger.onCommitted(({ kind }) => {
    if (kind === 'notification') tell({ name: 'notification', data: {} });
    isDue = true;
    wake();
  });
  const wait = () =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(liveLimits.pollMs, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  const start = startingPoint(parts);
  const loop = async () => {
    const told = await start.catch(() => undefined);
    while (told && !stopped) {
      if (!isDue) await wait();
      wake = () => {};
      isDue = false;
      if (stopped) break;
      // The page shows by itself that nothing moves; requests fail loudly.
      await tellChanges(parts, told, tell).catch((error: unknown) =>
        logger.debug({ err: error }, 'the live feed cannot read now'),
      );
      await pause(clock, liveLimits.restMs);
    }
  };
  const ended = loop();
  return {
    ready: start.then(() => undefined),
    async stop() {
      stopped = true;
      unlisten();
      wake();
      await ended;
    },
  };
}

async function startingPoint({ db, clock }: FeedParts): Promise<Told> {
  const positions = await readPositions(db);
  const lockers = await readLockers(db);
  const alarms = await recentAlarms(db, clock);
  return {
    positions,
    lockers: new Map(lockers.map((locker) => [locker.lockerId, JSON.stringify(locker)])),
    alarms: new Set(alarms.map(({ id }) => id)),
  };
}

async function tellChanges({ db, clock }: FeedParts, told: Told, tell: Tell): Promise<void> {
  for (const [lockerId, now] of await readPositions(db)) {
    const after = told.positions.get(lockerId) ?? { ordinal: 0, seq: 0 };
    if (now.ordinal === after.ordinal && now.seq === after.seq) continue;
    const events = await readEventsAfter(db, lockerId, after, liveLimits.eventsPerRound);
    for (const event of events) tell({ name: 'event', data: event });
    if (events.length === liveLimits.eventsPerRound) tell({ name: 'missed', data: {} });
    told.positions.set(lockerId, now);
  }
  for (const locker of await readLockers(db)) {
    const text = JSON.stringify(locker);
    if (told.lockers.get(locker.lockerId) !== text) tell({ name: 'locker', data: locker });
    told.lockers.set(locker.lockerId, text);
  }
  const alarms = await recentAlarms(db, clock);
  for (const alarm of alarms) if (!told.alarms.has(alarm.id)) tell({ name: 'alarm', data: alarm });
  told.alarms = new Set(alarms.map(({ id }) => id));
}

/** Alarms commit in another order than their ids are made, so a while is looked back on. */
function recentAlarms(db: Kysely<Tables>, clock: Clock): Promise<OpsAlarm[]> {
  return readAlarmsSince(db, clock.nowMs() - liveLimits.alarmsBackMs, liveLimits.alarmsPerRound);
}

async function readPositions(db: Kysely<Tables>): Promise<Map<LockerId, Position>> {
  const cursors = await db
    .selectFrom('cursor')
    .select(['locker_id as lockerId', 'ordinal', 'next_seq as nextSeq'])
    .orderBy('ordinal')
    .execute();
  return new Map(cursors.map(({ lockerId, ordinal, nextSeq }) => [lockerId, { ordinal, seq: nextSeq - 1 }]));
}
