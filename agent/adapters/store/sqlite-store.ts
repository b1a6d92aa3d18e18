import { join } from 'node:path';
import { chainStart } from '@latchwork/shared';
import type Database from 'better-sqlite3';
import type { Change, JournalEntry, Meta, Tables } from '../../core/state.ts';
import { type Store, StoreError, type StoreErrorCode } from '../../ports/store.ts';
import { fromHealth, toHealth } from './health-row.ts';
import { openDatabase } from './open-database.ts';
import { openReserve } from './reserve.ts';
import {
  fromMeta,
  fromOpening,
  fromPlanItem,
  fromRedemption,
  fromService,
  fromSlot,
  toMeta,
  toOpening,
  toRedemption,
  toService,
  toSlot,
} from './rows.ts';

/** The locker's database in `folder`/agent.db, with a reserve against a full disk. Throws {@link StoreError}. */
export function sqliteStore(folder: string): Store {
  const db = openDatabase(join(folder, 'agent.db'));
  try {
    return storeOver(db, openReserve(join(folder, 'reserve')));
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * When the disk is full, the reserve makes room once for what must still be written: a pick-up under way. Takes over
 * the database, and closes it.
 */
export function storeOver(db: Database.Database, reserve: { free(): boolean }): Store {
  const statements = guarded('refused', 'used', () => prepare(db));
  const write = db.transaction((change: Change) => writeChange(statements, change));
  return {
    load: () => guarded('refused', 'read', () => load(db)),
    commit: (change) =>
      guarded('failed', 'written', () => {
        try {
          write.immediate(change);
        } catch (cause) {
          if (!isFull(cause) || !reserve.free()) throw cause;
          write.immediate(change);
        }
      }),
    readJournal: (from, limit) =>
      guarded('failed', 'read', () => statements.readJournal.all(from, limit) as string[]),
    readEntries: (from) =>
      guarded('failed', 'read', () => statements.readEntries.all(from) as JournalEntry[]),
    hashAfter: (seq) => guarded('failed', 'read', () => hashAfter(statements, seq)),
    close: () => void db.close(),
  };
}

/** What the database throws, as the port has it. */
function guarded<T>(code: StoreErrorCode, doing: 'used' | 'read' | 'written', act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    if (isFull(cause))
      throw new StoreError('full', 'the disk is full, and the reserve is used up: make room', cause);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(code, `the database cannot be ${doing}: ${why}`, cause);
  }
}

function hashAfter(statements: Statements, seq: number): string | undefined {
  if (seq === 0) {
    const { lockerId, incarnation } = fromMeta(statements.meta.get());
    return chainStart(lockerId, incarnation);
  }
  return statements.hashAfter.get(seq) as string | undefined;
}

function load(db: Database.Database): Tables | undefined {
  const row = db.prepare('SELECT * FROM meta').get();
  if (row === undefined) return undefined;
  const meta = fromMeta(row);
  assertWhole(db, meta);
  const service = db.prepare('SELECT * FROM service').get();
  const rows = <K, V>(table: string, from: (row: unknown) => V, key: (row: V) => K) =>
    new Map(
      db
        .prepare(`SELECT * FROM ${table}`)
        .all()
        .map(from)
        .map((value) => [key(value), value]),
    );
  return {
    meta,
    slots: rows('slot', fromSlot, ({ slot }) => slot),
    openings: rows('opening', fromOpening, ({ slot }) => slot),
    planItems: rows('plan_item', fromPlanItem, ({ kind, id }) => `${kind} ${id}`),
    redemptions: rows('redemption', fromRedemption, ({ grant }) => grant),
    health: rows('door_health', fromHealth, ({ slot }) => slot),
    service: service === undefined ? null : fromService(service),
  };
}

/** A journal cut short, or one of another locker, must never be gone on with. */
function assertWhole(db: Database.Database, meta: Meta): void {
  const last = db.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1').get() as
    | { seq: number; hash: string }
    | undefined;
  const head = last?.hash ?? chainStart(meta.lockerId, meta.incarnation);
  if (head !== meta.head || (last?.seq ?? 0) + 1 !== meta.nextSeq)
    throw new StoreError(
      'refused',
      `the journal does not end where its head says (line ${meta.nextSeq - 1}): the database is damaged; enrol the unit anew with --replace, which puts it aside`,
    );
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: Database.Database) {
  const upsert = (table: string, columns: string[]) =>
    db.prepare(
      `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`,
    );
  return {
    meta: db.prepare('SELECT * FROM meta'),
    putMeta: upsert('meta', toMeta.columns),
    putSlot: upsert('slot', toSlot.columns),
    putOpening: upsert('opening', toOpening.columns),
    endOpening: db.prepare('DELETE FROM opening WHERE slot = ?'),
    putPlanItem: upsert('plan_item', fromPlanItem.columns),
    endPlanItem: db.prepare('DELETE FROM plan_item WHERE kind = ? AND id = ?'),
    putRedemption: upsert('redemption', toRedemption.columns),
    endRedemption: db.prepare('DELETE FROM redemption WHERE grant_id = ?'),
    putHealth: upsert('door_health', toHealth.columns),
    putService: upsert('service', toService.columns),
    endService: db.prepare('DELETE FROM service'),
    append: db.prepare('INSERT INTO journal (seq, id, line, hash) VALUES (@seq, @id, @line, @hash)'),
    readJournal: db.prepare('SELECT line FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?').pluck(),
    readEntries: db.prepare('SELECT seq, id, line, hash FROM journal WHERE seq >= ? ORDER BY seq'),
    emptyJournal: db.prepare('DELETE FROM journal'),
    // Of what is trimmed the last line stays, since its hash is still asked for.
    trim: db.prepare('DELETE FROM journal WHERE seq < ?'),
    hashAfter: db.prepare('SELECT hash FROM journal WHERE seq = ?').pluck(),
  };
}

function writeChange(statements: Statements, change: Change): void {
  if (change.restartsJournal) statements.emptyJournal.run();
  for (const line of change.lines) statements.append.run(line);
  if (change.trimTo !== undefined) statements.trim.run(change.trimTo);
  statements.putMeta.run(toMeta(change.meta));
  for (const slot of change.slots) statements.putSlot.run(toSlot(slot));
  for (const slot of change.openingsEnded) statements.endOpening.run(slot);
  for (const opening of change.openings) statements.putOpening.run(toOpening(opening));
  for (const { kind, id } of change.planItemsEnded) statements.endPlanItem.run(kind, id);
  for (const item of change.planItems) statements.putPlanItem.run(item);
  for (const grant of change.redemptionsEnded) statements.endRedemption.run(grant);
  for (const redemption of change.redemptions) statements.putRedemption.run(toRedemption(redemption));
  for (const health of change.health) statements.putHealth.run(toHealth(health));
  if (change.service === null) statements.endService.run();
  else if (change.service) statements.putService.run(toService(change.service));
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_FULL';
}
