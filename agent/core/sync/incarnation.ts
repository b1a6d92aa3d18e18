import type { Want } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { JournalGap } from '../effect.ts';
import type { Input } from '../input.ts';
import { setLink } from './set-link.ts';

/**
 * One life of the journal, from its first line to the want that ends it.
 *
 *   written ──a want that fits──▶ written (acknowledged up to the want, trimmed up to `durable`)
 *      └──a want that does not fit──▶ read ──▶ a new incarnation, whose first lines are those of this one
 *
 * Invariants: a line goes only when the server has said, under this incarnation and with a head that is ours, that it keeps it
 * for good · a new incarnation begins with every line that did not go, under its old id and with where it stood first,
 * acknowledged or not: what was acknowledged may be lost again by a server that is restored.
 */
export type Misfit =
  /** This incarnation is closed: replaced, revoked or cloned. */
  | 'fenced'
  /** The server has lines that this disk never wrote, or lost. */
  | 'behind'
  /** The server lost lines that this disk has no longer. */
  | 'trimmed'
  /** The server has other lines under the same numbers. */
  | 'forked';

/** @param headThere our own hash before `from`, where the journal has one */
export function misfitOf(d: Draft, want: Want, headThere: string | undefined): Misfit | undefined {
  if (want.fence) return 'fenced';
  if (want.from > d.meta.nextSeq) return 'behind';
  if (want.from <= d.meta.trimmedTo) return 'trimmed';
  return headThere === want.headBefore ? undefined : 'forked';
}

/** Leaves the session of this incarnation, and reads its journal for the next one. */
export function endIncarnation(d: Draft, want: Want, misfit: Misfit): void {
  const { trimmedTo } = d.meta;
  leaveSession(d);
  d.cancelTimer('reconnect');
  const gap = misfit === 'trimmed' ? { from: want.from, to: trimmedTo } : null;
  readJournal(d, gap);
}

/** The next hello is said in a session of which nothing was heard yet. */
export function leaveSession(d: Draft): void {
  const { spreadS } = d.state.link;
  setLink(d, { phase: 'waiting', staged: null, serverNonce: '', unanswered: 0, hellos: 0 });
  for (const id of ['hello', 'resend', 'beat']) d.cancelTimer(id);
  d.effect({ kind: 'disconnect' });
  d.startTimer('reconnect', 1_000 + d.stamp.random * spreadS * 1_000);
}

/** What was written since the journal was read would be missing, so then it is read again. */
export function onJournalRead(d: Draft, { to, entries, gap }: Extract<Input, { kind: 'journalRead' }>): void {
  if (d.state.link.phase !== 'waiting') return;
  if (to !== d.nextSeqOnDisk) return readJournal(d, gap);
  const { incarnation } = d.meta;
  d.restartJournal(d.freshId(), entries);
  if (gap) d.emit({ kind: 'log.gap', incarnation, ...gap });
  d.startTimer('reconnect', 1_000 + d.stamp.random * d.state.link.spreadS * 1_000);
}

/** Only what the server keeps for good goes, and only of the incarnation in which it said so. */
export function trim(d: Draft, { ordinal, from, durable }: Want): void {
  const to = durable.ordinal === ordinal ? Math.min(durable.seq, from - 1) : 0;
  if (to > d.meta.trimmedTo) d.trimJournal(to);
}

function readJournal(d: Draft, gap: JournalGap | null): void {
  d.effect({ kind: 'readJournal', from: d.meta.trimmedTo + 1, to: d.meta.nextSeq, gap });
}
