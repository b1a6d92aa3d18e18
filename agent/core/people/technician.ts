import type { SlotNumber, Uuid } from '@latchwork/shared';
import { settleBySensor, tellCutShort } from '../doors/contents.ts';
import { finishOpening, unsettle } from '../doors/finish.ts';
import { authorise, confirmDoor, notOpened } from '../doors/opening.ts';
import { takeOutOfService } from '../doors/out-of-service.ts';
import { isBlind, isInCabinet, isUnseen } from '../doors/sight.ts';
import type { Draft } from '../draft.ts';
import type { TechnicianAnswer } from '../effect.ts';
import type { Input, TechnicianAsk } from '../input.ts';
import type { Opening, State } from '../state.ts';
import { confirmTouched, leaveService, serviceMinutesMax, startService } from './technician-service.ts';

/** At a blind door the technician has so long to say what it did; then nobody knows what lies inside. */
const confirmMs = 180_000;

/** A technician at the console. Everything is answered, also what is refused. */
export function onTechnicianAsked(
  d: Draft,
  { request, user, ask }: Extract<Input, { kind: 'technicianAsked' }>,
): void {
  const answer: TechnicianAnswer = d.state.started
    ? answerTo(d, user, ask)
    : { ok: false, reason: 'the locker is starting: it reads its doors first; ask again in a moment' };
  d.effect({ kind: 'answerTechnician', request, answer });
}

function answerTo(d: Draft, user: string, ask: TechnicianAsk): TechnicianAnswer {
  if ('slot' in ask && !isInCabinet(d.state, ask.slot))
    return { ok: false, reason: `there is no slot ${ask.slot} in this cabinet` };
  if (ask.do === 'open') return open(d, user, ask.slot);
  const refusal = act(d, user, ask);
  return refusal === undefined ? { ok: true } : { ok: false, reason: refusal };
}

/** Why not, or undefined once it is done. */
function act(d: Draft, user: string, ask: Exclude<TechnicianAsk, { do: 'open' }>): string | undefined {
  switch (ask.do) {
    case 'confirmDoor':
      return confirm(d, ask.slot, ask.position);
    case 'settle':
      return settleSlot(d, ask.slot, ask.occupied);
    case 'outOfService':
      return outOfService(d, ask.slot);
    case 'inService':
      return inService(d, ask.slot);
    case 'startService':
      return begin(d, user, ask.minutes);
    case 'endService':
      if (!d.state.tables.service) return 'service mode is off';
      leaveService(d, 'left');
      return undefined;
  }
}

/** One slot, by a local technician's authority, under all the limits that hold for everyone. */
function open(d: Draft, user: string, slot: SlotNumber): TechnicianAnswer {
  const before = d.opening(slot);
  if (before?.purpose === 'service' && before.phase === 'closed') finishOpening(d, before);
  else if (before && isAbandoned(d, before)) {
    if (before.purpose !== 'service') unsettle(d, before, 'walked away');
  } else if (before) return { ok: false, reason: inUse(before) };
  const note =
    d.state.doors.get(slot) === 'open' ? { note: `door ${slot} reads open: it is pulsed all the same` } : {};
  const { service } = d.state.tables;
  const visit = service?.visit ?? d.freshId();
  if (!service) d.emit({ kind: 'visit.started', visit, person: 'technician' });
  const row = d.slot(slot);
  if (row?.reopening) {
    d.putSlot({ ...row, reopening: null });
    d.emit({ kind: 'reopening.lapsed', slot });
  }
  const allowedBy = { means: 'local technician', id: user } as const;
  authorise(d, { slot, visit, purpose: 'service', allowedBy, parcel: null });
  const { authorisation } = d.opening(slot) ?? {};
  if (authorisation === undefined) throw new Error(`slot ${slot} was authorised and has no opening`);
  if (isBlind(d.state, slot)) d.startTimer(`technician:${slot}:${authorisation}`, confirmMs);
  return { ok: true, authorisation, ...note };
}

/** `closed` before anyone said `open` means that it did not open: another attempt follows, or the end. */
function confirm(d: Draft, slot: SlotNumber, position: 'open' | 'closed'): string | undefined {
  const opening = d.opening(slot);
  if (opening?.purpose !== 'service') return `no technician's opening of slot ${slot} is under way`;
  if (!isBlind(d.state, slot) && !isUnseen(d.state, slot))
    return `door ${slot} has a switch: what that says counts`;
  if (opening.phase === 'pulsed' && position === 'closed') notOpened(d, opening);
  else if (opening.phase === (position === 'open' ? 'pulsed' : 'open')) confirmDoor(d, opening, position);
  else return `slot ${slot} is ${opening.phase} now: there is nothing to confirm`;
  return undefined;
}

/** Nobody said what a blind door did. */
export function onTechnicianTimer(d: Draft, slot: SlotNumber, authorisation: Uuid): void {
  const opening = d.opening(slot);
  if (opening?.authorisation !== authorisation) return;
  if (opening.phase === 'pulsed' || opening.phase === 'open') unsettle(d, opening, 'walked away');
  else if (opening.phase !== 'closed') d.startTimer(`technician:${slot}:${authorisation}`, confirmMs);
}

/** A technician looked inside, at the kiosk or from the console. Why that cannot be said now, or undefined. */
export function settleSlot(d: Draft, slot: SlotNumber, occupied: boolean): string | undefined {
  const refusal = endServiceOpening(d, slot);
  if (refusal !== undefined) return refusal;
  const row = d.slot(slot);
  if (!row) return `there is no slot ${slot} in this cabinet`;
  // Whoever collected last has nothing left to look for: the slot may take the next parcel.
  if (row.reopening) d.emit({ kind: 'reopening.lapsed', slot });
  tellCutShort(d, row, { occupied });
  d.emit({ kind: 'slot.settled', slot, occupied, by: 'technician' });
  const known = { ...row, cutShort: null, disputed: false, reopening: null };
  d.putSlot(occupied ? { ...known, occupancy: 'occupied' } : { ...known, occupancy: 'empty', parcel: null });
  confirmTouched(d, slot);
  return undefined;
}

/** Whoever says what lies inside is done at the door. Why they cannot be, or undefined. */
function endServiceOpening(d: Draft, slot: SlotNumber): string | undefined {
  const opening = d.opening(slot);
  if (opening && isAbandoned(d, opening)) {
    unsettle(d, opening, 'walked away');
    return undefined;
  }
  if (opening && opening.purpose !== 'service') return inUse(opening);
  if (d.state.doors.get(slot) === 'open') return `door ${slot} is open: shut it first`;
  if (!opening) return undefined;
  if (opening.phase === 'closed') finishOpening(d, opening);
  else if (!tellsByAnswer(d, opening)) return inUse(opening);
  else if (opening.phase === 'open') {
    // Whoever looked inside and says so has shut the door.
    confirmDoor(d, opening, 'closed');
    finishOpening(d, { ...opening, phase: 'closed' });
  } else unsettle(d, opening, 'walked away');
  return undefined;
}

/** In service mode nobody else can say what this door did, and the screen asks for nothing else. */
function tellsByAnswer({ state }: Draft, { slot, phase }: Opening): boolean {
  const isSeen = !isBlind(state, slot) && !isUnseen(state, slot);
  return state.tables.service !== null && !isSeen && phase !== 'asked';
}

/**
 * The kiosk says that a slot is empty in which a parcel should lie. Anyone may stand there, so nothing is forgotten: the
 * problem is told, and the console, a reopening or a sensor settles it. Why that cannot be said now, or undefined.
 */
export function missParcel(d: Draft, slot: SlotNumber): string | undefined {
  const refusal = endServiceOpening(d, slot);
  if (refusal !== undefined) return refusal;
  const row = d.slot(slot);
  const visit = d.state.tables.service?.visit;
  if (row && row.occupancy !== 'unsettled') {
    d.putSlot({ ...row, occupancy: 'unsettled', cutShort: null });
    d.emit({ kind: 'slot.unsettled', slot });
  }
  d.emit({ kind: 'problem.reported', slot, ...(visit ? { visit } : {}), problem: 'slot empty' });
  settleBySensor(d, slot);
  confirmTouched(d, slot);
  return undefined;
}

function begin(d: Draft, user: string, minutes: number): string | undefined {
  if (minutes < 1 || minutes > serviceMinutesMax)
    return `service mode lasts 1 to ${serviceMinutesMax} minutes`;
  startService(d, { by: 'local technician', user, minutes });
  return undefined;
}

function outOfService(d: Draft, slot: SlotNumber): string | undefined {
  takeOutOfService(d, slot, 'technician');
  return undefined;
}

function inService(d: Draft, slot: SlotNumber): string | undefined {
  const row = d.slot(slot);
  if (!row || row.outOfService.length === 0) return undefined;
  if (d.state.doorMemory.flapping.has(slot))
    return `the switch of door ${slot} still flaps: what it says cannot be believed`;
  d.putSlot({ ...row, outOfService: [] });
  d.emit({ kind: 'slot.inService', slot });
  return undefined;
}

/**
 * After every decision: a technician's visit from the console, outside of service mode, ends with its last opening.
 *
 * @param before the state that the decision began with
 */
export function endTechnicianVisits(d: Draft, before: State, { atStart }: { atStart: boolean }): void {
  const { openings, service } = d.state.tables;
  if (openings === before.tables.openings) return;
  const alive = new Set([...openings.values()].map(({ visit }) => visit));
  for (const { slot, visit, purpose } of before.tables.openings.values()) {
    if (purpose !== 'service' || alive.has(visit)) continue;
    if (visit === service?.visit || visit === before.tables.service?.visit) continue;
    const reason = atStart ? 'interrupted' : d.opening(slot) ? 'replaced' : 'done';
    d.emit({ kind: 'visit.ended', visit, reason });
  }
}

/** Whoever left this door open is gone, and its switch may say so for ever. */
function isAbandoned({ state }: Draft, { slot, phase, visit, purpose }: Opening): boolean {
  const { person, doorMemory } = state;
  if (phase !== 'open') return false;
  if (purpose === 'service') return (doorMemory.standing.get(slot)?.told ?? 0) > 0;
  return person?.visit !== visit || person.leaving;
}

function inUse({ slot, purpose, phase }: Opening): string {
  const whose = purpose === 'service' ? 'another technician' : whoseWords[purpose];
  return `${whose} is using slot ${slot} (${phase}): it is not touched until that is over`;
}

const whoseWords = {
  deposit: 'a courier',
  collect: 'a recipient',
  reopen: 'a recipient or courier',
} as const;
