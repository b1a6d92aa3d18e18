import type { EventKind, LockerEvent, UnixMs, Uuid } from '@latchwork/shared';
import type { FactOrder, LockerBook } from '../ledger/index.ts';

export type FactOf<K extends EventKind> = Extract<LockerEvent, { kind: K }>;

export interface FactContext {
  /** The fact's place among all facts of the locker. */
  order: FactOrder;
  receivedAtMs: UnixMs;
  newId(): Uuid;
}

/** Why the fact has to be set aside after all; a handler that says so has changed nothing. */
export type Misfit = { setAside: string };

/**
 * What one fact means for the locker's book. Called at most once per event id, ever. It must have an answer for
 * every state of the book, since a fact is never refused.
 */
export type FactHandler<K extends EventKind> = (
  book: LockerBook,
  fact: FactOf<K>,
  context: FactContext,
) => Misfit | undefined;

/** Total over the kinds: one without a handler, or without a reason to have none, does not compile. */
export type FactHandlers = { [K in EventKind]: FactHandler<K> | { none: string } };

export function project<K extends EventKind>(
  handlers: FactHandlers,
  book: LockerBook,
  fact: FactOf<K>,
  context: FactContext,
): Misfit | undefined {
  const handler: FactHandlers[K] = handlers[fact.kind as K];
  return typeof handler === 'function' ? handler(book, fact, context) : undefined;
}
