import { badgeFrom, deriveKey, type EntityId, type LockerId } from '@latchwork/shared';
import { AccessError } from './access-error.ts';

/** One secret of the ring; a newer generation is used for what is made from then on. */
export interface Generation {
  /** From 1. */
  generation: number;
  /** 32 bytes. */
  secret: Uint8Array;
}

/**
 * Everything secret that the server can make again, derived from a few secrets that lie outside the database.
 * Invariant: nothing that this yields is ever stored or logged, save fingerprints and hashes.
 */
export interface KeyRing {
  readonly currentGeneration: number;
  /** What the database may know of each generation: it tells whether a ring is the right one, and nothing else. */
  fingerprints(): { generation: number; fingerprint: string }[];
  /** 32 bytes, from which the locker's own keys derive. */
  lockerKey(generation: number, locker: LockerId): Uint8Array;
  /** 32 bytes that make the codes people type. */
  codeMakingKey(generation: number): Uint8Array;
  badge(generation: number, courier: EntityId): string;
  /** 128 bits in base64url: whoever has it may read and cancel the booking. */
  bookingToken(generation: number, booking: EntityId): string;
  operatorPassword(generation: number, operator: EntityId): string;
  /** Of the server's own account at the broker. */
  serverPassword(): string;
}

export const generationSecretBytes = 32;

/** Throws AccessError `keyGenerationUnknown` when asked for a generation that the ring does not hold. */
export function keyRing(generations: readonly Generation[]): KeyRing {
  const secrets = new Map(generations.map(({ generation, secret }) => [generation, secret]));
  const currentGeneration = Math.max(...secrets.keys());
  const derive = (generation: number, purpose: string): Uint8Array => {
    const secret = secrets.get(generation);
    if (!secret)
      throw new AccessError(
        'keyGenerationUnknown',
        `The key ring has no generation ${generation}. Put the newest copy of keyring.json in place.`,
      );
    return deriveKey(secret, `latchwork 1 ${purpose}`);
  };
  const text = (key: Uint8Array) => Buffer.from(key).toString('base64url');
  return {
    currentGeneration,
    fingerprints: () =>
      [...secrets.keys()].map((generation) => ({
        generation,
        fingerprint: text(derive(generation, 'fingerprint')),
      })),
    lockerKey: (generation, locker) => derive(generation, `locker key\n${locker}`),
    codeMakingKey: (generation) => derive(generation, 'code making'),
    badge: (generation, courier) => badgeFrom(derive(generation, `badge\n${courier}`).subarray(0, 26)),
    bookingToken: (generation, booking) =>
      text(derive(generation, `booking token\n${booking}`).subarray(0, 16)),
    operatorPassword: (generation, operator) =>
      text(derive(generation, `operator at the broker\n${operator}`)),
    serverPassword: () => text(derive(currentGeneration, 'server at the broker')),
  };
}
