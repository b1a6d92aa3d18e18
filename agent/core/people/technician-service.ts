import type { SlotNumber, Uuid } from '@latchwork/shared';
import { settleBySensor } from '../doors/contents.ts';
import { finishOpening, unsettle } from '../doors/finish.ts';
import { forgetShutUnseen } from '../doors/shut-unseen.ts';
import { isUnseen, unseenDoors } from '../doors/sight.ts';
import type { Draft } from '../draft.ts';
import type { Opening, Service, State } from '../state.ts';
import { leave, openingAtHand } from './visit.ts';

/**
 * Service mode: a technician at work, with a mechanical key, by the cabinet's switch or from the console.
 *
 *   off ──switch on, console──► at work ──switch off, console, kiosk, time is up──► leaving ──► off
 *                                  ▲                                                  │
 *                                  └──────────────switch on, console──────────────────┘
 *
 * At work and leaving, a door opened by hand is a fact of this visit and no forced one, and its slot is touched. While it
 * is being left each touched slot is asked for; what nobody confirmed in time is unsettled. It all counts powered time and
 * is on disk, so a power cut stops the work for as long as it lasts and no longer.
 */
export const serviceMinutesDefault = 15;
export const serviceMinutesMax = 120;
/** For a walk to the kiosk and one look into a slot; each answer gives as long for the next. */
const confirmMs = 120_000;

/** Begins, or goes on for so many minutes from now. */
export function startService(
  d: Draft,
  { by, user, minutes }: { by: Service['by']; user: string; minutes: number },
): void {
  const before = d.state.tables.service;
  const visit = before?.visit ?? d.freshId();
  if (!before) d.emit({ kind: 'visit.started', visit, person: 'technician' });
  d.emit({ kind: 'service.started', visit, by, minutes });
  const untilPoweredMs = d.poweredMs + minutes * 60_000;
  const touched = before?.touched ?? [];
  // Whoever takes it back ends it, and who joins in does not.
  const beganBy = before && !before.leaving ? before.by : by;
  d.setService({ visit, by: beganBy, user, untilPoweredMs, touched, leaving: null });
  d.startTimer(`service:${visit}`, minutes * 60_000);
  forgetShutUnseen(d);
  touchOpenDoors(d);
}

/**
 * The switch ends only what it began: the console's work goes on whatever the switch says. It is told at every start, too:
 * one that was left on has had its turn, until it was seen off.
 */
export function onServiceSwitched(d: Draft, on: boolean): void {
  const { service } = d.state.tables;
  const { switchUsed } = d.meta;
  if (switchUsed !== on) d.setMeta({ switchUsed: on });
  if (!on) return service?.by === 'cabinet switch' ? leaveService(d, 'left') : undefined;
  if (!switchUsed && (!service || service.leaving))
    startService(d, { by: 'cabinet switch', user: '', minutes: serviceMinutesDefault });
}

/** The work is over: each slot that was touched is asked for, and where there is none nothing is. */
export function leaveService(d: Draft, why: 'left' | 'time is up'): void {
  const { service } = d.state.tables;
  if (!service || service.leaving) return;
  // A door that was pulsed may open yet.
  const pulsed = [...d.state.tables.openings.values()].filter(
    ({ purpose, phase }) => purpose === 'service' && (phase === 'asked' || phase === 'pulsed'),
  );
  const touched = withSlots(
    service.touched,
    pulsed.map(({ slot }) => slot),
  );
  d.setService({ ...service, touched, leaving: why });
  askOrEnd(d);
}

export function onServiceTimer(d: Draft, visit: Uuid): void {
  const { service } = d.state.tables;
  if (service?.visit !== visit) return;
  const leftMs = service.untilPoweredMs - d.poweredMs;
  if (leftMs > 0) return d.startTimer(`service:${visit}`, leftMs);
  if (service.leaving) endService(d, service.leaving);
  else leaveService(d, 'time is up');
}

/** After a start, once the doors were read: the work goes on where time is left, and nobody's parcel is guessed at. */
export function resumeService(d: Draft): void {
  const { service } = d.state.tables;
  if (!service) return;
  touchOpenDoors(d);
  const leftMs = service.untilPoweredMs - d.poweredMs;
  if (leftMs > 0) d.startTimer(`service:${service.visit}`, leftMs);
  else endService(d, 'interrupted');
}

/** A door was opened by hand. The visit in whose course that was; undefined where no technician is at work. */
export function touchSlot(d: Draft, slot: SlotNumber): Uuid | undefined {
  const { service } = d.state.tables;
  if (service && !service.touched.includes(slot))
    d.setService({ ...service, touched: withSlots(service.touched, [slot]) });
  return service?.visit;
}

/** The technician says that they opened a door by hand that nobody sees: one without a switch, or with a silent board. */
export function touchUnseen(d: Draft, slot: SlotNumber): void {
  if (d.state.tables.service && unseenDoors(d.state).includes(slot)) touchSlot(d, slot);
}

/** A technician confirmed what lies inside: it needs no more asking. */
export function confirmTouched(d: Draft, slot: SlotNumber): void {
  const { service } = d.state.tables;
  if (!service) return;
  d.setService({ ...service, touched: service.touched.filter((touched) => touched !== slot) });
  if (service.leaving) askOrEnd(d);
}

/**
 * After every decision: slots that technicians opened from the console are touched, so are those that somebody opened anew
 * with a key before their visitor was done, and those that were not seen for a moment; and whoever has no door at hand makes
 * room. Nobody is cut off whose door is open or about to open.
 *
 * @param before the state that the decision began with
 */
export function tendService(d: Draft, before: State): void {
  const { service, openings } = d.state.tables;
  if (!service) return;
  for (const { slot, purpose, used, phase, authorisation } of openings.values()) {
    const earlier = before.tables.openings.get(slot);
    const isReopened = phase === 'open' && earlier?.phase === 'closed';
    const byKey = isReopened && earlier.authorisation === authorisation;
    if (byKey || (used && purpose === 'service')) touchSlot(d, slot);
  }
  touchUnseenNow(d, before);
  const { person } = d.state;
  if (person && !person.leaving && person.stuckAt === null && !openingAtHand(d)) leave(d);
}

function askOrEnd(d: Draft): void {
  const { service } = d.state.tables;
  if (!service?.leaving) return;
  if (service.touched.length === 0) return endService(d, service.leaving);
  d.setService({ ...service, untilPoweredMs: d.poweredMs + confirmMs });
  d.startTimer(`service:${service.visit}`, confirmMs);
}

function endService(d: Draft, reason: 'left' | 'time is up' | 'interrupted'): void {
  const { service } = d.state.tables;
  if (!service) return;
  const { visit, touched } = service;
  for (const opening of openingsOf(d, visit))
    if (opening.phase === 'closed') finishOpening(d, opening);
    else unsettle(d, opening, 'walked away');
  for (const slot of touched) {
    const row = d.slot(slot);
    if (!row) continue;
    // Whoever was cut short there before, the technician's hands came after.
    d.putSlot({ ...row, occupancy: 'unsettled', cutShort: null });
    if (row.occupancy !== 'unsettled') d.emit({ kind: 'slot.unsettled', slot });
    settleBySensor(d, slot);
  }
  d.setService(null);
  d.set({ notice: null });
  d.cancelTimer(`service:${visit}`);
  d.emit({ kind: 'service.ended', visit, reason });
  d.emit({ kind: 'visit.ended', visit, reason: visitEnds[reason] });
}

const visitEnds = { left: 'done', 'time is up': 'walked away', interrupted: 'interrupted' } as const;

/** A door with a switch that is not read from now on: a key may open and shut it, and nobody would know. */
function touchUnseenNow(d: Draft, before: State): void {
  const isNew = !before.started || before.tables.service === null;
  for (const { slot } of d.state.config.slots)
    if (isUnseen(d.state, slot) && (isNew || !isUnseen(before, slot))) touchSlot(d, slot);
}

/** Doors that stand open without anybody's opening: what lies behind them may be changed. */
function touchOpenDoors(d: Draft): void {
  for (const [slot, position] of d.state.doors)
    if (position === 'open' && d.slot(slot) && !d.opening(slot)) touchSlot(d, slot);
}

function openingsOf(d: Draft, visit: Uuid): Opening[] {
  return [...d.state.tables.openings.values()].filter((opening) => opening.visit === visit);
}

function withSlots(slots: readonly SlotNumber[], more: readonly SlotNumber[]): SlotNumber[] {
  return [...new Set([...slots, ...more])].sort((a, b) => a - b);
}
