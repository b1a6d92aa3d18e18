import { createHash } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U, so that a claim can be read aloud and typed. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 26 characters of five bits carry 130: all 128 random ones. */
const claimCharacters = 26;
export const claimBytes = 16;

/** `7K3M9-X2PQR-…`: 128 bits in groups of five, the last of six. */
export function claimFrom(random: Uint8Array): string {
  if (random.length !== claimBytes)
    throw new RangeError(`a claim is made from ${claimBytes} random bytes, not ${random.length}`);
  let number = BigInt(`0x${Buffer.from(random).toString('hex')}`);
  let text = '';
  for (let index = 0; index < claimCharacters; index += 1) {
    text = alphabet[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return text.replace(/^(.{5})(.{5})(.{5})(.{5})(.{6})$/, '$1-$2-$3-$4-$5');
}

/** What is stored of a claim; undefined for a text that can be none. Dashes, blanks, case, and O for 0, I or L for 1 are forgiven. */
export function claimHash(text: string): string | undefined {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (
    plain.length !== claimCharacters ||
    Array.from(plain).some((character) => !alphabet.includes(character))
  )
    return undefined;
  // 128 random bits need no slow hash: nobody can try them all.
  return createHash('sha256').update(`latchwork claim\n${plain}`).digest('base64url');
}
