import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveLockerKeys, hashCredential, parsePlanItem } from '@latchwork/shared';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { authenticator, serverUser } from './authenticate.ts';
import { claimLifetimeMs, enrol, forgetClaims, makeClaim } from './claims.ts';
import { addCourier } from './couriers.ts';
import { lockerKeys } from './locker-keys.ts';
import { addOperator } from './operators.ts';
import { openKeyRing } from './registered-ring.ts';
import { startTestParts, type TestParts } from './testing.ts';

let parts: TestParts;
let folder: string;

beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
  folder = await mkdtemp(join(tmpdir(), 'latchwork-access-'));
});
afterAll(async () => {
  await parts.stop();
  await rm(folder, { recursive: true, force: true });
});

const enrolWith = (claim: string) =>
  enrol(parts.db, parts.ring, { claim, nowMs: parts.clock.nowMs(), random: parts.random });

describe('the key ring of a database', () => {
  const open = (path: string) =>
    openKeyRing(parts.db, { path, nowMs: parts.clock.nowMs(), random: parts.random });

  test('opens again, and is refused when lost or not this database’s', async () => {
    expect((await open(parts.ringPath)).fingerprints()).toEqual(parts.ring.fingerprints());
    await expect(open(join(folder, 'lost.json'))).rejects.toMatchObject({ code: 'keyRingMissing' });
    const other = await startTestParts(inject('postgres'));
    await expect(open(other.ringPath)).rejects.toMatchObject({ code: 'keyRingMismatch' });
    await other.stop();
  });

  test('leaves nothing in the database from which a key could be made', async () => {
    const { secret } = JSON.parse(await readFile(parts.ringPath, 'utf8')).generations[0];
    const rows = await parts.db.selectFrom('key_ring').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('a claim', () => {
  test('makes a locker active, once, and gives the key that the server derives', async () => {
    const { lockerId, claim } = await parts.addLocker();
    const answer = await enrolWith(claim.toLowerCase());
    expect(answer).toEqual({ ok: true, lockerId, lockerKey: parts.ring.lockerKey(1, lockerId) });
    expect(await enrolWith(claim)).toEqual({ ok: false, reason: 'claim used' });
    const locker = await parts.db
      .selectFrom('locker')
      .select('status')
      .where('locker_id', '=', lockerId)
      .executeTakeFirst();
    expect(locker?.status).toBe('active');
  });

  test('of which two are brought at once is spent by one', async () => {
    const { claim } = await parts.addLocker();
    const answers = await Promise.all([enrolWith(claim), enrolWith(claim), enrolWith(claim)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('expires after a day, and is unknown where nobody made it', async () => {
    const { claim } = await parts.addLocker();
    parts.clock.skip(claimLifetimeMs);
    expect(await enrolWith(claim)).toEqual({ ok: false, reason: 'claim expired' });
    expect(await enrolWith(claim.replaceAll(/[0-9]/g, 'Z'))).toEqual({ ok: false, reason: 'claim unknown' });
    expect(await enrolWith("' or true --")).toEqual({ ok: false, reason: 'claim unknown' });
  });

  test('is forgotten long after it expired', async () => {
    const { claim } = await parts.addLocker();
    await forgetClaims(parts.db, parts.clock.nowMs());
    expect(await enrolWith(claim)).toMatchObject({ ok: true });
    await forgetClaims(parts.db, parts.clock.nowMs() + 2 * claimLifetimeMs);
    expect(await enrolWith(claim)).toEqual({ ok: false, reason: 'claim unknown' });
  });

  test('made later puts a second computer in the place of the first', async () => {
    const lockerId = await parts.activeLocker();
    const moment = { nowMs: parts.clock.nowMs(), random: parts.random };
    const { claim } = await makeClaim(parts.db, lockerId, moment);
    expect(await enrolWith(claim)).toMatchObject({ ok: true, lockerId });
    const devices = await parts.db
      .selectFrom('device')
      .select('retired_at')
      .where('locker_id', '=', lockerId)
      .execute();
    expect(devices.map((device) => device.retired_at === null).sort()).toEqual([false, true]);
    await expect(makeClaim(parts.db, 'gb-00000000', moment)).rejects.toMatchObject({ code: 'lockerUnknown' });
  });

  test('is stored as a hash alone', async () => {
    const { claim } = await parts.addLocker();
    const rows = JSON.stringify(await parts.db.selectFrom('claim').selectAll().execute());
    expect(rows).not.toContain(claim);
    expect(rows).not.toContain(claim.replaceAll('-', ''));
  });
});

describe('a courier', () => {
  const badgeHashes = async (lockerId: string) => {
    const { items } = await parts.ledger.planSince(lockerId, 0);
    return items.flatMap(({ line }) => {
      const item = line === null ? undefined : parsePlanItem(JSON.parse(line));
      return item?.kind === 'courier' ? [item.body.badgeHash] : [];
    });
  };

  test('is known at every locker of the country, also one that comes later, each by its own hash', async () => {
    const before = await parts.addLocker();
    const abroad = await parts.addLocker({ country: 'fr' });
    const { badge } = await addCourier(parts, { name: 'Ann', carrier: 'Cycle Post', country: 'gb' });
    expect(await badgeHashes(before.lockerId)).toHaveLength(1);
    const after = await parts.addLocker();
    for (const { lockerId } of [before, after]) {
      const { codeChecking } = deriveLockerKeys(parts.ring.lockerKey(1, lockerId));
      expect(await badgeHashes(lockerId)).toEqual([hashCredential(codeChecking, 'badge', badge)]);
    }
    expect(await badgeHashes(abroad.lockerId)).toEqual([]);
    const stored = await parts.pool.query("select string_agg(c::text, '') || '' as text from courier c");
    expect(stored.rows[0].text).not.toContain(badge);
  });
});

describe('at the broker', () => {
  test('lockers, operators and the server are known by their passwords, and nobody else', async () => {
    const keysOf = lockerKeys(parts.db, parts.ring, parts.clock);
    const authenticate = authenticator({ ...parts, keysOf });
    const lockerId = await parts.activeLocker();
    const enrolled = await parts.addLocker();
    const keyFile = join(folder, 'ann.json');
    const operator = await addOperator(
      { ...parts, nowMs: parts.clock.nowMs() },
      { name: 'ann', role: 'admin', keyFile },
    );
    const password = (id: string) => deriveLockerKeys(parts.ring.lockerKey(1, id)).brokerPassword;
    const ask = (username: string, password: string) =>
      authenticate({ username, password, clientId: username, certificate: undefined });

    expect(await ask(lockerId, password(lockerId))).toEqual({ role: 'locker', locker: lockerId });
    expect(await ask(operator.broker.username, operator.broker.password)).toEqual({
      role: 'operator',
      user: operator.broker.username,
    });
    expect(await ask(serverUser, parts.ring.serverPassword())).toEqual({ role: 'server', user: serverUser });

    expect(await ask(lockerId, 'wrong')).toBeUndefined();
    expect(await ask(lockerId, password(enrolled.lockerId))).toBeUndefined();
    expect(await ask(enrolled.lockerId, password(enrolled.lockerId))).toBeUndefined();
    expect(await ask(operator.operatorId, operator.broker.password)).toBeUndefined();
    expect(await ask(operator.broker.username, '')).toBeUndefined();
    expect(await ask(serverUser, operator.broker.password)).toBeUndefined();
    expect(await ask("' or true --", '')).toBeUndefined();
    expect(await ask('', '')).toBeUndefined();

    await parts.db.updateTable('device').set({ retired_at: new Date() }).execute();
    expect(await ask(lockerId, password(lockerId))).toBeUndefined();
    await parts.db.updateTable('operator').set({ status: 'revoked' }).execute();
    expect(await ask(operator.broker.username, operator.broker.password)).toBeUndefined();
  });

  test('keys are those of registered lockers', async () => {
    const keysOf = lockerKeys(parts.db, parts.ring, parts.clock);
    const { lockerId } = await parts.addLocker();
    expect(await keysOf(lockerId)).toEqual(deriveLockerKeys(parts.ring.lockerKey(1, lockerId)));
    expect(await keysOf('gb-00000000')).toBeUndefined();
  });
});

describe('an operator', () => {
  const add = (name: string, keyFile: string) =>
    addOperator({ ...parts, nowMs: parts.clock.nowMs() }, { name, role: 'technician', keyFile });

  test('signs with a key whose private half is in that file alone', async () => {
    const keyFile = join(folder, 'bob.json');
    const { operatorId } = await add('bob', keyFile);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    const file = JSON.parse(await readFile(keyFile, 'utf8'));
    expect(file).toMatchObject({ operatorId, name: 'bob', role: 'technician' });
    const row = await parts.db
      .selectFrom('operator')
      .select('public_key')
      .where('operator_id', '=', operatorId)
      .executeTakeFirstOrThrow();
    expect(row.public_key).not.toContain(file.key.d);
    const signature = sign(null, Buffer.from('open'), createPrivateKey({ key: file.key, format: 'jwk' }));
    const publicKey = createPublicKey({ key: JSON.parse(row.public_key ?? ''), format: 'jwk' });
    expect(verify(null, Buffer.from('open'), publicKey, signature)).toBe(true);
  });

  test('of a taken name is refused and leaves no file; an existing file is left alone', async () => {
    const keyFile = join(folder, 'carol.json');
    await add('carol', keyFile);
    const before = await readFile(keyFile, 'utf8');
    await expect(add('dave', keyFile)).rejects.toMatchObject({ code: 'operatorFileExists' });
    expect(await readFile(keyFile, 'utf8')).toBe(before);
    const second = join(folder, 'second.json');
    await expect(add('carol', second)).rejects.toMatchObject({ code: 'operatorNameTaken' });
    await expect(stat(second)).rejects.toThrow();
  });
});
