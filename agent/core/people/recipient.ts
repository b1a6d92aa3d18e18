import type { SlotNumber } from '@latchwork/shared';
import { floorAt } from '../clock.ts';
import { type CodeMatch, matchCode } from '../credentials/match-code.ts';
import { afterRightCode, afterWrongCode, waitBeforeCodeMs } from '../credentials/throttle.ts';
import { authorise } from '../doors/opening.ts';
import type { Draft } from '../draft.ts';
import type { Recipient } from '../state.ts';
import { leave, letGo, openingAtHand, startVisit } from './visit.ts';

/** Someone typed a code. A wrong one costs a try; nothing told tells which part was right. */
export function onCode(d: Draft, codeHash: string): void {
  const waitMs = waitBeforeCodeMs(d.meta, d.poweredMs);
  if (waitMs > 0)
    return d.show({ kind: 'refused', reason: 'too many tries', retryInS: Math.ceil(waitMs / 1000) });
  const match = judge(d, codeHash);
  if (match.kind === 'denied') {
    // Only a code that no grant bears is a guess; the others were once told to somebody.
    if (match.reason === 'unknown code') d.setMeta(afterWrongCode(d.meta, d.poweredMs));
    d.emit({ kind: 'access.denied', means: 'code', reason: match.reason });
    return d.show({ kind: 'refused', reason: match.reason });
  }
  if (!letGo(d, 'replaced')) {
    const at = d.state.person?.at;
    if (at) d.show({ kind: 'closeDoorFirst', slot: at });
    return;
  }
  // A code rights the keypad once: looking again, however often, is no new proof.
  if (match.kind === 'collect') d.setMeta(afterRightCode(d.meta));
  admit(d, codeHash, match);
}

/** A parcel in the slot just shut is there once that is finished, so a code that finds nothing finishes it and looks again. */
function judge(d: Draft, codeHash: string): CodeMatch {
  const look = () =>
    matchCode(d.state, codeHash, { poweredMs: d.poweredMs, floorMs: floorAt(d.meta, d.poweredMs) });
  const first = look();
  if (first.kind !== 'denied' || first.reason !== 'nothing to collect') return first;
  return openingAtHand(d)?.phase === 'closed' && letGo(d, 'replaced') ? look() : first;
}

/** The slot at hand is finished: the next one of the same booking, or good-bye. */
export function nextSlot(d: Draft, person: Recipient): void {
  const [next, ...remaining] = person.remaining;
  if (next === undefined || !stillGranted(d, person)) return leave(d);
  d.set({ person: { ...person, remaining } });
  openFor(d, next, 'collect');
}

function admit(d: Draft, codeHash: string, match: Exclude<CodeMatch, { kind: 'denied' }>): void {
  const slots = match.kind === 'collect' ? match.slots : [match.slot];
  const [first, ...remaining] = slots;
  if (first === undefined) return;
  // What was finished while making room may have been this very slot.
  const row = d.slot(first);
  const purpose = match.kind === 'collect' && row?.occupancy !== 'empty' ? 'collect' : 'reopen';
  const at = { visit: d.freshId(), served: [], at: null, stuckAt: null, leaving: false };
  startVisit(d, { kind: 'recipient', grant: match.grant, codeHash, remaining, ...at });
  openFor(d, first, purpose);
}

/** Revoked or withdrawn while its holder stands here, a grant opens no further door. */
export function stillGranted(d: Draft, person: Recipient): boolean {
  const reopens = [...d.state.tables.slots.values()].some((slot) => slot.reopening?.grant === person.grant);
  return !d.state.plan.revoked.has(person.grant) && (d.state.plan.grants.has(person.grant) || reopens);
}

function openFor(d: Draft, slot: SlotNumber, purpose: 'collect' | 'reopen'): void {
  const { person } = d.state;
  if (person?.kind !== 'recipient') return;
  d.set({ person: { ...person, at: slot, served: [...person.served, slot] } });
  const allowedBy = { means: 'grant', id: person.grant } as const;
  authorise(d, { slot, visit: person.visit, purpose, allowedBy, parcel: d.slot(slot)?.parcel ?? null });
}
