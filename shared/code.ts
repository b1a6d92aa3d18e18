import { createHmac } from 'node:crypto';
import type { EntityId, LockerId } from './ids.ts';

/** A code that a person types. Eight digits: a stranger's chance per try is 1 in 100,000,000 per live code. */
export const codeDigits = 8;

/**
 * The code for a booking at a locker; the counter is raised until no other live grant of the locker has it.
 * Derived, so that it can be sent again and is stored nowhere.
 *
 * @param codeMakingKey 32 bytes that never leave the server's key ring
 */
export function deriveCode(
  codeMakingKey: Uint8Array,
  { locker, booking, counter }: { locker: LockerId; booking: EntityId; counter: number },
): string {
  const mac = createHmac('sha256', codeMakingKey).update(`code\n${locker}\n${booking}\n${counter}`).digest();
  const number = mac.readBigUInt64BE(0) % 10n ** BigInt(codeDigits);
  return number.toString().padStart(codeDigits, '0');
}

/** What a locker stores of a code or a badge: 32 bytes in base64url, useless without its code-checking key. */
export function hashCredential(codeCheckingKey: Uint8Array, kind: 'code' | 'badge', secret: string): string {
  return createHmac('sha256', codeCheckingKey).update(`${kind}\n${secret}`).digest('base64url');
}

/** Badges carry 128 random bits, so they need no throttle: `LWC` and 26 characters of Crockford's base 32. */
export const badgePattern = /^LWC[0-9A-HJKMNP-TV-Z]{26}$/;

/** @param random 26 bytes; the low five bits of each make one character */
export function badgeFrom(random: Uint8Array): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  if (random.length !== 26)
    throw new RangeError(`a badge is made from 26 random bytes, not ${random.length}`);
  return `LWC${Array.from(random, (byte) => alphabet[byte & 31]).join('')}`;
}
