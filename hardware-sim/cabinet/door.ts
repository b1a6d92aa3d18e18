import type { Clock } from '../clock.ts';
import { applyChange, type DoorFaults, type DoorFaultsChange } from './faults.ts';
import { createHookSwitch } from './hook-switch.ts';
import { createLatch } from './latch.ts';
import type { Happening } from './record.ts';

/**
 * One door: a latch with a coil, a spring that throws the door open, and whoever stands before it.
 *
 *     shut ──pulse, hook free──▶ freed ──spring──▶ open ──push shut, coil off──▶ shut
 *       ▲                          │                       │
 *       │◀──coil cut or sagging────┘                       │
 *       └────── a pulse on a jammed or loaded hook ────────┘ changes nothing
 *
 * Invariants: a parcel moves only while the door is open; a latch takes hold only while its coil is off; the door's
 * hook has turned exactly when the door is open; a loaded hook is freed only while coil and hand work together.
 */
export interface Door {
  /** Drives the coil for `durationMs`, or until it is released; `sagging`: with too little power to free anything. */
  energise(durationMs: number | null, power: { coilsOn: number; sagging: boolean }): void;
  /** Takes the current from the coil, as a reset of its board does. */
  release(): void;
  /** The supply has sagged: what the coil has not freed yet stays shut. */
  sag(): void;
  /** Presses the shut door in for a while, as a person does who is told to. */
  pushIn(forMs: number): DoorOutcome;
  turnKey(): DoorOutcome;
  /** Resolves when the latch has taken hold, which it does only once the coil is off. */
  pushShut(): Promise<DoorOutcome>;
  moveParcel(goesIn: boolean): DoorOutcome;
  changeFaults(change: DoorFaultsChange): void;
  state(): DoorPhysics;
  coilOn(): boolean;
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
      reason:
        | 'the door is shut'
        | 'the door is open'
        | 'the door is already shut'
        | 'it is already full'
        | 'it is already empty';
    };

export function createDoor(options: {
  clock: Clock;
  springMs: number;
  saved: { open: boolean; parcel: boolean; faults: DoorFaults };
  happened: (happening: Happening) => void;
  /** The hook switch says something else by a fault alone; null where nobody asks. */
  switchFlipped: (() => void) | null;
  changed: () => void;
}): Door {
  const { clock, happened, changed } = options;
  let { open, parcel, faults } = options.saved;
  let pushing: (() => void)[] = [];
  const isOpen = () => open;

  const hook = createHookSwitch({ clock, isOpen, faults: () => faults, flipped: options.switchFlipped });
  const move = (kind: 'opened' | 'closed') => {
    open = kind === 'opened';
    hook.moved();
    happened({ kind });
    changed();
  };
  const coilOff = (drivenMs: number, cut: boolean) => {
    happened({ kind: 'coilOff', drivenMs, cut });
    const released = pushing;
    pushing = [];
    if (released.length > 0 && open) move('closed');
    for (const tell of released) tell();
    changed();
  };
  const latch = createLatch({
    clock,
    springMs: options.springMs,
    faults: () => faults,
    setJam: (jam) => {
      faults = { ...faults, jam };
    },
    sprung: () => move('opened'),
    coilOff,
  });
  return {
    energise: (durationMs, { coilsOn, sagging }) => {
      happened({ kind: 'pulse', durationMs, coilsOn });
      latch.drive(durationMs, { sagging, isShut: !open });
      changed();
    },
    release: latch.release,
    sag: latch.sag,
    pushIn: (forMs) =>
      whenShut(open, () => {
        happened({ kind: 'pushedIn' });
        latch.pushIn(forMs);
      }),
    turnKey: () =>
      whenShut(open, () => {
        happened({ kind: 'keyTurned' });
        latch.callOff();
        move('opened');
      }),
    pushShut: async () => {
      if (!open) return { ok: false, reason: 'the door is already shut' };
      if (latch.isCoilOn()) await new Promise<void>((resolve) => pushing.push(resolve));
      else move('closed');
      return { ok: true };
    },
    moveParcel: (goesIn) => {
      if (!open) return { ok: false, reason: 'the door is shut' };
      if (parcel === goesIn) return alreadySo(goesIn);
      parcel = goesIn;
      happened({ kind: goesIn ? 'parcelIn' : 'parcelOut' });
      changed();
      return { ok: true };
    },
    changeFaults: (change) => {
      const wasSlow = faults.slow !== null;
      faults = applyChange(faults, change);
      hook.faultsChanged();
      if (wasSlow && faults.slow === null) latch.clean();
      changed();
    },
    state: () => ({ open, parcel, coilOn: latch.isCoilOn(), faults }),
    coilOn: latch.isCoilOn,
    hookSaysOpen: hook.saysOpen,
    stop: () => {
      latch.stop();
      hook.stop();
      for (const tell of pushing) tell();
    },
  };
}

function alreadySo(goesIn: boolean): DoorOutcome {
  return { ok: false, reason: goesIn ? 'it is already full' : 'it is already empty' };
}

function whenShut(open: boolean, act: () => void): DoorOutcome {
  if (open) return { ok: false, reason: 'the door is open' };
  act();
  return { ok: true };
}
