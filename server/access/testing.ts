import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LockerId } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { type Clock, realClock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import { createTestDatabase, type TestConnection } from '../database/testing.ts';
import { type PostgresLedger, postgresLedger } from '../ledger/index.ts';
import { type Random, realRandom } from '../random.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { enrol } from './claims.ts';
import type { KeyRing } from './key-ring.ts';
import { addLocker, type LockerClaim, type NewLocker } from './new-locker.ts';
import { openAuthority } from './registered-authority.ts';
import { openKeyRing } from './registered-ring.ts';

/** For tests that make certificates; what lies behind this folder's door is for nobody else. */
export { certificateRequest, certifiedKey, otherAuthority, selfSignedKey } from './certificate-testing.ts';

/** What the domains work with, over a database of its own. */
export interface TestParts {
  db: Kysely<Tables>;
  pool: pg.Pool;
  databaseUrl: string;
  ledger: PostgresLedger;
  ring: KeyRing;
  ringPath: string;
  authority: CertificateAuthority;
  authorityPath: string;
  /** Real time, which can be sent ahead. */
  clock: Clock & { skip(ms: number): void };
  random: Random;
  /** Registered, not enrolled. */
  addLocker(change?: Partial<NewLocker>): Promise<LockerClaim>;
  /** Registered, enrolled and so in service. */
  activeLocker(change?: Partial<NewLocker>): Promise<LockerId>;
  stop(): Promise<void>;
}

const testPolicy: NewLocker['policy'] = {
  lockerName: 'Mill Lane',
  helpNumber: '0800 000000',
  unknownBarcodes: 'accept',
  reopenGraceS: 300,
  visitIdleS: 30,
  settleS: 8,
  leftOpenS: 120,
};

/** Two small slots, one medium, one large. */
const testLocker: NewLocker = {
  name: 'Mill Lane',
  address: '1 Mill Lane, Cambridge',
  lat: 52.2,
  long: 0.12,
  pincode: 'CB2 1RX',
  country: 'gb',
  timeZone: 'Europe/London',
  slots: ['S', 'S', 'M', 'L'],
  policy: testPolicy,
};

/** @param connection `inject('postgres')` of an integration test */
export async function startTestParts(connection: unknown): Promise<TestParts> {
  const database = await createTestDatabase<Tables>(connection as TestConnection);
  const folder = await mkdtemp(join(tmpdir(), 'latchwork-parts-'));
  const ringPath = join(folder, 'keyring.json');
  const { db, pool } = database;
  const clock = skippingClock();
  const random = realRandom();
  const newClient = () => new pg.Client({ connectionString: database.url });
  const ledger = postgresLedger({ pool, newClient, clock });
  const ring = await openKeyRing(db, { path: ringPath, nowMs: clock.nowMs(), random });
  const authorityPath = join(folder, 'authority.json');
  const authority = await openAuthority(db, { path: authorityPath, nowMs: clock.nowMs(), random });
  const parts = { db, pool, ledger, ring, authority, clock, random };
  const add = (change: Partial<NewLocker> = {}) => addLocker(parts, { ...testLocker, ...change });
  return {
    ...parts,
    ringPath,
    authorityPath,
    databaseUrl: database.url,
    addLocker: add,
    async activeLocker(change) {
      const { lockerId, claim } = await add(change);
      await enrol(db, ring, { claim, nowMs: clock.nowMs(), random });
      return lockerId;
    },
    async stop() {
      await ledger.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function skippingClock(): TestParts['clock'] {
  const clock = realClock();
  let aheadMs = 0;
  return {
    nowMs: () => clock.nowMs() + aheadMs,
    after: clock.after,
    skip(ms) {
      aheadMs += ms;
    },
  };
}
