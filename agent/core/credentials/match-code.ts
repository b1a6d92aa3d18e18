import { type Denial, type EntityId, type SlotNumber, sameSecret } from '@latchwork/shared';
import type { Slot, State } from '../state.ts';

export type CodeMatch =
  /** Slots hold the person's parcels; they are opened one after another. */
  | { kind: 'collect'; grant: EntityId; booking: EntityId; slots: [SlotNumber, ...SlotNumber[]] }
  /** The person had this slot last, and may look again. */
  | { kind: 'reopen'; grant: EntityId; slot: SlotNumber }
  | { kind: 'denied'; reason: Denial };

/**
 * What a typed code permits. Every live grant is compared, so that time tells nothing of which came close.
 *
 * @param floorMs the clock floor, by which expiry is judged
 */
export function matchCode(
  state: State,
  codeHash: string,
  { poweredMs, floorMs }: { poweredMs: number; floorMs: number },
): CodeMatch {
  let found: { id: EntityId; booking: EntityId; expiresAt: number } | undefined;
  for (const [id, grant] of state.plan.grants)
    if (sameSecret(grant.codeHash, codeHash)) found = { id, ...grant };

  const there = new Set(state.config.slots.map((configured) => configured.slot));
  // A door that stuck last time comes last, so that it keeps nobody from the other parcels.
  const slots = [...state.tables.slots.values()].sort(
    (a, b) => Number(isStuck(a)) - Number(isStuck(b)) || a.slot - b.slot,
  );
  const again = slots.find((slot) => there.has(slot.slot) && mayReopen(slot, codeHash, poweredMs));
  if (!found) return again ? reopenOf(again) : { kind: 'denied', reason: 'unknown code' };
  if (state.plan.revoked.has(found.id)) return { kind: 'denied', reason: 'revoked' };
  if (floorMs > found.expiresAt) return { kind: 'denied', reason: 'expired' };

  const { id: grant, booking } = found;
  const held = slots.filter((slot) => slot.parcel?.booking === booking);
  const [first, ...rest] = held.map((slot) => slot.slot).filter((slot) => there.has(slot));
  // Its slot is not in the cabinet file: nobody can open that, but nobody may call it empty either.
  if (held.length > 0 && first === undefined) return { kind: 'denied', reason: 'slot out of service' };
  const spent = state.tables.redemptions.has(grant);
  if (first !== undefined) {
    // A spent grant whose parcel is still here was cut short: its holder looks again, and redeems nothing.
    return spent
      ? { kind: 'reopen', grant, slot: first }
      : { kind: 'collect', grant, booking, slots: [first, ...rest] };
  }
  if (again) return reopenOf(again);
  return { kind: 'denied', reason: spent ? 'spent' : 'nothing to collect' };
}

function isStuck({ outOfService }: Slot): boolean {
  return outOfService.includes('stuck');
}

function mayReopen(slot: Slot, codeHash: string, poweredMs: number): boolean {
  return (
    slot.reopening !== null &&
    sameSecret(slot.reopening.codeHash, codeHash) &&
    poweredMs < slot.reopening.untilPoweredMs
  );
}

function reopenOf(slot: Slot): CodeMatch {
  if (!slot.reopening) throw new Error(`slot ${slot.slot} is not reopenable`);
  return { kind: 'reopen', grant: slot.reopening.grant, slot: slot.slot };
}
