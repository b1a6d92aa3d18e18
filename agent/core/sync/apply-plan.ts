import { digestOf, limits, type Plan, PlanLine } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { Parcel } from '../parcel.ts';
import type { PlanRow } from '../state.ts';
import { sendBeat } from './link.ts';
import { planIndex } from './plan-index.ts';

/**
 * The plan in force is always one whole (epoch, revision), and never an older one. A delta counts only right after
 * the revision that it follows; a snapshot is staged part by part and swapped in once its digest matches. Whatever does
 * not fit is dropped: the next beat tells the server where this locker stands.
 */
export function onPlan(d: Draft, plan: Plan, texts: readonly string[]): void {
  const { serverEpoch, rev } = d.meta;
  const older = plan.serverEpoch < serverEpoch || (plan.serverEpoch === serverEpoch && plan.rev < rev);
  if (older || texts.some((text) => text.length > limits.planItemBytesMax)) return;
  const lines = parseLines(texts);
  if (!lines) return;
  if (plan.body.as === 'snapshot') return stage(d, plan, plan.body, texts);
  if (plan.serverEpoch !== serverEpoch || plan.body.fromRev !== rev) return;
  const put = lines.flatMap((line, index) => rowOf(line, texts[index] ?? ''));
  swapIn(
    d,
    plan,
    put,
    lines.filter((line) => 'gone' in line),
  );
}

function stage(
  d: Draft,
  plan: Plan,
  body: Extract<Plan['body'], { as: 'snapshot' }>,
  texts: readonly string[],
): void {
  const { link } = d.state;
  const same =
    link.staged?.serverEpoch === plan.serverEpoch &&
    link.staged.rev === plan.rev &&
    link.staged.digest === body.digest;
  const byPart = new Map(same ? link.staged?.byPart : []).set(body.part, texts);
  const staged = {
    serverEpoch: plan.serverEpoch,
    rev: plan.rev,
    digest: body.digest,
    parts: body.parts,
    byPart,
  };
  if (byPart.size < body.parts) return d.set({ link: { ...link, staged } });
  d.set({ link: { ...link, staged: null } });
  const whole = [...byPart].sort(([a], [b]) => a - b).flatMap(([, part]) => part);
  const lines = parseLines(whole);
  if (!lines || digestOf(whole) !== body.digest) return;
  const put = lines.flatMap((line, index) => rowOf(line, whole[index] ?? ''));
  const kept = new Set(put.map((row) => `${row.kind} ${row.id}`));
  const ended = [...d.state.tables.planItems].flatMap(([key, row]) => (kept.has(key) ? [] : [row]));
  swapIn(d, plan, put, ended);
}

function swapIn(
  d: Draft,
  plan: Plan,
  put: readonly PlanRow[],
  ended: readonly { kind: string; id: string }[],
): void {
  d.changePlan(put, ended);
  d.setMeta({ serverEpoch: plan.serverEpoch, rev: plan.rev });
  d.set({ plan: planIndex(d.state.tables.planItems.values()) });
  claimUnknownParcels(d);
  // The server sends a code only once the locker has said that it knows it.
  sendBeat(d);
}

/** A parcel that came before its booking was known here belongs to that booking by its label. */
function claimUnknownParcels(d: Draft): void {
  const { slots, openings } = d.state.tables;
  for (const [booking, { barcodes }] of d.state.plan.bookings) {
    const isIts = (parcel: Parcel | null): parcel is Parcel =>
      parcel !== null && parcel.booking === null && barcodes.includes(parcel.barcode);
    for (const slot of slots.values())
      if (isIts(slot.parcel)) d.putSlot({ ...slot, parcel: { ...slot.parcel, booking } });
    for (const opening of openings.values())
      if (isIts(opening.parcel)) d.putOpening({ ...opening, parcel: { ...opening.parcel, booking } });
  }
}

function rowOf(line: PlanLine, text: string): PlanRow[] {
  return 'gone' in line ? [] : [{ kind: line.kind, id: line.id, rev: line.rev, line: text }];
}

function parseLines(texts: readonly string[]): PlanLine[] | undefined {
  const lines: PlanLine[] = [];
  for (const text of texts) {
    const parsed = PlanLine.safeParse(parseJson(text));
    if (!parsed.success) return undefined;
    lines.push(parsed.data);
  }
  return lines;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
