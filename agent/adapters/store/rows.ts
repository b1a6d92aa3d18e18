import { Authority, Purpose, SlotNumber } from '@latchwork/shared';
import { z } from 'zod';
import type { Parcel } from '../../core/parcel.ts';
import {
  type Meta,
  type Opening,
  outOfServiceReasons,
  type PlanRow,
  type Redemption,
  type Service,
  type Slot,
} from '../../core/state.ts';

/** Rows of the database in the words of the core, and back. SQLite knows no booleans: 0 and 1 stand for them. */
const bit = z.literal([0, 1]).transform((value) => value === 1);

const MetaRow = z.object({
  locker_id: z.string(),
  incarnation: z.string(),
  reborn: bit,
  next_seq: z.number(),
  head: z.string(),
  acked_seq: z.number(),
  trimmed_to: z.number(),
  server_epoch: z.number(),
  rev: z.number(),
  powered_ms: z.number(),
  floor_ms: z.number(),
  floor_at_powered_ms: z.number(),
  code_failures: z.number(),
  code_blocked_until_powered_ms: z.number(),
  visit: z.string().nullable(),
  switch_used: bit,
});

export function fromMeta(row: unknown): Meta {
  const m = MetaRow.parse(row);
  return {
    lockerId: m.locker_id,
    incarnation: m.incarnation,
    reborn: m.reborn,
    nextSeq: m.next_seq,
    head: m.head,
    ackedSeq: m.acked_seq,
    trimmedTo: m.trimmed_to,
    serverEpoch: m.server_epoch,
    rev: m.rev,
    poweredMs: m.powered_ms,
    floorMs: m.floor_ms,
    floorAtPoweredMs: m.floor_at_powered_ms,
    codeFailures: m.code_failures,
    codeBlockedUntilPoweredMs: m.code_blocked_until_powered_ms,
    visit: m.visit,
    switchUsed: m.switch_used,
  };
}

export function toMeta(meta: Meta) {
  return {
    one: 1,
    locker_id: meta.lockerId,
    incarnation: meta.incarnation,
    reborn: Number(meta.reborn),
    next_seq: meta.nextSeq,
    head: meta.head,
    acked_seq: meta.ackedSeq,
    trimmed_to: meta.trimmedTo,
    server_epoch: meta.serverEpoch,
    rev: meta.rev,
    powered_ms: meta.poweredMs,
    floor_ms: meta.floorMs,
    floor_at_powered_ms: meta.floorAtPoweredMs,
    code_failures: meta.codeFailures,
    code_blocked_until_powered_ms: meta.codeBlockedUntilPoweredMs,
    visit: meta.visit,
    switch_used: Number(meta.switchUsed),
  };
}
toMeta.columns = ['one', ...Object.keys(MetaRow.shape)];

const parcelShape = {
  barcode: z.string().nullable(),
  booking: z.string().nullable(),
  courier: z.string().nullable(),
};

const SlotRow = z.object({
  slot: z.number(),
  occupancy: z.enum(['empty', 'occupied', 'unsettled']),
  ...parcelShape,
  faulty: bit,
  out_of_service: z.string(),
  reopen_until_powered_ms: z.number().nullable(),
  reopen_grant: z.string().nullable(),
  reopen_code_hash: z.string().nullable(),
  reopen_booking: z.string().nullable(),
  cut_short_purpose: z.enum(['deposit', 'collect']).nullable(),
  cut_short_authorisation: z.string().nullable(),
  cut_short_visit: z.string().nullable(),
  cut_short_grant: z.string().nullable(),
  disputed: bit,
});

export function fromSlot(row: unknown): Slot {
  const s = SlotRow.parse(row);
  const {
    reopen_until_powered_ms: untilPoweredMs,
    reopen_grant: grant,
    reopen_code_hash: codeHash,
    reopen_booking: booking,
  } = s;
  const { cut_short_purpose: purpose, cut_short_authorisation: authorisation, cut_short_visit: visit } = s;
  const mayReopen = untilPoweredMs !== null && grant !== null && codeHash !== null && booking !== null;
  const wasCutShort = purpose !== null && authorisation !== null && visit !== null;
  return {
    slot: s.slot,
    occupancy: s.occupancy,
    parcel: fromParcel(s),
    outOfService: outOfServiceReasons.filter((reason) => s.out_of_service.split(', ').includes(reason)),
    reopening: mayReopen ? { untilPoweredMs, grant, codeHash, booking } : null,
    cutShort: wasCutShort ? { purpose, authorisation, visit, grant: s.cut_short_grant } : null,
    disputed: s.disputed,
  };
}

export function toSlot({ slot, occupancy, parcel, outOfService, reopening, cutShort, disputed }: Slot) {
  return {
    slot,
    occupancy,
    ...toParcel(parcel),
    faulty: Number(outOfService.length > 0),
    out_of_service: outOfService.join(', '),
    reopen_until_powered_ms: reopening?.untilPoweredMs ?? null,
    reopen_grant: reopening?.grant ?? null,
    reopen_code_hash: reopening?.codeHash ?? null,
    reopen_booking: reopening?.booking ?? null,
    cut_short_purpose: cutShort?.purpose ?? null,
    cut_short_authorisation: cutShort?.authorisation ?? null,
    cut_short_visit: cutShort?.visit ?? null,
    cut_short_grant: cutShort?.grant ?? null,
    disputed: Number(disputed),
  };
}
toSlot.columns = Object.keys(SlotRow.shape);

const OpeningRow = z.object({
  slot: z.number(),
  authorisation: z.string(),
  visit: z.string(),
  purpose: Purpose,
  means: Authority.shape.means,
  allowed_by: z.string(),
  ...parcelShape,
  phase: z.enum(['asked', 'pulsed', 'resting', 'open', 'closed']),
  attempts: z.number(),
  pulses: z.number(),
  used: bit,
  withdrawn: bit,
});

export function fromOpening(row: unknown): Opening {
  const { means, allowed_by, barcode, booking, courier, ...opening } = OpeningRow.parse(row);
  return {
    ...opening,
    allowedBy: { means, id: allowed_by },
    parcel: fromParcel({ barcode, booking, courier }),
  };
}

export function toOpening({ allowedBy, parcel, used, withdrawn, ...opening }: Opening) {
  return {
    ...opening,
    means: allowedBy.means,
    allowed_by: allowedBy.id,
    ...toParcel(parcel),
    used: Number(used),
    withdrawn: Number(withdrawn),
  };
}
toOpening.columns = Object.keys(OpeningRow.shape);

const PlanItemRow = z.object({ kind: z.string(), id: z.string(), rev: z.number(), line: z.string() });

export function fromPlanItem(row: unknown): PlanRow {
  return PlanItemRow.parse(row);
}
fromPlanItem.columns = Object.keys(PlanItemRow.shape);

const RedemptionRow = z.object({ grant_id: z.string(), authorisation: z.string(), expires_at: z.number() });

export function fromRedemption(row: unknown): Redemption {
  const { grant_id: grant, authorisation, expires_at: expiresAt } = RedemptionRow.parse(row);
  return { grant, authorisation, expiresAt };
}

export function toRedemption({ grant, authorisation, expiresAt }: Redemption) {
  return { grant_id: grant, authorisation, expires_at: expiresAt };
}
toRedemption.columns = Object.keys(RedemptionRow.shape);

const ServiceRow = z.object({
  one: z.literal(1),
  visit: z.string(),
  started_by: z.enum(['cabinet switch', 'local technician']),
  user: z.string(),
  until_powered_ms: z.number(),
  touched: z.string().transform((text) => z.array(SlotNumber).parse(JSON.parse(text))),
  leaving: z.enum(['left', 'time is up']).nullable(),
});

export function fromService(row: unknown): Service {
  const s = ServiceRow.parse(row);
  const { visit, user, touched, leaving } = s;
  return { visit, by: s.started_by, user, untilPoweredMs: s.until_powered_ms, touched, leaving };
}

export function toService({ visit, by, user, untilPoweredMs, touched, leaving }: Service) {
  return {
    ...{ one: 1, visit, started_by: by, user, leaving },
    ...{ until_powered_ms: untilPoweredMs, touched: JSON.stringify(touched) },
  };
}
toService.columns = Object.keys(ServiceRow.shape);

function fromParcel(row: {
  barcode: string | null;
  booking: string | null;
  courier: string | null;
}): Parcel | null {
  return row.barcode === null ? null : { barcode: row.barcode, booking: row.booking, courier: row.courier };
}

function toParcel(parcel: Parcel | null) {
  return {
    barcode: parcel?.barcode ?? null,
    booking: parcel?.booking ?? null,
    courier: parcel?.courier ?? null,
  };
}
