import { type PlanBody, PlanLine, parsePlanItem, type SlotNumber } from '@latchwork/shared';
import type { PlanIndex, PlanRow } from '../state.ts';

/** In force until the server's own policy arrives. */
const defaultPolicy: PlanBody<'policy'> = {
  lockerName: 'Latchwork locker',
  helpNumber: '',
  unknownBarcodes: 'accept',
  reopenGraceS: 300,
  visitIdleS: 30,
  settleS: 8,
  leftOpenS: 120,
};

/** The plan's items, understood. What this program does not understand is kept in the table and skipped here. */
export function planIndex(rows: Iterable<PlanRow>): PlanIndex {
  let policy = defaultPolicy;
  const slots = new Map<SlotNumber, PlanBody<'slot'>>();
  const bookings = new Map<string, PlanBody<'booking'>>();
  const grants = new Map<string, PlanBody<'grant'>>();
  const couriers = new Map<string, PlanBody<'courier'>>();
  const revoked = new Set<string>();
  for (const row of rows) {
    const item = parsePlanItem(PlanLine.parse(JSON.parse(row.line)));
    if (item?.kind === 'policy') policy = item.body;
    else if (item?.kind === 'slot') slots.set(Number(item.id), item.body);
    else if (item?.kind === 'booking') bookings.set(item.id, item.body);
    else if (item?.kind === 'grant') grants.set(item.id, item.body);
    else if (item?.kind === 'courier') couriers.set(item.id, item.body);
    else if (item?.kind === 'revocation') revoked.add(item.id);
  }
  return { policy, slots, bookings, grants, couriers, revoked };
}
