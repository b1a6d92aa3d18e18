import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeContract } from '../../contracts/store.contract.ts';
import { initialTables } from '../../core/initial.ts';
import type { Change } from '../../core/state.ts';
import { config } from '../../core/testing.ts';
import type { Store } from '../../ports/store.ts';
import { memoryDisk, memoryStore } from './memory-store.ts';
import { openDatabase } from './open-database.ts';
import { sqliteStore, storeOver } from './sqlite-store.ts';

let folder: string;
let open: { close(): unknown }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-store-'));
});
afterEach(() => {
  for (const store of open) store.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

const database = () => join(folder, 'agent.db');
const keep = <T extends { close(): unknown }>(store: T): T => {
  open.push(store);
  return store;
};
const emptyMeta = initialTables(config, '01900000-0000-7000-8000-000000000000').meta;
const change = (more: Partial<Change> = {}): Change => ({
  lines: [],
  meta: emptyMeta,
  slots: [],
  openings: [],
  openingsEnded: [],
  planItems: [],
  planItemsEnded: [],
  redemptions: [],
  redemptionsEnded: [],
  health: [],
  ...more,
});
const longLine = (seq: number) => ({ seq, id: `id ${seq}`, line: 'x'.repeat(100_000), hash: `hash ${seq}` });

storeContract('memory', async () => {
  const disk = memoryDisk();
  return {
    store: memoryStore(disk),
    reopen: async () => memoryStore(disk),
    fill: () => {
      disk.full = true;
    },
    dispose: async () => undefined,
  };
});

storeContract('SQLite', async () => {
  const db = openDatabase(database());
  return {
    store: keep(storeOver(db, { free: () => false })),
    // What lies on the disk at this moment, as a power cut would leave it: nothing is closed first.
    reopen: async () => {
      const image = join(folder, 'image');
      mkdirSync(image);
      for (const file of ['agent.db', 'agent.db-wal']) copyFileSync(join(folder, file), join(image, file));
      return keep(sqliteStore(image));
    },
    fill: () => void db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`),
    dispose: async () => undefined,
  };
});

describe('the SQLite store', () => {
  it('runs in WAL with synchronous=FULL at every opening', () => {
    for (const _ of [1, 2]) {
      const db = openDatabase(database());
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
      db.close();
    }
  });

  it('keeps its files from everyone else', () => {
    const made = join(folder, 'made');
    keep(sqliteStore(made));
    expect(statSync(made).mode & 0o777).toBe(0o700);
    for (const name of ['agent.db', 'agent.db-wal', 'agent.db-shm', 'reserve'])
      expect(statSync(join(made, name)).mode & 0o777, name).toBe(0o600);
  });

  it('refuses a second agent on the same folder, until the first has gone', () => {
    const first = sqliteStore(folder);
    expect(() => sqliteStore(folder)).toThrow(/another agent runs on this folder/);
    first.close();
    keep(sqliteStore(folder));
  });

  it('lets a technician read while it runs', () => {
    const store = keep(sqliteStore(folder));
    const booking = 'gb_01900000-0000-7000-8000-000000000001';
    const line = JSON.stringify({ body: { booking, codeHash: 'hash', expiresAt: 0 } });
    const planItems = [{ kind: 'grant', id: 'the grant', rev: 1, line }];
    const nothing = { parcel: null, reopening: null, cutShort: null, disputed: false } as const;
    const slot = { slot: 2, occupancy: 'empty', outOfService: ['stuck', 'technician'], ...nothing } as const;
    store.commit(change({ planItems, slots: [slot] }));
    const technician = keep(new Database(database(), { readonly: true, timeout: 0 }));
    expect(technician.prepare('SELECT * FROM access_code').get()).toEqual({
      grant_id: 'the grant',
      booking,
      code_hash: 'hash',
      expires_at: '1970-01-01 00:00:00',
      redeemed_by: null,
    });
    expect(technician.prepare('SELECT slot, occupancy, service FROM slot_status').get()).toEqual({
      slot: 2,
      occupancy: 'empty',
      service: 'out of service: stuck, technician',
    });
  });

  it('takes over a database of before: a slot that was faulty is stuck', () => {
    const migrations = join(import.meta.dirname, '../../migrations');
    const old = new Database(database());
    old.exec(readFileSync(join(migrations, '0001-first.sql'), 'utf8'));
    old.pragma('user_version = 1');
    for (const faulty of [0, 1])
      old.exec(`INSERT INTO slot (slot, occupancy, faulty) VALUES (${faulty + 1}, 'empty', ${faulty})`);
    old.close();
    keep(sqliteStore(folder));
    const technician = keep(new Database(database(), { readonly: true, timeout: 0 }));
    expect(technician.prepare('SELECT slot, service FROM slot_status').all()).toEqual([
      { slot: 1, service: 'in service' },
      { slot: 2, service: 'out of service: stuck' },
    ]);
  });

  it('runs on the data of a newer agent, which an upgrade that was rolled back leaves, unless that forbids it', () => {
    const newer = openDatabase(database());
    newer.exec("ALTER TABLE slot ADD COLUMN added TEXT NOT NULL DEFAULT 'x'; PRAGMA user_version = 99");
    newer.close();
    sqliteStore(folder).close();
    const technician = keep(new Database(database()));
    expect(technician.pragma('user_version', { simple: true })).toBe(99);
    technician.pragma('application_id = 99');
    expect(() => sqliteStore(folder)).toThrow(/newer agent \(schema 99/);
  });

  it('refuses what is no database, and leaves it as it is', () => {
    writeFileSync(database(), 'a shopping list, longer than the header of a database'.repeat(100));
    expect(() => sqliteStore(folder)).toThrow(/not a database/);
    expect(statSync(database()).size).toBeGreaterThan(5_000);
  });

  it('refuses a journal that does not end where its head says', () => {
    const store = sqliteStore(folder);
    store.commit(change({ lines: [longLine(1)], meta: { ...emptyMeta, nextSeq: 2, head: 'hash 1' } }));
    expect(store.load()?.meta.nextSeq).toBe(2);
    store.close();
    const technician = new Database(database());
    technician.exec('DELETE FROM journal');
    technician.close();
    expect(() => keep(sqliteStore(folder)).load()).toThrow(/damaged/);
  });

  it('says which folder cannot be written', () => {
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    expect(() => sqliteStore(join(blocked, 'data'))).toThrow(/cannot open .*check that the folder/);
  });
});

describe('the reserve', () => {
  const reserve = () => join(folder, 'reserve');

  it('is set aside at a start, freed when the disk is full, and set aside again at the next', () => {
    const db = openDatabase(database());
    const freed: boolean[] = [];
    const store: Store = keep(
      storeOver(db, {
        free() {
          freed.push(true);
          db.pragma('max_page_count = 1000000');
          return freed.length === 1;
        },
      }),
    );
    store.commit(change());
    const limit = () => db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    limit();
    store.commit(change({ lines: [longLine(1)] }));
    expect(store.readJournal(1, 1)).toHaveLength(1);
    limit();
    expect(() => store.commit(change({ lines: [longLine(2)] }))).toThrow(/the disk is full/);
    expect(store.readJournal(2, 1)).toEqual([]);
    expect(freed).toHaveLength(2);
  });

  it('is a real file, made anew when it is gone', () => {
    sqliteStore(folder).close();
    const { size } = statSync(reserve());
    expect(size).toBeGreaterThan(1_000_000);
    rmSync(reserve());
    sqliteStore(folder).close();
    expect(statSync(reserve()).size).toBe(size);
  });
});
