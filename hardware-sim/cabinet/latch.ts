import type { Clock } from '../clock.ts';
import { createCoil } from './coil.ts';
import type { DoorFaults } from './faults.ts';

/** The hook of a shut door, its coil, and the spring behind it. Whether the door is open its door knows. */
export interface Latch {
  isCoilOn(): boolean;
  /** `sagging`: with too little power to free anything. `isShut`: there is a hook to free. */
  drive(durationMs: number | null, how: { sagging: boolean; isShut: boolean }): void;
  /** Takes the current from the coil, as a reset of its board does; a hook not yet free stays. */
  release(): void;
  /** The supply has sagged: a hook not yet free stays, though the coil goes on. */
  sag(): void;
  /** The door is pressed in for so long, which takes the load off the hook. */
  pushIn(forMs: number): void;
  /** Without its dirt, a door that was on its way springs when it would have. */
  clean(): void;
  /** Something else has opened the door. */
  callOff(): void;
  stop(): void;
}

export function createLatch(options: {
  clock: Clock;
  springMs: number;
  faults: () => DoorFaults;
  /** A pulse has used up a part of a jam. */
  setJam: (jam: DoorFaults['jam']) => void;
  sprung: () => void;
  coilOff: (drivenMs: number, cut: boolean) => void;
}): Latch {
  const { clock, springMs, faults } = options;
  let cancelSpring: (() => void) | null = null;
  let hookFreeAtMs = 0;
  /** The coil pulls, and only the load on the hook keeps it from coming free. */
  let isHeldByLoad = false;
  let pushedInUntilMs = Number.NEGATIVE_INFINITY;

  const springAfter = (delayMs: number) => {
    cancelSpring = clock.after(delayMs, () => {
      cancelSpring = null;
      options.sprung();
    });
  };
  const free = () => {
    isHeldByLoad = false;
    if (cancelSpring) return;
    hookFreeAtMs = clock.nowMs() + springMs;
    springAfter(faults().slow?.delayMs ?? springMs);
  };
  const callOff = () => {
    isHeldByLoad = false;
    cancelSpring?.();
    cancelSpring = null;
  };
  const holdBack = () => {
    isHeldByLoad = false;
    if (clock.nowMs() < hookFreeAtMs) callOff();
  };
  const coil = createCoil({
    clock,
    off: (drivenMs, cut) => {
      isHeldByLoad = false;
      if (cut) holdBack();
      options.coilOff(drivenMs, cut);
    },
  });
  /** Whether this pulse is not in vain; a jam "until the n-th pulse" is used up by it. */
  const isUnjammed = (): boolean => {
    const { jam } = faults();
    if (jam === null || jam === 'forGood') return jam === null;
    const left = jam.untilPulse - 1;
    options.setJam(left === 0 ? null : { untilPulse: left });
    return left === 0;
  };

  return {
    isCoilOn: coil.isOn,
    drive: (durationMs, { sagging, isShut }) => {
      coil.drive(durationMs);
      if (!isUnjammed() || sagging || !isShut) return;
      isHeldByLoad = faults().pressed && clock.nowMs() >= pushedInUntilMs;
      if (!isHeldByLoad) free();
    },
    release: coil.cut,
    sag: holdBack,
    pushIn: (forMs) => {
      pushedInUntilMs = clock.nowMs() + forMs;
      if (isHeldByLoad) free();
    },
    clean: () => {
      if (!cancelSpring) return;
      cancelSpring();
      springAfter(Math.max(0, hookFreeAtMs - clock.nowMs()));
    },
    callOff,
    stop: () => {
      coil.stop();
      callOff();
    },
  };
}
