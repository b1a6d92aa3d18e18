import { createHash } from 'node:crypto';
import type { LockerId, Uuid } from './ids.ts';

/** The hash before a journal's first line: one per locker and incarnation. */
export function chainStart(locker: LockerId, incarnation: Uuid): string {
  return createHash('sha256').update(`latchwork journal 1\n${locker}\n${incarnation}`).digest('base64url');
}

/** `hash_n = SHA-256(hash_{n−1} ‖ line_n)` over the exact bytes of the line. */
export function chainNext(hashBefore: string, line: string): string {
  return createHash('sha256').update(hashBefore, 'base64url').update(line).digest('base64url');
}
