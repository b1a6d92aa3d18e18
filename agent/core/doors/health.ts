import type { EventBody, SlotNumber } from '@latchwork/shared';

/**
 * How a door does, against its own past. Pure: each opening that came to an end is one sample.
 *
 * Invariants: no count is negative · rates lie within 0..1 and times within 0..`opensInMsMax` · `usual…` does not
 * move while the latch is called wearing, so that wear does not become its own measure.
 */
export interface DoorHealth {
  slot: SlotNumber;
  /** The UTC date of what is counted below; null while nothing is. */
  day: string | null;
  /** Powered time at which counting began. */
  sincePoweredMs: number;
  openings: number;
  firstOpens: number;
  pulses: number;
  stuck: number;
  timed: number;
  timedMsSum: number;
  /** Openings of which it is known whether they opened, ever; and of these the timed ones. */
  known: number;
  knownTimed: number;
  /** Shares of openings that the first pulse opened. */
  usualFirstOpen: number;
  recentFirstOpen: number;
  usualOpensInMs: number | null;
  recentOpensInMs: number | null;
  wearing: EventBody<'latch.wearing'>['sign'] | null;
  /** When the last pulse was asked for: a coil's rest outlives a restart. */
  lastPulsedPoweredMs: number | null;
  /** Pulses since the door was last seen open: so does its cool-down. */
  pulsesUnopened: number;
}

/** One opening that was pulsed. `firstOpen` is null where nobody knows whether the door opened. */
export interface OpeningSample {
  firstOpen: boolean | null;
  stuck: boolean;
  /** From pulse to open, where timed. */
  opensInMs: number | null;
}

/** A door's past weighs this many openings: some months of a busy slot, so that slow wear shows against it. */
const usualOpenings = 200;
/** Its present weighs this many: three failures in a row tell, one does not. */
const recentOpenings = 10;
/** Before so many openings nobody knows what is usual for a door. */
export const openingsBeforeAlarm = 20;
/** 20 openings of 100 fewer by the first pulse: above what two bad ones in a row make. */
const firstOpenDrop = 0.2;
/** A door that was always moody is judged by its own spread: so many standard deviations of the recent average. */
const deviationsMin = 4;
/** Half as long again, and more than polling makes of chance. */
const laterFactor = 1.5;
const laterMsMin = 150;
/** One sample counts for no more than this much of what is usual: a slow hand is not a slow latch. */
const sampleFactorMax = 3;
/** Longer than any spring takes; what comes later was not opened by the pulse alone. */
export const opensInMsMax = 10_000;
/** A latch has recovered when less than this share of the alarm's margin is left. */
const recoveredShare = 0.5;

export function newHealth(slot: SlotNumber): DoorHealth {
  return {
    slot,
    day: null,
    sincePoweredMs: 0,
    ...{ openings: 0, firstOpens: 0, pulses: 0, stuck: 0, timed: 0, timedMsSum: 0 },
    ...{ known: 0, knownTimed: 0, usualFirstOpen: 1, recentFirstOpen: 1 },
    ...{ usualOpensInMs: null, recentOpensInMs: null, wearing: null },
    ...{ lastPulsedPoweredMs: null, pulsesUnopened: 0 },
  };
}

/** Counts one opening, and judges the latch by it. */
export function healthAfter(before: DoorHealth, sample: OpeningSample): DoorHealth {
  const opensInMs = isByPulse(sample.opensInMs) ? sample.opensInMs : null;
  const counted: DoorHealth = {
    ...before,
    openings: before.openings + 1,
    firstOpens: before.firstOpens + Number(sample.firstOpen === true),
    stuck: before.stuck + Number(sample.stuck),
    timed: before.timed + Number(opensInMs !== null),
    timedMsSum: before.timedMsSum + (opensInMs ?? 0),
  };
  const known = sample.firstOpen === null ? counted : withRate(counted, Number(sample.firstOpen));
  const timed = opensInMs === null ? known : withTime(known, opensInMs);
  return { ...timed, wearing: judged(timed) };
}

/** What `door.health` tells of the day so far. */
export function dayOf({ slot, openings, firstOpens, pulses, stuck, timed, timedMsSum }: DoorHealth) {
  const opensInMs = timed === 0 ? null : Math.round(timedMsSum / timed);
  return { slot, openings, firstOpens, pulses, stuck, opensInMs };
}

/** The day is told: counting starts anew, the past stays. */
export function nextDay(health: DoorHealth): DoorHealth {
  const nothing = { openings: 0, firstOpens: 0, pulses: 0, stuck: 0, timed: 0, timedMsSum: 0 };
  return { ...health, ...nothing, day: null };
}

/** What `latch.wearing` tells, in whole figures. */
export function ratesOf(health: DoorHealth) {
  const whole = (ms: number | null) => (ms === null ? null : Math.round(ms));
  return {
    firstOpenPercent: Math.round(100 * health.recentFirstOpen),
    usualFirstOpenPercent: Math.round(100 * health.usualFirstOpen),
    opensInMs: whole(health.recentOpensInMs),
    usualOpensInMs: whole(health.usualOpensInMs),
  };
}

function isByPulse(opensInMs: number | null): opensInMs is number {
  return opensInMs !== null && opensInMs >= 0 && opensInMs <= opensInMsMax;
}

function withRate(health: DoorHealth, value: number): DoorHealth {
  const known = health.known + 1;
  const recentFirstOpen = averaged(health.recentFirstOpen, value, Math.min(known, recentOpenings));
  const usualFirstOpen =
    health.wearing === null
      ? averaged(health.usualFirstOpen, value, Math.min(known, usualOpenings))
      : health.usualFirstOpen;
  return { ...health, known, recentFirstOpen, usualFirstOpen };
}

function withTime(health: DoorHealth, opensInMs: number): DoorHealth {
  const knownTimed = health.knownTimed + 1;
  const usual = health.usualOpensInMs ?? opensInMs;
  const value = Math.min(opensInMs, sampleFactorMax * Math.max(usual, laterMsMin));
  const recent = averaged(health.recentOpensInMs ?? value, value, Math.min(knownTimed, recentOpenings));
  const usualOpensInMs =
    health.wearing === null ? averaged(usual, value, Math.min(knownTimed, usualOpenings)) : usual;
  return { ...health, knownTimed, recentOpensInMs: recent, usualOpensInMs };
}

/** The plain mean of the first `weight` values, and from then on each value weighs one in `weight`. */
function averaged(before: number, value: number, weight: number): number {
  return before + (value - before) / weight;
}

/** The sign of wear, kept until most of it is gone: a latch at the edge is told of once. */
function judged(health: DoorHealth): DoorHealth['wearing'] {
  const share = health.wearing === null ? 1 : recoveredShare;
  if (health.known >= openingsBeforeAlarm && firstOpenLoss(health) > share * firstOpenMargin(health))
    return health.wearing ?? 'needs more attempts';
  if (health.knownTimed >= openingsBeforeAlarm && laterByMs(health) > share * laterMarginMs(health))
    return health.wearing ?? 'opens later';
  return null;
}

function firstOpenLoss({ usualFirstOpen, recentFirstOpen }: DoorHealth): number {
  return usualFirstOpen - recentFirstOpen;
}

function firstOpenMargin({ usualFirstOpen: usual }: DoorHealth): number {
  // The variance of an exponential average of n: that of one sample, over 2n − 1.
  const deviation = Math.sqrt((usual * (1 - usual)) / (2 * recentOpenings - 1));
  return Math.max(firstOpenDrop, deviationsMin * deviation);
}

function laterByMs({ usualOpensInMs, recentOpensInMs }: DoorHealth): number {
  return (recentOpensInMs ?? 0) - (usualOpensInMs ?? 0);
}

function laterMarginMs({ usualOpensInMs }: DoorHealth): number {
  return Math.max(laterMsMin, (laterFactor - 1) * (usualOpensInMs ?? 0));
}
