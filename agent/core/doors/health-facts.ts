import type { SlotNumber } from '@latchwork/shared';
import { believedTime } from '../clock.ts';
import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import {
  type DoorHealth,
  dayOf,
  healthAfter,
  newHealth,
  nextDay,
  type OpeningSample,
  ratesOf,
} from './health.ts';

/** Where the time of day is not known, a day is as much powered time. */
const dayMs = 86_400_000;

/** A pulse is asked for: on disk before it is given, so that its coil rests over a restart too. */
export function notePulseAsked(d: Draft, slot: SlotNumber): void {
  d.putHealth({ ...healthOf(d, slot), lastPulsedPoweredMs: d.poweredMs });
}

export function notePulseDriven(d: Draft, slot: SlotNumber): void {
  const health = healthOf(d, slot);
  d.putHealth({
    ...inDay(d, health),
    pulses: health.pulses + 1,
    lastPulsedPoweredMs: d.poweredMs,
    pulsesUnopened: health.pulsesUnopened + 1,
  });
}

/** The door of an opening that was pulsed is open for the first time. */
export function noteOpened(d: Draft, opening: Opening, afterPulseMs: number | undefined): void {
  const { slot } = opening;
  d.putHealth({ ...healthOf(d, slot), pulsesUnopened: 0 });
  const given = pulsesGiven(opening);
  if (given > 0) count(d, slot, { firstOpen: given === 1, stuck: false, opensInMs: afterPulseMs ?? null });
}

/** An opening that was pulsed ends without its door having been seen open; `seen` where that means that it was not. */
export function noteUnopened(
  d: Draft,
  { slot }: Opening,
  { seen, stuck }: { seen: boolean; stuck: boolean },
): void {
  count(d, slot, { firstOpen: seen ? false : null, stuck: seen && stuck, opensInMs: null });
}

/** Its door has not been seen open, and a coil was driven, or may have been. */
export function isPulsedUnopened(opening: Opening): boolean {
  return !['open', 'closed'].includes(opening.phase) && pulsesGiven(opening) > 0;
}

/** Once a day, each door that was used tells how it did. */
export function tellHealth(d: Draft): void {
  const today = todayOf(d);
  for (const health of d.state.tables.health.values()) {
    const { day } = health;
    const isOver =
      d.state.clock.state === 'good' ? day !== today : d.poweredMs - health.sincePoweredMs >= dayMs;
    if (day === null || !isOver) continue;
    d.emit({ kind: 'door.health', ...dayOf(health), day });
    d.putHealth(nextDay(health));
  }
}

function count(d: Draft, slot: SlotNumber, sample: OpeningSample): void {
  const before = healthOf(d, slot);
  const after = healthAfter(inDay(d, before), sample);
  d.putHealth(after);
  if (after.wearing && !before.wearing)
    d.emit({ kind: 'latch.wearing', slot, sign: after.wearing, ...ratesOf(after) });
  else if (before.wearing && !after.wearing) d.emit({ kind: 'latch.recovered', slot });
}

/** A pulse that was asked for counts as given: an open door answers before its board may. */
function pulsesGiven({ phase, pulses, attempts }: Opening): number {
  return phase === 'asked' ? Math.min(pulses + 1, attempts) : pulses;
}

function inDay(d: Draft, health: DoorHealth): DoorHealth {
  return health.day === null ? { ...health, day: todayOf(d), sincePoweredMs: d.poweredMs } : health;
}

function todayOf(d: Draft): string {
  return isoDate(believedTime(d.state, d.stamp.wallMs, d.poweredMs).at);
}

/** The date of a moment, in UTC. */
function isoDate(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 10);
}

function healthOf(d: Draft, slot: SlotNumber): DoorHealth {
  return d.state.tables.health.get(slot) ?? newHealth(slot);
}
