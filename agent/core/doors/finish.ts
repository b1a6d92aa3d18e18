import type { SlotNumber } from '@latchwork/shared';
import { floorAt } from '../clock.ts';
import type { Draft } from '../draft.ts';
import type { Parcel } from '../parcel.ts';
import type { CutShort, Opening, Slot } from '../state.ts';
import { sizeIn } from './allocate.ts';
import { contradiction, settleBySensor } from './contents.ts';
import { isPulsedUnopened, noteUnopened } from './health-facts.ts';
import { keepInMind } from './late-opening.ts';
import { isUnwitnessed } from './sight.ts';

/** A grant's longest life past its booking, 90 days, and as much again for a booking. */
const rememberMs = 180 * 86_400_000;
/** It is known what lies inside: nothing is left to find out. */
const settledSlot = { cutShort: null, disputed: false } as const;

/**
 * The end of an opening that was seen open and shut again: the parcel changed hands. Never called for a door that
 * was only pushed shut.
 */
export function finishOpening(d: Draft, opening: Opening): void {
  const slot = d.slot(opening.slot);
  if (!slot) throw new Error(`opening of slot ${opening.slot}, which does not exist`);
  const said = contradiction(d, opening);
  if (said) return dispute(d, opening, { slot, said });
  if (opening.withdrawn) takenBack(d, opening, slot);
  else if (opening.purpose === 'deposit') deposited(d, opening, slot);
  else if (slot.occupancy !== 'empty' && opening.purpose !== 'service') collected(d, opening, slot);
  else endOpening(d, opening, 'done');
}

/**
 * The end of an opening whose door did not open this time. Where it stood open before, under an authorisation that this
 * one superseded, the parcel changed hands then, unless nobody saw it shut since; a door that was never seen open changes
 * nothing. One that was pulsed unseen, or is not seen now, may have opened, whatever went before.
 */
export function endUnopened(
  d: Draft,
  opening: Opening,
  outcome: 'cancelled' | 'stuck' | 'interrupted',
): void {
  const wasLeftOpen = opening.used && d.state.doorMemory.standing.has(opening.slot);
  if (isUnwitnessed(d.state, opening) || wasLeftOpen) unsettle(d, opening, 'interrupted');
  else if (opening.used) finishOpening(d, opening);
  else endOpening(d, opening, outcome);
}

/** An end that leaves nobody knowing what lies inside. */
export function unsettle(d: Draft, opening: Opening, outcome: 'interrupted' | 'walked away' | 'stuck'): void {
  const { slot, authorisation, parcel } = opening;
  const row = d.slot(slot);
  const unsettled = { occupancy: 'unsettled', cutShort: cutShortOf(opening), disputed: false } as const;
  if (row) d.putSlot({ ...row, ...unsettled, parcel: parcel ?? row.parcel });
  d.emit({ kind: 'slot.unsettled', slot, authorisation });
  endOpening(d, opening, outcome);
  settleBySensor(d, slot);
}

/** What a sensor may tell the end of: a deposit, or a collection whose door was open. */
function cutShortOf(opening: Opening): CutShort | null {
  const { purpose, authorisation, visit, allowedBy, withdrawn } = opening;
  const wasOpen = opening.used || opening.phase === 'open';
  const isCollection = (purpose === 'collect' || purpose === 'reopen') && wasOpen;
  if ((purpose !== 'deposit' || withdrawn) && !isCollection) return null;
  const grant = allowedBy.means === 'grant' ? allowedBy.id : null;
  return { purpose: isCollection ? 'collect' : 'deposit', authorisation, visit, grant };
}

/** The sensor says otherwise than the person: neither is taken for the truth, and whoever looks tells how the visit ended. */
function dispute(
  d: Draft,
  opening: Opening,
  { slot: row, said }: { slot: Slot; said: 'occupied' | 'empty' },
): void {
  const { slot, authorisation, visit, parcel } = opening;
  const unsettled = { occupancy: 'unsettled', cutShort: cutShortOf(opening), disputed: true } as const;
  d.putSlot({ ...row, ...unsettled, parcel: parcel ?? row.parcel });
  d.emit({ kind: 'slot.unsettled', slot, authorisation });
  d.emit({ kind: 'problem.reported', slot, visit, problem: `slot ${said}` });
  endOpening(d, opening, 'done');
}

function endOpening(
  d: Draft,
  opening: Opening,
  outcome: 'done' | 'cancelled' | 'stuck' | 'interrupted' | 'walked away',
): void {
  if (isPulsedUnopened(opening)) {
    const seen = !isUnwitnessed(d.state, opening) && (outcome === 'stuck' || outcome === 'cancelled');
    noteUnopened(d, opening, { seen, stuck: outcome === 'stuck' });
    keepInMind(d, opening, { untilSeen: false });
  }
  d.emit({ kind: 'access.ended', authorisation: opening.authorisation, slot: opening.slot, outcome });
  d.endOpening(opening.slot);
  d.effect({ kind: 'watchDoor', slot: opening.slot, on: false });
}

/** A one-time grant is spent when its opening is seen, once. */
export function redeemGrant(d: Draft, opening: Opening): void {
  const { allowedBy, authorisation, slot } = opening;
  if (
    allowedBy.means !== 'grant' ||
    opening.purpose !== 'collect' ||
    d.state.tables.redemptions.has(allowedBy.id)
  )
    return;
  // A grant withdrawn meanwhile is remembered as long as any could have lived.
  const longest = floorAt(d.meta, d.poweredMs) + rememberMs;
  const expiresAt = d.state.plan.grants.get(allowedBy.id)?.expiresAt ?? longest;
  d.emit({ kind: 'grant.redeemed', grant: allowedBy.id, authorisation, slot });
  d.putRedemption({ grant: allowedBy.id, authorisation, expiresAt });
}

/** The courier took the parcel out again: now it is known that nothing lies inside. */
function takenBack(d: Draft, opening: Opening, slot: Slot): void {
  settle(d, slot, { occupied: false });
  if (slot.occupancy === 'unsettled')
    d.putSlot({ ...slot, ...settledSlot, occupancy: 'empty', parcel: null });
  endOpening(d, opening, 'cancelled');
}

function deposited(d: Draft, opening: Opening, slot: Slot): void {
  const { authorisation, visit, parcel } = opening;
  if (!parcel?.courier) throw new Error(`deposit ${authorisation} without a parcel and its courier`);
  settle(d, slot, { occupied: true });
  d.emit({
    kind: 'package.deposited',
    authorisation,
    slot: slot.slot,
    visit,
    courier: parcel.courier,
    barcode: parcel.barcode,
    ...(parcel.booking ? { booking: parcel.booking } : {}),
    size: sizeIn(d.state, slot.slot),
  });
  d.putSlot({ ...slot, ...settledSlot, occupancy: 'occupied', parcel, reopening: null });
  liesNowhereElse(d, parcel, slot.slot);
  endOpening(d, opening, 'done');
}

/** Another slot in which its deposit was cut short before holds it no more, whatever lies there now. */
function liesNowhereElse(d: Draft, { barcode }: Parcel, here: SlotNumber): void {
  for (const row of d.state.tables.slots.values())
    if (row.slot !== here && row.parcel?.barcode === barcode)
      d.putSlot({ ...row, parcel: null, cutShort: null });
}

function collected(d: Draft, opening: Opening, slot: Slot): void {
  const { authorisation, visit, allowedBy } = opening;
  settle(d, slot, { occupied: false });
  const booking = slot.parcel?.booking ?? null;
  const grant = allowedBy.means === 'grant' ? allowedBy.id : null;
  d.emit({
    kind: 'package.collected',
    authorisation,
    slot: slot.slot,
    visit,
    ...(booking ? { booking } : {}),
    ...(grant ? { grant } : {}),
  });
  const { person } = d.state;
  const typed = person?.kind === 'recipient' && person.visit === visit ? person.codeHash : undefined;
  const codeHash = grant ? (d.state.plan.grants.get(grant)?.codeHash ?? typed) : undefined;
  const graceMs = d.state.plan.policy.reopenGraceS * 1000;
  const mayReturn = grant && booking && codeHash && graceMs > 0;
  const reopening = mayReturn ? { grant, booking, codeHash, untilPoweredMs: d.poweredMs + graceMs } : null;
  d.putSlot({
    ...slot,
    ...settledSlot,
    occupancy: 'empty',
    parcel: null,
    reopening: reopening ?? slot.reopening,
  });
  endOpening(d, opening, 'done');
  if (reopening) d.startTimer(`lapse:${slot.slot}`, graceMs);
  else d.emit({ kind: 'reopening.lapsed', slot: slot.slot });
}

/** A reopening tells what lies inside a slot of which nobody knew. */
function settle(d: Draft, slot: Slot, { occupied }: { occupied: boolean }): void {
  if (slot.occupancy === 'unsettled')
    d.emit({ kind: 'slot.settled', slot: slot.slot, occupied, by: 'reopening' });
}

/** The grace period is over: the slot may take the next parcel. */
export function onLapseTimer(d: Draft, slotNumber: number): void {
  const slot = d.slot(slotNumber);
  if (!slot?.reopening) return;
  const leftMs = slot.reopening.untilPoweredMs - d.poweredMs;
  // While it is being reopened, the slot waits for that to end.
  if (leftMs > 0 || d.opening(slotNumber))
    return d.startTimer(`lapse:${slotNumber}`, Math.max(leftMs, 5_000));
  d.putSlot({ ...slot, reopening: null });
  d.emit({ kind: 'reopening.lapsed', slot: slotNumber });
}
