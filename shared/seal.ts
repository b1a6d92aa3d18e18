import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * The keys that one locker key yields. The locker holds all of them in one root-only file; the
 * server derives them from its key ring and stores none.
 */
export interface LockerKeys {
  /** Seals what the locker sends. */
  up: Uint8Array;
  /** Seals what the server sends. */
  down: Uint8Array;
  /** Keys the hashes of codes and badges in the plan. */
  codeChecking: Uint8Array;
  /** The locker's password at a broker that knows no certificates. */
  brokerPassword: string;
}

const lockerKeyBytes = 32;

/** @param lockerKey 32 bytes */
export function deriveLockerKeys(lockerKey: Uint8Array): LockerKeys {
  if (lockerKey.length !== lockerKeyBytes)
    throw new RangeError(`a locker key has ${lockerKeyBytes} bytes, not ${lockerKey.length}`);
  const derive = (purpose: string) => deriveKey(lockerKey, `latchwork 1 ${purpose}`);
  return {
    up: derive('seal up'),
    down: derive('seal down'),
    codeChecking: derive('code checking'),
    brokerPassword: Buffer.from(derive('broker password')).toString('base64url'),
  };
}

/** HKDF-SHA-256 without salt; 32 bytes. */
export function deriveKey(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), purpose, 32));
}

/** HMAC-SHA-256 over the topic, a line feed, and every byte before the seal; base64url, 43 characters. */
export function sealOf(key: Uint8Array, topic: string, body: string): string {
  // Given bare bytes, Node takes several times as long to find out what kind of key they are.
  return createHmac('sha256', createSecretKey(key))
    .update(topic)
    .update('\n')
    .update(body)
    .digest('base64url');
}

export function sealFits(key: Uint8Array, topic: string, body: string, seal: string): boolean {
  return sameSecret(sealOf(key, topic, body), seal);
}

/** Compares in a time that depends on the length alone. */
export function sameSecret(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
