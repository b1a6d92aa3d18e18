import { createHash } from 'node:crypto';

/** What is stored of a booking's token. It carries 128 bits, so a fast hash is enough. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(`latchwork booking token\n${token}`).digest('base64url');
}
