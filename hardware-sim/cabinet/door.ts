import type { Clock } from '../clock.ts';
import { applyChange, type DoorFaults, type DoorFaultsChange } from './faults.ts';
import type { Happening } from './record.ts';

/**
 * One door: a latch with a coil, a spring that throws the door open, and whoever stands before it.
 *
 *     shut ──pulse, not jammed──▶ freed ──spring──▶ open ──push shut, coil off──▶ shut
 *       ▲                                                        │
 *       └──────────────── a jammed pulse changes nothing ────────┘
 *
 * Invariants: a parcel moves only while the door is open; a latch takes hold only while its coil is off; the door's
 * hook has turned exactly when the door is open.
 */
export interface Door {
  /** Drives the coil for `durationMs`; a pulse during a pulse prolongs it. */
  energise(durationMs: number, coilsOnBefore: number): void;
  /** Resolves when the latch has taken hold, which it does only once the coil is off. */
  pushShut(): Promise<DoorOutcome>;
  moveParcel(goesIn: boolean): DoorOutcome;
  changeFaults(change: DoorFaultsChange): void;
  state(): DoorPhysics;
  /** What the hook switch says, which is the truth unless the switch lies. */
  hookSaysOpen(): boolean;
  stop(): void;
}

/** What of a door outlasts a power cut, and whether its coil is driven now. */
export interface DoorPhysics {
  open: boolean;
  parcel: boolean;
  coilOn: boolean;
  faults: DoorFaults;
}

export type DoorOutcome =
  | { ok: true }
  | {
      ok: false;
      reason: 'the door is shut' | 'the door is already shut' | 'it is already full' | 'it is already empty';
    };

export function createDoor(options: {
  clock: Clock;
  springMs: number;
  saved: { open: boolean; parcel: boolean; faults: DoorFaults };
  happened: (happening: Happening) => void;
  changed: () => void;
}): Door {
  const { clock, happened, changed } = options;
  let { open, parcel, faults } = options.saved;
  let coilOffAtMs: number | null = null;
  let cancelCoil = () => {};
  let cancelSpring: (() => void) | null = null;
  let pushing: (() => void)[] = [];

  const springOpen = () => {
    cancelSpring = null;
    open = true;
    happened({ kind: 'opened' });
    changed();
  };
  const latch = () => {
    open = false;
    happened({ kind: 'closed' });
    changed();
  };
  const coilOff = () => {
    coilOffAtMs = null;
    const released = pushing;
    pushing = [];
    if (released.length > 0 && open) latch();
    for (const tell of released) tell();
    changed();
  };
  /** Whether this pulse frees the latch; a jam "until the n-th pulse" is used up by it. */
  const frees = (): boolean => {
    if (faults.jam === null) return true;
    if (faults.jam === 'forGood') return false;
    const left = faults.jam.untilPulse - 1;
    faults = { ...faults, jam: left === 0 ? null : { untilPulse: left } };
    return left === 0;
  };

  return {
    energise: (durationMs, coilsOnBefore) => {
      const untilMs = Math.max(coilOffAtMs ?? 0, clock.nowMs() + durationMs);
      happened({ kind: 'pulse', durationMs, coilsOn: coilsOnBefore + (coilOffAtMs === null ? 1 : 0) });
      coilOffAtMs = untilMs;
      cancelCoil();
      cancelCoil = clock.after(untilMs - clock.nowMs(), coilOff);
      if (frees() && !open && !cancelSpring) {
        cancelSpring = clock.after(faults.slow?.delayMs ?? options.springMs, springOpen);
      }
      changed();
    },
    pushShut: async () => {
      if (!open) return { ok: false, reason: 'the door is already shut' };
      if (coilOffAtMs === null) latch();
      else await new Promise<void>((resolve) => pushing.push(resolve));
      return { ok: true };
    },
    moveParcel: (goesIn) => {
      if (!open) return { ok: false, reason: 'the door is shut' };
      if (parcel === goesIn)
        return { ok: false, reason: goesIn ? 'it is already full' : 'it is already empty' };
      parcel = goesIn;
      happened({ kind: goesIn ? 'parcelIn' : 'parcelOut' });
      changed();
      return { ok: true };
    },
    changeFaults: (change) => {
      faults = applyChange(faults, change);
      changed();
    },
    state: () => ({ open, parcel, coilOn: coilOffAtMs !== null, faults }),
    hookSaysOpen: () => {
      if (faults.lyingSwitch === 'inverted') return !open;
      if (faults.lyingSwitch === null) return open;
      return faults.lyingSwitch === 'stuckOpen';
    },
    stop: () => {
      cancelCoil();
      cancelSpring?.();
      for (const tell of pushing) tell();
    },
  };
}
