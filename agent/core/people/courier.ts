import { type Denial, type SlotNumber, type SlotSize, sameSecret } from '@latchwork/shared';
import { floorAt } from '../clock.ts';
import { allocate, wouldTake } from '../doors/allocate.ts';
import { contradiction, wasNotLeft } from '../doors/contents.ts';
import { finishOpening } from '../doors/finish.ts';
import { authorise } from '../doors/opening.ts';
import { isUnseen } from '../doors/sight.ts';
import type { Draft } from '../draft.ts';
import type { Parcel } from '../parcel.ts';
import type { Courier } from '../state.ts';
import { letGo, openingAtHand, startVisit, tellContradicted, touch } from './visit.ts';

/** Nobody announced this parcel, so nobody knows its size: it gets the smallest slot. */
const unknownSize: SlotSize = 'S';

/** A badge alone permits deposits. It bears 128 random bits, so it passes no throttle. */
export function onBadge(d: Draft, badgeHash: string): void {
  let found: { id: string; carrier: string; expiresAt?: number } | undefined;
  for (const [id, courier] of d.state.plan.couriers)
    if (sameSecret(courier.badgeHash, badgeHash))
      found = { id, carrier: courier.carrier, expiresAt: courier.expiresAt ?? Number.POSITIVE_INFINITY };
  if (!found) return refuse(d, 'badge', 'unknown badge');
  if (d.state.plan.revoked.has(found.id)) return refuse(d, 'badge', 'revoked');
  if (floorAt(d.meta, d.poweredMs) > (found.expiresAt ?? 0)) return refuse(d, 'badge', 'expired');
  const { person } = d.state;
  if (person?.kind === 'courier' && person.courier === found.id && !person.leaving) return touch(d);
  if (!letGo(d, 'replaced')) {
    if (person?.at) d.show({ kind: 'closeDoorFirst', slot: person.at });
    return;
  }
  const at = { visit: d.freshId(), served: [], tried: [], at: null, stuckAt: null, leaving: false };
  startVisit(d, { kind: 'courier', courier: found.id, carrier: found.carrier, ...at });
}

/** A parcel's label. The scan also says that the slot before it, shut by now, is done. */
export function onBarcode(d: Draft, barcode: string): void {
  const { person } = d.state;
  if (person?.kind !== 'courier' || person.leaving) return refuse(d, 'barcode', 'not permitted');
  touch(d);
  const opening = openingAtHand(d);
  // The same label again while its door is being served is a trembling hand, not another parcel.
  if (opening && opening.parcel?.barcode === barcode && opening.phase !== 'closed') return;
  if (opening && opening.phase !== 'closed') return d.show({ kind: 'closeDoorFirst', slot: opening.slot });
  if (opening?.parcel?.barcode === barcode) return d.show({ kind: 'refused', reason: 'already deposited' });
  if (opening) {
    finishOpening(d, opening);
    const served = contradiction(d, opening) ? person.served : [...person.served, opening.slot];
    d.set({ person: { ...person, at: null, served } });
  }
  const slots = [...d.state.tables.slots.values()];
  if (slots.some((slot) => slot.occupancy === 'occupied' && slot.parcel?.barcode === barcode))
    return refuse(d, 'barcode', 'already deposited');
  const booking = [...d.state.plan.bookings].find(([, { barcodes }]) => barcodes.includes(barcode));
  if (!booking && d.state.plan.policy.unknownBarcodes === 'refuse')
    return refuse(d, 'barcode', 'unknown barcode');
  placeParcel(d, { barcode, booking: booking?.[0] ?? null, courier: person.courier }, []);
  if (opening && d.state.notice === null) tellContradicted(d, opening);
}

/** Opens the best slot for a parcel; after doors that would not open, which are `tried`, the next best. */
export function placeParcel(d: Draft, parcel: Parcel, tried: readonly SlotNumber[]): void {
  const { person } = d.state;
  if (person?.kind !== 'courier') return;
  if (!stillPermitted(d, person)) {
    letGo(d, 'done');
    return refuse(d, 'badge', 'revoked');
  }
  const booking = parcel.booking ? d.state.plan.bookings.get(parcel.booking) : undefined;
  const size = booking?.size ?? unknownSize;
  const slot =
    cutShort(d, parcel.barcode, tried) ?? allocate(d.state, { size, wish: booking?.slot, avoid: tried });
  if (slot === undefined) {
    d.set({ person: { ...person, at: null } });
    return refuse(d, 'barcode', wouldTake(d.state, size) ? 'slot out of service' : 'no free slot');
  }
  d.set({ person: { ...person, at: slot, tried: [...tried, slot] } satisfies Courier, notice: null });
  const allowedBy = { means: 'courier badge', id: person.courier } as const;
  wasNotLeft(d, parcel);
  authorise(d, { slot, visit: person.visit, purpose: 'deposit', allowedBy, parcel });
}

/** Revoked, expired or withdrawn while its holder stands here, a badge opens no further door. */
export function stillPermitted(d: Draft, { courier }: Courier): boolean {
  const known = d.state.plan.couriers.get(courier);
  const expiresAt = known?.expiresAt ?? Number.POSITIVE_INFINITY;
  return (
    known !== undefined && !d.state.plan.revoked.has(courier) && floorAt(d.meta, d.poweredMs) <= expiresAt
  );
}

/** Where this parcel's deposit was interrupted: it goes on there, and that settles the slot. */
function cutShort(d: Draft, barcode: string, tried: readonly SlotNumber[]): SlotNumber | undefined {
  const { openings, slots } = d.state.tables;
  const open = [...openings.values()].find(
    (opening) => opening.purpose === 'deposit' && opening.parcel?.barcode === barcode,
  );
  if (open) return open.slot;
  const unsettled = [...slots.values()].find(
    (slot) => slot.occupancy === 'unsettled' && slot.parcel?.barcode === barcode,
  );
  if (!unsettled || unsettled.outOfService.length > 0 || tried.includes(unsettled.slot)) return undefined;
  const there = d.state.config.slots.some((configured) => configured.slot === unsettled.slot);
  return there && !isUnseen(d.state, unsettled.slot) ? unsettled.slot : undefined;
}

function refuse(d: Draft, means: 'badge' | 'barcode', reason: Denial): void {
  d.emit({ kind: 'access.denied', means, reason });
  d.show({ kind: 'refused', reason });
}
