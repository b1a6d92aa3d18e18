import { type KeyObject, sign, verify } from 'node:crypto';
import { decode, encode } from 'cborg';
import { z } from 'zod';
import { fromBase45, toBase45 } from './base45.ts';
import { LockerId, Uuid } from './ids.ts';
import { UnixMs } from './units.ts';

/** What a signed QR permits, at which locker, until when. No personal data. */
export const PassClaims = z.strictObject({
  id: Uuid,
  locker: LockerId,
  scope: z.enum(['collect', 'deposit', 'service']),
  uses: z.enum(['once', 'many']),
  booking: z.string().max(64).optional(),
  issuedAt: UnixMs,
  expiresAt: UnixMs,
});
export type PassClaims = z.infer<typeof PassClaims>;

export type VerifiedPass =
  | { ok: true; claims: PassClaims; keyId: string }
  | { ok: false; reason: 'not a pass' | 'unknown key' | 'bad signature' };

/**
 * Claim numbers: 2 subject, 4 expiry, 6 issued-at and 7 id are CWT's (RFC 8392 section 4); the
 * negative ones are ours. Times are seconds, as CWT has them; a pass is thus whole seconds.
 */
const claim = {
  locker: 2,
  expiresAt: 4,
  issuedAt: 6,
  id: 7,
  scope: -70_001,
  uses: -70_002,
  booking: -70_003,
} as const;
/** COSE header labels and EdDSA's number: RFC 9052 section 3.1, RFC 9053 section 2.2. */
const header = { algorithm: 1, keyId: 4 } as const;
const edDsa = -8;
/** A QR of 4,296 characters is the largest there is; no pass comes near. */
const passCharactersMax = 1024;

/** COSE_Sign1 (RFC 9052 section 4.2) in Base45 (RFC 9285), upper case and fit for a small QR. */
export function signPass(claims: PassClaims, key: { keyId: string; privateKey: KeyObject }): string {
  const payload = new Map<number, unknown>([
    [claim.locker, claims.locker],
    [claim.expiresAt, Math.floor(claims.expiresAt / 1000)],
    [claim.issuedAt, Math.floor(claims.issuedAt / 1000)],
    [claim.id, Buffer.from(claims.id.replaceAll('-', ''), 'hex')],
    [claim.scope, claims.scope],
    [claim.uses, claims.uses],
  ]);
  if (claims.booking !== undefined) payload.set(claim.booking, claims.booking);
  const protectedHeader = encode(
    new Map<number, unknown>([
      [header.algorithm, edDsa],
      [header.keyId, Buffer.from(key.keyId)],
    ]),
  );
  const body = encode(payload);
  const signature = sign(null, toBeSigned(protectedHeader, body), key.privateKey);
  return toBase45(encode([protectedHeader, new Map(), body, signature]));
}

/** @param issuers public keys by key id */
export function verifyPass(text: string, issuers: ReadonlyMap<string, KeyObject>): VerifiedPass {
  if (text.length > passCharactersMax) return { ok: false, reason: 'not a pass' };
  try {
    const [protectedHeader, unprotected, body, signature] = CoseSign1.parse(decodeCbor(fromBase45(text)));
    const head = ProtectedHeader.parse(named(header, decodeCbor(protectedHeader)));
    // Nothing that the signature does not cover may vary, or one pass would have many texts.
    if (unprotected.size > 0) return { ok: false, reason: 'not a pass' };
    const keyId = Buffer.from(head.keyId).toString();
    const publicKey = issuers.get(keyId);
    if (head.algorithm !== edDsa || !publicKey) return { ok: false, reason: 'unknown key' };
    if (!verify(null, toBeSigned(protectedHeader, body), publicKey, signature))
      return { ok: false, reason: 'bad signature' };
    return { ok: true, claims: readClaims(body), keyId };
  } catch {
    // Whatever a camera or scanner delivers: anything that is no pass is just that.
    return { ok: false, reason: 'not a pass' };
  }
}

const bytes = z.instanceof(Uint8Array);
const seconds = z.int().min(0);
const CoseSign1 = z.tuple([bytes, z.map(z.unknown(), z.unknown()), bytes, bytes]);
const ProtectedHeader = z.strictObject({ algorithm: z.number(), keyId: bytes });
const CborClaims = z.strictObject({ ...PassClaims.shape, id: bytes, issuedAt: seconds, expiresAt: seconds });

/** Throws for a claim that this program does not know: it might narrow what the pass permits. */
function readClaims(body: Uint8Array): PassClaims {
  const claims = CborClaims.parse(named(claim, decodeCbor(body)));
  const id = Buffer.from(claims.id).toString('hex');
  return PassClaims.parse({
    ...claims,
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    issuedAt: claims.issuedAt * 1000,
    expiresAt: claims.expiresAt * 1000,
  });
}

/** A CBOR map's entries under their names; a label without one keeps its number and no schema here has it. */
function named(labels: Readonly<Record<string, number>>, map: unknown): object {
  const names = new Map(Object.entries(labels).map(([name, label]) => [label, name]));
  const entries = z.map(z.number(), z.unknown()).parse(map);
  return Object.fromEntries([...entries].map(([label, value]) => [names.get(label) ?? `${label}`, value]));
}

function toBeSigned(protectedHeader: Uint8Array, body: Uint8Array): Uint8Array {
  return encode(['Signature1', protectedHeader, new Uint8Array(0), body]);
}

function decodeCbor(data: Uint8Array): unknown {
  return decode(data, { useMaps: true, rejectDuplicateMapKeys: true, strict: true, allowIndefinite: false });
}
