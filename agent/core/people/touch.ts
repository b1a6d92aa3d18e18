import type { SlotNumber } from '@latchwork/shared';
import { doorIsOpen, doorIsShut, stuckIsOpen } from '../doors/against-switch.ts';
import { contradiction } from '../doors/contents.ts';
import { endUnopened, finishOpening } from '../doors/finish.ts';
import { authorise, confirmDoor, notOpened } from '../doors/opening.ts';
import type { Draft } from '../draft.ts';
import type { KioskAction } from '../input.ts';
import type { Opening } from '../state.ts';
import { placeParcel, stillPermitted } from './courier.ts';
import { nextSlot, stillGranted } from './recipient.ts';
import { missParcel, settleSlot } from './technician.ts';
import { leaveService, touchUnseen } from './technician-service.ts';
import { leave, openingAtHand, tellContradicted, touch } from './visit.ts';

/** A person touched the screen. What the screen does not offer now is ignored: it was shown a moment ago. */
export function onTouched(d: Draft, action: Exclude<KioskAction, { do: 'enterCode' }>): void {
  if (action.do === 'reportProblem') return reportProblem(d, action);
  if (action.do === 'touchSlot') return touchUnseen(d, action.slot);
  if (action.do === 'endService') return leaveService(d, 'left');
  if (action.do === 'settleSlot') return settleTouched(d, action);
  const { person } = d.state;
  if (!person) return;
  if (person.leaving) return d.set({ person: null });
  touch(d);
  const opening = openingAtHand(d);
  switch (action.do) {
    case 'finish':
      return finish(d, opening);
    case 'cancel':
      return cancel(d, opening);
    case 'reopen':
      return reopen(d, opening);
    case 'doorIsShut':
      if (opening) doorIsShut(d, opening);
      return;
    case 'confirmDoor':
      return confirm(d, opening, action.position);
  }
}

/** The slot is finished, by a touch or by the settle timer: what comes next for the person who is there. */
export function afterFinished(d: Draft, opening: Opening): void {
  const { person } = d.state;
  if (person?.visit !== opening.visit || person.at !== opening.slot) return;
  if (person.kind === 'recipient') nextSlot(d, person);
  else {
    const served = opening.withdrawn ? person.served : [...person.served, opening.slot];
    d.set({ person: { ...person, at: null, served } });
    touch(d);
  }
  tellContradicted(d, opening);
}

/** The door would not open: a courier gets the next best slot, a recipient the next parcel, or whom to call. */
export function afterStuck(d: Draft, opening: Opening): void {
  const { person } = d.state;
  if (person?.visit !== opening.visit || person.at !== opening.slot) return;
  touch(d);
  d.set({ person: { ...person, at: null } });
  if (person.kind === 'courier') {
    // Opened and shut before, the parcel is already inside.
    if (opening.parcel && !opening.used) placeParcel(d, opening.parcel, person.tried);
    if (d.state.notice === null) sayNotOpened(d, opening.slot);
  } else if (person.remaining.length > 0) {
    nextSlot(d, person);
    sayNotOpened(d, opening.slot);
  } else d.set({ person: { ...person, at: null, stuckAt: opening.slot } });
}

/** Why that door stays shut, and which one opens instead. */
function sayNotOpened(d: Draft, slot: SlotNumber): void {
  const kind = d.slot(slot)?.outOfService.includes('stuck') ? 'slotOutOfService' : 'slotNotReached';
  const next = d.state.person?.at ?? undefined;
  d.show({ kind, slot, ...(next === undefined ? {} : { next }) });
}

/** Only while it is asked for: nobody else says at the kiosk what lies in a slot. */
function settleTouched(d: Draft, { slot, occupied }: Extract<KioskAction, { do: 'settleSlot' }>): void {
  const { service } = d.state.tables;
  if (!service?.leaving || !service.touched.includes(slot)) return;
  const isMissing = !occupied && d.slot(slot)?.parcel !== null;
  const refusal = isMissing ? missParcel(d, slot) : settleSlot(d, slot, occupied);
  if (refusal !== undefined) d.show({ kind: 'closeDoorFirst', slot });
}

function finish(d: Draft, opening: Opening | undefined): void {
  const { person } = d.state;
  if (opening && opening.phase !== 'closed') return d.show({ kind: 'closeDoorFirst', slot: opening.slot });
  if (opening) finishOpening(d, opening);
  if (person?.kind === 'recipient' && opening) return nextSlot(d, person);
  const stays = opening !== undefined && contradiction(d, opening) !== undefined;
  if (person && opening)
    d.set({
      person: { ...person, served: [...person.served, opening.slot], ...(stays ? { at: null } : {}) },
    });
  // A courier who says that it is in all the same has not said that there are no more.
  if (stays) touch(d);
  else leave(d);
}

function cancel(d: Draft, opening: Opening | undefined): void {
  if (!opening) return leave(d);
  if (opening.phase === 'resting') {
    endUnopened(d, opening, 'cancelled');
    const { person } = d.state;
    if (person?.kind === 'courier') d.set({ person: { ...person, at: null } });
    else leave(d);
  } else if (opening.purpose === 'deposit' && opening.phase === 'closed') {
    finishOpening(d, { ...opening, withdrawn: true });
    afterFinished(d, { ...opening, withdrawn: true });
  } else if (opening.purpose === 'deposit' && opening.phase === 'open') {
    d.putOpening({ ...opening, withdrawn: true });
    d.show({ kind: 'closeDoorFirst', slot: opening.slot });
  }
}

function confirm(d: Draft, opening: Opening | undefined, position: 'open' | 'closed'): void {
  const { stuckAt = null } = d.state.person ?? {};
  if (opening) {
    confirmDoor(d, opening, position);
    if (position === 'open') doorIsOpen(d, opening);
  } else if (position === 'open' && stuckAt !== null) stuckIsOpen(d, stuckAt);
}

/** Once more, under the same authority; the authorisation before it ends. */
function reopen(d: Draft, opening: Opening | undefined): void {
  const { person } = d.state;
  if (opening?.phase !== 'closed' || !person) return;
  const allowed = person.kind === 'courier' ? stillPermitted(d, person) : stillGranted(d, person);
  if (!allowed) return finish(d, opening);
  const { slot, visit, allowedBy, parcel } = opening;
  const purpose = opening.purpose === 'deposit' ? 'deposit' : 'reopen';
  authorise(d, { slot, visit, purpose, allowedBy, parcel });
}

function reportProblem(d: Draft, { slot, problem }: Extract<KioskAction, { do: 'reportProblem' }>): void {
  const known = slot !== undefined && d.slot(slot) ? slot : undefined;
  d.emit({
    kind: 'problem.reported',
    ...(known === undefined ? {} : { slot: known }),
    ...(d.state.person ? { visit: d.state.person.visit } : {}),
    problem,
  });
  const opening = openingAtHand(d);
  if (opening && opening.slot === known && problem === 'door did not open') {
    notOpened(d, opening);
    if (!d.opening(opening.slot)) return afterStuck(d, opening);
  }
  d.show({ kind: 'problemReported', ...(known === undefined ? {} : { slot: known }) });
}
