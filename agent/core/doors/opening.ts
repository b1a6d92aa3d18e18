import type { Authority, Purpose, SlotNumber, Uuid } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { PulseResult } from '../input.ts';
import type { Parcel } from '../parcel.ts';
import type { Opening } from '../state.ts';
import { coilRestMs, restMs } from './coil-rest.ts';
import { finishOpening, redeemGrant } from './finish.ts';
import { giveUpOpening } from './give-up.ts';
import {
  isPulsedUnopened,
  noteOpened,
  notePulseAsked,
  notePulseDriven,
  noteUnopened,
} from './health-facts.ts';
import { forgetEnded } from './late-opening.ts';
import { standsNoMore, standsOpen } from './left-open.ts';
import { endOutOfService } from './out-of-service.ts';
import { noteUnwitnessed, remember, withValue } from './remember.ts';
import { endShutUnseen } from './shut-unseen.ts';
import { isBlind, isUnseen } from './sight.ts';

/**
 * One opening, from asking to its end.
 *
 *   asked ──pulse driven──► pulsed ──seen open──► open ──seen closed──► closed ──finish, or settle timer──► done
 *     ▲                       │                     ▲                     │
 *     └──── resting ◄─seen shut, attempts left      └─────seen open───────┘
 *                             └─ no attempt left ──► stuck, or unsettled where its board fell silent
 *
 * A door that stood open already is looked at for as long as a pulsed one, and pulsed if it is open no more.
 * Asked, pulsed, opened and closed are separate facts. A pulse follows a committed `access.authorised`, and
 * the watch that follows it is named by authorisation and attempt, so that a late timer of an earlier one is nothing.
 */
export const attemptsMax = 3;
/** Poll each 100 ms up to 1.5 s, then call it not open: the jam rule for hook locks. */
const watchMs = 1_500;
const restMarginMs = 100;
/**
 * A driver asks a silent board a few times within seconds, and holds a pulse back while others of the same supply are
 * driven. One that says nothing for so long says nothing any more.
 */
const answerMs = 20_000;
/** However long a driver asks to wait, a person is not kept longer before the next attempt. */
const retryMsMax = 65_000;

export interface Asking {
  slot: SlotNumber;
  visit: Uuid;
  purpose: Purpose;
  allowedBy: Authority;
  parcel: Parcel | null;
}

/** One authority, one slot, one authorisation; ends the one before. */
export function authorise(d: Draft, asking: Asking): void {
  const { slot } = asking;
  const before = d.opening(slot);
  const opening = beginOpening(d, asking);
  // A technician who sees it shut needs the pulse, whatever its switch says.
  if (d.state.doors.get(slot) !== 'open' || asking.purpose === 'service') return pulse(d, opening);
  d.putOpening(opening);
  if (before?.phase === 'open') seenOpen(d, opening, { atStart: false });
  else lookAgain(d, opening);
}

/** Written down and not on its way yet. */
export function beginOpening(d: Draft, { slot, visit, purpose, allowedBy, parcel }: Asking): Opening {
  const before = d.opening(slot);
  if (before && isPulsedUnopened(before))
    noteUnopened(d, before, {
      seen: !isUnseen(d.state, before.slot) && before.phase === 'resting',
      stuck: false,
    });
  if (before)
    d.emit({
      kind: 'access.ended',
      authorisation: before.authorisation,
      slot: before.slot,
      outcome: 'superseded',
    });
  const opening: Opening = {
    ...{ slot, visit, purpose, allowedBy, parcel },
    authorisation: d.freshId(),
    phase: 'asked',
    attempts: 0,
    pulses: 0,
    // What a technician opened has put nothing into a person's hands.
    used: before !== undefined && (before.purpose === 'service') === (purpose === 'service') && before.used,
    withdrawn: false,
  };
  d.emit({
    kind: 'access.authorised',
    authorisation: opening.authorisation,
    slot,
    visit,
    purpose,
    allowedBy,
    ...(parcel?.booking ? { booking: parcel.booking } : {}),
    ...(parcel ? { barcode: parcel.barcode } : {}),
  });
  const row = d.slot(slot);
  if (row?.reopening && purpose !== 'reopen') d.putSlot({ ...row, reopening: null });
  forgetEnded(d, slot);
  endShutUnseen(d, slot);
  d.effect({ kind: 'watchDoor', slot, on: true });
  return opening;
}

/**
 * Its door read open before anything was driven for it: so it stands, or its switch is wrong. Until it moves, or the person
 * says which, nothing has changed hands.
 */
export function isFoundOpen({ phase, attempts }: Opening): boolean {
  return phase === 'open' && attempts === 0;
}

/**
 * Nobody waited for this door, so what is known of it may be old: its board may be silent since, and somebody may have
 * shut it. While it is watched a reading confirms it well within this time, or it is unknown.
 */
function lookAgain(d: Draft, { slot, authorisation }: Opening): void {
  d.startTimer(`watch:${slot}:${authorisation}:0`, watchMs);
}

export function onPulseDone(
  d: Draft,
  done: { slot: SlotNumber; authorisation: Uuid; attempt: number; outcome: PulseResult },
): void {
  const { slot, authorisation, attempt, outcome } = done;
  if (outcome.driven && wasPresumed(d, done)) return;
  if (outcome.driven) {
    notePulseDriven(d, slot);
    d.emit({ kind: 'door.pulsed', authorisation, slot, attempt, acknowledged: outcome.acknowledged });
  } else
    d.emit({ kind: 'door.notPulsed', authorisation, slot, attempt, reason: outcome.reason.slice(0, 200) });
  const opening = d.opening(slot);
  if (opening?.authorisation !== authorisation || opening.attempts !== attempt || opening.phase !== 'asked')
    return;
  if (outcome.driven) {
    const pulsed: Opening = { ...opening, phase: 'pulsed', pulses: opening.pulses + 1 };
    d.putOpening(pulsed);
    if (isUnseen(d.state, slot)) noteUnwitnessed(d, opening);
    if (d.state.doors.get(slot) === 'open') seenOpen(d, pulsed, { atStart: false });
    else watch(d, opening);
  } else if (outcome.retryInMs !== undefined) {
    // A power limit asked for patience: nothing was driven, so nothing was attempted.
    rest(
      d,
      { ...opening, attempts: opening.attempts - 1 },
      Math.min(outcome.retryInMs + restMarginMs, retryMsMax),
    );
  } else tryAgain(d, { ...opening, phase: 'resting' }, restMs);
}

/** Nobody answered: the coil may have been driven. */
export function onAnswerTimer(d: Draft, slot: SlotNumber, authorisation: Uuid, attempt: number): void {
  const opening = d.opening(slot);
  if (opening?.authorisation !== authorisation || opening.attempts !== attempt || opening.phase !== 'asked')
    return;
  onPulseDone(d, { slot, authorisation, attempt, outcome: { driven: true, acknowledged: false } });
  remember(d, { presumed: withValue(d.state.doorMemory.presumed, slot, { authorisation, attempt }) });
}

/** Told already, before its answer came. */
function wasPresumed(d: Draft, done: { slot: SlotNumber; authorisation: Uuid; attempt: number }): boolean {
  const presumed = d.state.doorMemory.presumed.get(done.slot);
  return presumed?.authorisation === done.authorisation && presumed.attempt === done.attempt;
}

/** Gives the door its time to be seen open; at a blind one the person's word is waited for. */
export function watch(d: Draft, { slot, authorisation, attempts }: Opening): void {
  if (!isBlind(d.state, slot)) d.startTimer(`watch:${slot}:${authorisation}:${attempts}`, watchMs);
}

export function onWatchTimer(d: Draft, slot: SlotNumber, authorisation: Uuid, attempt: number): void {
  const opening = d.opening(slot);
  if (opening?.authorisation !== authorisation || opening.attempts !== attempt) return;
  if (opening.phase === 'pulsed')
    return tryAgain(d, opening, coilRestMs(d.state.config) - watchMs + restMarginMs);
  if (opening.phase !== 'asked' || attempt > 0) return;
  if (d.state.doors.get(slot) === 'open') seenOpen(d, opening, { atStart: false });
  else pulse(d, opening);
}

export function onRestTimer(d: Draft, slot: SlotNumber, authorisation: Uuid): void {
  const opening = d.opening(slot);
  if (opening?.authorisation === authorisation && opening.phase === 'resting') pulse(d, opening);
}

/** At a blind door the person says that nothing opened: another attempt follows, or the end. */
export function notOpened(d: Draft, opening: Opening): void {
  if (opening.phase === 'pulsed' && isBlind(d.state, opening.slot)) tryAgain(d, opening, restMs);
}

/** The door of an opening stands open: its grant is redeemed now, unless it was found so. */
export function seenOpen(
  d: Draft,
  opening: Opening,
  { atStart, afterPulseMs }: { atStart: boolean; afterPulseMs?: number | undefined },
): void {
  const { slot, authorisation } = opening;
  const timed = afterPulseMs === undefined ? {} : { afterMs: afterPulseMs };
  d.emit({ kind: 'door.opened', slot, authorisation, atStart, ...timed });
  markOpen(d, opening, afterPulseMs);
}

/**
 * At a blind door the person's word stands for the switch. So it does for the shutting of a door that was seen open and whose
 * board has been silent since: there is no other witness, and where the board answers again and shows it open, it is.
 */
export function confirmDoor(d: Draft, opening: Opening, position: 'open' | 'closed'): void {
  const { slot, authorisation, phase } = opening;
  const expected = position === 'open' ? phase === 'pulsed' : phase === 'open';
  const mayTell = isBlind(d.state, slot) || (position === 'closed' && isUnseen(d.state, slot));
  if (!mayTell || !expected) return;
  d.emit({ kind: 'door.confirmed', slot, authorisation, position });
  if (position === 'open') {
    d.effect({ kind: 'doorConfirmed', slot });
    markOpen(d, opening, undefined);
  } else markClosed(d, opening);
}

export function seenClosed(d: Draft, opening: Opening): void {
  d.emit({ kind: 'door.closed', slot: opening.slot, authorisation: opening.authorisation });
  markClosed(d, opening);
}

/** The door stayed shut long enough after it was used: what the person came for is done. */
export function onSettleTimer(d: Draft, slot: SlotNumber, authorisation: Uuid): Opening | undefined {
  const opening = d.opening(slot);
  if (opening?.authorisation !== authorisation || opening.phase !== 'closed') return undefined;
  finishOpening(d, opening);
  return opening;
}

export function markOpen(d: Draft, opening: Opening, afterPulseMs: number | undefined): void {
  const { slot, authorisation, phase, used } = opening;
  const found = isFoundOpen(opening) || (phase === 'asked' && opening.attempts === 0);
  // Opened by a pulse, or so a person says: the test that a stuck door has to pass.
  if (isPulsedUnopened(opening) || isBlind(d.state, slot)) endOutOfService(d, slot, 'stuck');
  if (phase !== 'closed') noteOpened(d, opening, afterPulseMs);
  d.putOpening({ ...opening, phase: 'open', used: used || !found });
  if (!found) redeemGrant(d, opening);
  standsOpen(d, slot, authorisation);
}

function markClosed(d: Draft, opening: Opening): void {
  const closed: Opening = { ...opening, phase: 'closed', used: true };
  d.putOpening(closed);
  redeemGrant(d, closed);
  standsNoMore(d, opening.slot);
  if (opening.withdrawn) finishOpening(d, closed);
  else d.startTimer(`settle:${opening.slot}:${opening.authorisation}`, d.state.plan.policy.settleS * 1000);
}

export function pulse(d: Draft, opening: Opening): void {
  const { slot, authorisation } = opening;
  // Pulses of this life are the power limits' to judge; those of the one before they may not know of.
  const hotMs = (d.state.doorMemory.hotUntilMs.get(slot) ?? 0) - d.poweredMs;
  if (hotMs > 0) return rest(d, opening, hotMs);
  const attempt = opening.attempts + 1;
  // Never blindly again: it may stand open already. A door that is not seen in time may have opened, and is not stuck.
  if (opening.pulses > 0 && isUnseen(d.state, slot)) {
    d.emit({ kind: 'door.notPulsed', authorisation, slot, attempt, reason: 'its door is not seen' });
    return tryAgain(d, { ...opening, attempts: attempt, phase: 'resting' }, restMs);
  }
  d.putOpening({ ...opening, phase: 'asked', attempts: attempt });
  notePulseAsked(d, slot);
  d.startTimer(`answer:${slot}:${authorisation}:${attempt}`, answerMs);
  d.effect({ kind: 'pulse', slot, authorisation, attempt, pulseMs: d.state.config.pulseMs });
}

function tryAgain(d: Draft, opening: Opening, afterMs: number): void {
  if (opening.attempts >= attemptsMax) giveUpOpening(d, opening);
  else rest(d, opening, afterMs);
}

function rest(d: Draft, opening: Opening, afterMs: number): void {
  d.putOpening({ ...opening, phase: 'resting' });
  d.startTimer(`rest:${opening.slot}:${opening.authorisation}`, afterMs);
}
