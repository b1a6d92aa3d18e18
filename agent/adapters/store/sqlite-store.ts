import { join } from 'node:path';
import { chainStart } from '@latchwork/shared';
import type Database from 'better-sqlite3';
import type { Change, Tables } from '../../core/state.ts';
import { type Store, StoreError } from '../../ports/store.ts';
import { openDatabase } from './open-database.ts';
import { openReserve } from './reserve.ts';
import { fromMeta, fromOpening, fromSlot, toMeta, toOpening, toSlot } from './rows.ts';

/**
 * The locker's database in `folder`/agent.db. When the disk is full, a reserve file makes room once for what must
 * still be written: a pick-up under way.
 */
export function sqliteStore(folder: string): Store {
  const db = openDatabase(join(folder, 'agent.db'));
  const reserve = openReserve(join(folder, 'reserve'));
  const statements = prepare(db);
  const write = db.transaction((change: Change) => writeChange(statements, change));
  return {
    load: () => load(db),
    commit(change) {
      try {
        write.immediate(change);
      } catch (cause) {
        if (!isFull(cause)) throw failure(cause);
        if (!reserve.free())
          throw new StoreError('full', 'the disk is full and the reserve is used up', cause);
        try {
          write.immediate(change);
        } catch (again) {
          throw isFull(again)
            ? new StoreError('full', 'the disk is full although the reserve was freed', again)
            : failure(again);
        }
      }
    },
    readJournal: (from, limit) => statements.readJournal.all(from, limit) as string[],
    hashAfter(seq) {
      if (seq === 0) {
        const { lockerId, incarnation } = fromMeta(statements.meta.get());
        return chainStart(lockerId, incarnation);
      }
      const hash = statements.hashAfter.get(seq);
      if (typeof hash !== 'string') throw new StoreError('failed', `the journal has no line ${seq}`);
      return hash;
    },
    close: () => void db.close(),
  };
}

function load(db: Database.Database): Tables | undefined {
  const row = db.prepare('SELECT * FROM meta').get();
  if (row === undefined) return undefined;
  const meta = fromMeta(row);
  const last = db.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1').get() as
    | { seq: number; hash: string }
    | undefined;
  const head = last?.hash ?? chainStart(meta.lockerId, meta.incarnation);
  if (head !== meta.head || (last?.seq ?? 0) + 1 !== meta.nextSeq)
    throw new StoreError(
      'refused',
      `the journal does not end where its head says (line ${meta.nextSeq - 1}): the database is damaged; enrol the unit as a replacement`,
    );
  const all = (table: string) => db.prepare(`SELECT * FROM ${table}`).all();
  return {
    meta,
    slots: new Map(
      all('slot')
        .map(fromSlot)
        .map((slot) => [slot.slot, slot]),
    ),
    openings: new Map(
      all('opening')
        .map(fromOpening)
        .map((opening) => [opening.slot, opening]),
    ),
    planItems: new Map(
      (all('plan_item') as { kind: string; id: string; rev: number; line: string }[]).map((item) => [
        `${item.kind} ${item.id}`,
        item,
      ]),
    ),
    redemptions: new Map(
      (all('redemption') as { grant_id: string; authorisation: string; expires_at: number }[]).map((row) => [
        row.grant_id,
        { grant: row.grant_id, authorisation: row.authorisation, expiresAt: row.expires_at },
      ]),
    ),
  };
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
    putPlanItem: upsert('plan_item', ['kind', 'id', 'rev', 'line']),
    endPlanItem: db.prepare('DELETE FROM plan_item WHERE kind = ? AND id = ?'),
    putRedemption: upsert('redemption', ['grant_id', 'authorisation', 'expires_at']),
    endRedemption: db.prepare('DELETE FROM redemption WHERE grant_id = ?'),
    append: db.prepare('INSERT INTO journal (seq, id, line, hash) VALUES (@seq, @id, @line, @hash)'),
    readJournal: db.prepare('SELECT line FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?').pluck(),
    hashAfter: db.prepare('SELECT hash FROM journal WHERE seq = ?').pluck(),
  };
}

function writeChange(statements: Statements, change: Change): void {
  for (const line of change.lines) statements.append.run(line);
  statements.putMeta.run(toMeta(change.meta));
  for (const slot of change.slots) statements.putSlot.run(toSlot(slot));
  for (const slot of change.openingsEnded) statements.endOpening.run(slot);
  for (const opening of change.openings) statements.putOpening.run(toOpening(opening));
  for (const { kind, id } of change.planItemsEnded) statements.endPlanItem.run(kind, id);
  for (const item of change.planItems) statements.putPlanItem.run(item);
  for (const grant of change.redemptionsEnded) statements.endRedemption.run(grant);
  for (const { grant, authorisation, expiresAt } of change.redemptions)
    statements.putRedemption.run({ grant_id: grant, authorisation, expires_at: expiresAt });
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_FULL';
}

function failure(cause: unknown): StoreError {
  return new StoreError(
    'failed',
    `the database could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  );
}
