import type { Uuid } from '@latchwork/shared';
import { contradiction } from '../doors/contents.ts';
import { endUnopened, finishOpening, unsettle } from '../doors/finish.ts';
import { isBlind } from '../doors/sight.ts';
import type { Draft } from '../draft.ts';
import type { Opening, Person } from '../state.ts';

const thanksMs = 4_000;

/** A new person at the unit. The caller has made sure that the one before can go. */
export function startVisit(d: Draft, person: Person): void {
  d.set({ person, notice: null });
  d.setMeta({ visit: person.visit });
  d.emit({
    kind: 'visit.started',
    visit: person.visit,
    person: person.kind,
    ...(person.kind === 'courier' ? { courier: person.courier } : {}),
  });
  touch(d);
}

/** Someone did something: the visit does not end by itself yet. */
export function touch(d: Draft): void {
  const { person } = d.state;
  if (person && !person.leaving) d.startTimer(`idle:${person.visit}`, d.state.plan.policy.visitIdleS * 1000);
}

/** The opening that the person at the unit is concerned with. */
export function openingAtHand(d: Draft): Opening | undefined {
  const { person } = d.state;
  const opening = person?.at ? d.opening(person.at) : undefined;
  return opening?.visit === person?.visit ? opening : undefined;
}

/**
 * Makes room for the next person: finishes a slot that is shut again. False while a door stands open or is about to
 * open, since that visit cannot end before its door does.
 */
export function letGo(d: Draft, reason: 'done' | 'replaced' | 'walked away'): boolean {
  if (!d.state.person) return true;
  const opening = openingAtHand(d);
  if (opening) {
    if (opening.phase === 'closed') finishOpening(d, opening);
    else if (opening.phase === 'resting') endUnopened(d, opening, 'cancelled');
    else return false;
  }
  endVisit(d, reason);
  d.set({ person: null });
  return true;
}

/** Says thanks for a moment; the opening at hand has its end already. */
export function leave(d: Draft): void {
  const { person } = d.state;
  if (!person) return;
  endVisit(d, 'done');
  d.set({ person: { ...person, at: null, leaving: true } });
  d.startTimer(`thanks:${person.visit}`, thanksMs);
}

/**
 * A slot was finished without its person's word, and its sensor says otherwise: it is not called served, and they are told.
 */
export function tellContradicted(d: Draft, opening: Opening): void {
  const sensed = contradiction(d, opening);
  if (!sensed) return;
  const { person } = d.state;
  const served = person?.served.filter((slot) => slot !== opening.slot) ?? [];
  if (person) d.set({ person: { ...person, served } });
  d.show({ kind: 'contradicted', slot: opening.slot, sensed });
}

export function onThanksTimer(d: Draft, visit: Uuid): void {
  if (d.state.person?.visit === visit && d.state.person.leaving) d.set({ person: null });
}

export function onIdleTimer(d: Draft, visit: Uuid): void {
  if (d.state.person?.visit !== visit || d.state.person.leaving) return;
  const opening = openingAtHand(d);
  // The screen asked for patience: the attempt that follows decides.
  if (opening?.phase === 'resting') return touch(d);
  const { standing } = d.state.doorMemory;
  // Whoever loads a blind door has as long as at any other: until it is left open for too long.
  if (opening?.phase === 'open' && standing.has(opening.slot)) return touch(d);
  if (opening && isUnclosedBlind(d, opening)) unsettle(d, opening, 'walked away');
  if (!letGo(d, 'walked away')) touch(d);
}

/**
 * Nobody can wait for ever behind one door: its opening lives on without them until that is shut, and others are served.
 * Of a blind door nobody would ever say so.
 */
export function walkAway(d: Draft, opening: Opening): void {
  const isAtHand = openingAtHand(d)?.authorisation === opening.authorisation;
  if (opening.purpose !== 'service' && isUnclosedBlind(d, opening)) unsettle(d, opening, 'walked away');
  if (!isAtHand) return;
  endVisit(d, 'walked away');
  d.set({ person: null });
}

/** Only its person can say what this door does. */
function isUnclosedBlind(d: Draft, { slot, phase }: Opening): boolean {
  return isBlind(d.state, slot) && (phase === 'pulsed' || phase === 'open');
}

function endVisit(d: Draft, reason: 'done' | 'replaced' | 'walked away'): void {
  const { person } = d.state;
  if (!person || person.leaving) return;
  d.cancelTimer(`idle:${person.visit}`);
  d.emit({ kind: 'visit.ended', visit: person.visit, reason });
  d.setMeta({ visit: null });
}
