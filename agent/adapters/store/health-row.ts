import { z } from 'zod';
import type { DoorHealth } from '../../core/doors/health.ts';

const HealthRow = z.object({
  slot: z.number(),
  day: z.string().nullable(),
  since_powered_ms: z.number(),
  openings: z.number(),
  first_opens: z.number(),
  pulses: z.number(),
  stuck: z.number(),
  timed: z.number(),
  timed_ms_sum: z.number(),
  known: z.number(),
  known_timed: z.number(),
  usual_first_open: z.number(),
  recent_first_open: z.number(),
  usual_opens_in_ms: z.number().nullable(),
  recent_opens_in_ms: z.number().nullable(),
  wearing: z.enum(['opens later', 'needs more attempts']).nullable(),
  last_pulsed_powered_ms: z.number().nullable(),
  pulses_unopened: z.number(),
});

/** A door's health in the words of the core, and back. */
export function fromHealth(row: unknown): DoorHealth {
  const h = HealthRow.parse(row);
  const { slot, day, openings, pulses, stuck, timed, known, wearing } = h;
  return {
    ...{ slot, day, openings, pulses, stuck, timed, known, wearing },
    sincePoweredMs: h.since_powered_ms,
    firstOpens: h.first_opens,
    timedMsSum: h.timed_ms_sum,
    knownTimed: h.known_timed,
    usualFirstOpen: h.usual_first_open,
    recentFirstOpen: h.recent_first_open,
    usualOpensInMs: h.usual_opens_in_ms,
    recentOpensInMs: h.recent_opens_in_ms,
    lastPulsedPoweredMs: h.last_pulsed_powered_ms,
    pulsesUnopened: h.pulses_unopened,
  };
}

export function toHealth(health: DoorHealth) {
  const { slot, day, openings, pulses, stuck, timed, known, wearing } = health;
  return {
    ...{ slot, day, openings, pulses, stuck, timed, known, wearing },
    since_powered_ms: health.sincePoweredMs,
    first_opens: health.firstOpens,
    timed_ms_sum: health.timedMsSum,
    known_timed: health.knownTimed,
    usual_first_open: health.usualFirstOpen,
    recent_first_open: health.recentFirstOpen,
    usual_opens_in_ms: health.usualOpensInMs,
    recent_opens_in_ms: health.recentOpensInMs,
    last_pulsed_powered_ms: health.lastPulsedPoweredMs,
    pulses_unopened: health.pulsesUnopened,
  };
}
toHealth.columns = Object.keys(HealthRow.shape);
