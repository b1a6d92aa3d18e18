import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deviceCertificateLifetimeMs } from './certificate-authority.ts';
import { certificateRequest } from './certificate-testing.ts';
import { enrol, makeClaim } from './claims.ts';
import { goodCertificates, revokeLocker } from './device-certificates.ts';
import { openAuthority } from './registered-authority.ts';
import { startTestParts, type TestParts } from './testing.ts';

let parts: TestParts;
let folder: string;
beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
  folder = await mkdtemp(join(tmpdir(), 'latchwork-authority-'));
});
afterAll(async () => {
  await parts.stop();
  await rm(folder, { recursive: true, force: true });
});

const enrolWith = (claim: string, request: string) =>
  enrol(parts.db, parts.ring, {
    claim,
    certify: { authority: parts.authority, request },
    nowMs: parts.clock.nowMs(),
    random: parts.random,
  });
/** Enrols a computer for a locker; resolves with its certificate. */
const certified = async (claim: string) => {
  const answer = await enrolWith(claim, (await certificateRequest()).request);
  if (!answer.ok || answer.certificate === undefined) throw new Error('no certificate');
  return new X509Certificate(answer.certificate);
};
const serialOf = (certificate: X509Certificate) => certificate.serialNumber.toLowerCase();
const good = async (serials: string[], nowMs = parts.clock.nowMs()) =>
  Object.fromEntries(await goodCertificates(parts.db, serials, nowMs));

describe('the authority of a database', () => {
  const open = (path: string, db = parts.db) =>
    openAuthority(db, { path, nowMs: parts.clock.nowMs(), random: parts.random });

  test('opens again, for its owner alone, and is refused when lost, exposed, damaged or another’s', async () => {
    const path = parts.authorityPath;
    expect((await open(path)).fingerprint).toBe(parts.authority.fingerprint);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(open(join(folder, 'lost.json'))).rejects.toMatchObject({ code: 'authorityMissing' });
    const text = await readFile(path, 'utf8');
    const other = await startTestParts(inject('postgres'));
    await expect(open(other.authorityPath)).rejects.toMatchObject({ code: 'authorityMismatch' });
    const mixed = { ...JSON.parse(text), key: JSON.parse(await readFile(other.authorityPath, 'utf8')).key };
    await other.stop();
    const copy = join(folder, 'copy.json');
    for (const damaged of [text.slice(0, 200), JSON.stringify(mixed)]) {
      await writeFile(copy, damaged, { mode: 0o600 });
      await expect(open(copy)).rejects.toMatchObject({ code: 'authorityUnreadable' });
    }
    await chmod(copy, 0o640);
    await expect(open(copy)).rejects.toMatchObject({ code: 'authorityExposed' });
  });

  test('leaves nothing but its fingerprint with the database', async () => {
    const rows = await parts.db.selectFrom('certificate_authority').selectAll().execute();
    expect(rows).toEqual([
      { singleton: true, fingerprint: parts.authority.fingerprint, created_at: expect.any(Date) },
    ]);
  });

  test('is one, although two servers start at once, each in a folder of its own', async () => {
    const other = await startTestParts(inject('postgres'));
    await other.db.deleteFrom('certificate_authority').execute();
    const opened = await Promise.allSettled(
      ['a', 'b'].map((name) => open(join(folder, name, 'authority.json'), other.db)),
    );
    expect(opened.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await other.stop();
  });
});

describe('a claim with a certificate request', () => {
  test('gives a certificate of this key for this locker, signed by the authority, for a year', async () => {
    const { lockerId, claim } = await parts.addLocker();
    const { request, publicKey } = await certificateRequest('CN=gb-somebody');
    const answer = await enrolWith(claim, request);
    if (!answer.ok) throw new Error(answer.reason);
    const certificate = new X509Certificate(answer.certificate ?? '');
    const authority = new X509Certificate(parts.authority.certificate);
    expect(certificate.subject).toBe(`CN=${lockerId}`);
    expect(certificate.publicKey.equals(publicKey)).toBe(true);
    expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
    expect([certificate.ca, certificate.keyUsage]).toEqual([false, ['1.3.6.1.5.5.7.3.2']]);
    const leftMs = Date.parse(certificate.validTo) - parts.clock.nowMs();
    expect(leftMs).toBeLessThanOrEqual(deviceCertificateLifetimeMs);
    expect(leftMs).toBeGreaterThan(deviceCertificateLifetimeMs - 60_000);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(parts.clock.nowMs());
    expect(await good([serialOf(certificate)])).toEqual({ [serialOf(certificate)]: lockerId });
  });

  test('is not spent on a request that is none, or of another kind of key, or not signed by its own', async () => {
    const { claim } = await parts.addLocker();
    const curve = await certificateRequest('CN=x', 'P-384');
    const { request } = await certificateRequest();
    const [header = '', ...lines] = request.trim().split('\n');
    const der = Buffer.from(lines.slice(0, -1).join(''), 'base64');
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const forged = [header, der.toString('base64'), lines.at(-1)].join('\n');
    for (const bad of ['', 'nonsense', curve.request, forged, parts.authority.certificate])
      expect(await enrolWith(claim, bad)).toEqual({ ok: false, reason: 'certificate request bad' });
    expect(await enrolWith(claim, request)).toMatchObject({ ok: true });
  });

  test('made later revokes what the computer before had; other lockers keep theirs', async () => {
    const first = await parts.addLocker();
    const neighbour = await parts.addLocker();
    const before = serialOf(await certified(first.claim));
    const next = serialOf(await certified(neighbour.claim));
    const moment = { nowMs: parts.clock.nowMs(), random: parts.random };
    const { claim } = await makeClaim(parts.db, first.lockerId, moment);
    const after = serialOf(await certified(claim));
    expect(await good([before, next, after, 'ab'])).toEqual({
      [next]: neighbour.lockerId,
      [after]: first.lockerId,
    });
  });

  test('of a locker that is revoked is worth nothing, nor is a claim that was made before', async () => {
    const { lockerId, claim } = await parts.addLocker();
    const serial = serialOf(await certified(claim));
    const moment = { nowMs: parts.clock.nowMs(), random: parts.random };
    const unspent = await makeClaim(parts.db, lockerId, moment);
    expect(await revokeLocker(parts.db, lockerId, moment.nowMs)).toEqual({
      lockerId,
      certificatesRevoked: 1,
    });
    expect(await good([serial])).toEqual({});
    expect(await enrolWith(unspent.claim, (await certificateRequest()).request)).toMatchObject({ ok: false });
    const again = await makeClaim(parts.db, lockerId, moment);
    const next = serialOf(await certified(again.claim));
    expect(await good([serial, next])).toEqual({ [next]: lockerId });
    await expect(revokeLocker(parts.db, 'gb-00000000', moment.nowMs)).rejects.toMatchObject({
      code: 'lockerUnknown',
    });
  });

  test('is good until it expires or is revoked by itself, and while its locker is not retired', async () => {
    const { lockerId, claim } = await parts.addLocker();
    const certificate = await certified(claim);
    const serial = serialOf(certificate);
    const expiresAt = Date.parse(certificate.validTo);
    expect(await good([serial], expiresAt - 1)).toEqual({ [serial]: lockerId });
    expect(await good([serial], expiresAt + 1_000)).toEqual({});
    const { db } = parts;
    const revoke = (at: Date | null) =>
      db.updateTable('device_certificate').set({ revoked_at: at }).where('serial', '=', serial).execute();
    await revoke(new Date());
    expect(await good([serial])).toEqual({});
    await revoke(null);
    await db.updateTable('locker').set({ status: 'retired' }).where('locker_id', '=', lockerId).execute();
    expect(await good([serial])).toEqual({});
  });
});
