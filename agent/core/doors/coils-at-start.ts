import type { SlotNumber } from '@latchwork/shared';
import type { Tables } from '../state.ts';

export interface CoilAtStart {
  slot: SlotNumber;
  /** Powered time since its last pulse was asked for: never more than truly passed. */
  sincePulseMs: number;
  /** Pulses, or what may have been one, since its door was last seen open. */
  attempts: number;
}

/** What the power limits must know of the life before: a restart must not let a hot coil be driven again. */
export function coilsAtStart({ meta, openings, health }: Tables): CoilAtStart[] {
  return [...health.values()].flatMap(({ slot, lastPulsedPoweredMs, pulsesUnopened }) => {
    if (lastPulsedPoweredMs === null) return [];
    // Asked for and never answered: it may have been driven at the last moment.
    const unanswered = openings.get(slot)?.phase === 'asked';
    const sincePulseMs = unanswered ? 0 : Math.max(0, meta.poweredMs - lastPulsedPoweredMs);
    return [{ slot, sincePulseMs, attempts: pulsesUnopened + Number(unanswered) }];
  });
}
