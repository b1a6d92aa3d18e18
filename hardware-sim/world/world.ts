import { type Config, manualClock } from '@latchwork/agent';
import { deriveLockerKeys } from '@latchwork/shared';
import { Centre } from './centre.ts';
import { chanceFrom } from './chance.ts';
import { Double } from './double.ts';
import { createFaults } from './faults.ts';
import { checkParcels, finalChecks } from './final-checks.ts';
import { Network } from './network.ts';
import { createPeople } from './people.ts';
import type { Breach, Violation } from './promises.ts';
import { createScene } from './scene.ts';
import { Sessions } from './sessions.ts';
import { createSite, pulseMs, slots } from './site.ts';
import { createTrace } from './trace.ts';
import { createUnit } from './unit.ts';
import type { Wiring } from './wiring.ts';
import { Witness } from './witness.ts';

/** What became of one world. */
export interface WorldReport {
  seed: number;
  violations: readonly Violation[];
  /** The last lines of what happened, up to the first violation. */
  trace: readonly string[];
  /** Of everything that happened: the same for the same seed. */
  digest: string;
  simulatedMs: number;
  counts: { lines: number; pulses: number; collected: number; cuts: number };
}

const startMs = Date.UTC(2026, 0, 5, 6);
const minuteMs = 60_000;
const settleMs = 2 * minuteMs;
const shakenMs = 90 * minuteMs;
const leavingMs = 5 * minuteMs;
/** Longer than every timer that brings locker and server together again: reconnecting waits five minutes at most. */
const quietMs = 25 * minuteMs;
const violationsMax = 20;

const config: Config = {
  lockerId: 'gb-simulate',
  version: 'simulated',
  builtAtMs: Date.UTC(2026, 0, 1),
  pulseMs,
  slots,
};
const keys = deriveLockerKeys(new Uint8Array(32).fill(5));

/** Lets one locker, its server and its people live through some hours of faults, and then through a quiet while. */
export async function runWorld(seed: number, wiring: Wiring = {}): Promise<WorldReport> {
  const clock = manualClock(startMs);
  const chance = chanceFrom(seed);
  // Every second world is a polite one.
  const isPolite = seed % 2 === 0;
  const trace = createTrace(clock.monotonicMs);
  const violations: Violation[] = [];
  let untilThen: readonly string[] = [];
  const breach: Breach = (promise, detail) => {
    trace.add(`BROKEN ${promise}: ${detail}`);
    if (violations.length === 0) untilThen = [...trace.lines()];
    if (violations.length < violationsMax) violations.push({ promise, detail });
  };

  const site = createSite({ nowMs: clock.monotonicMs, after: clock.after });
  const sessions = new Sessions(breach);
  const network = new Network({
    locker: config.lockerId,
    clock,
    chance: chance.fork('network'),
    sent: (parcel) => {
      sessions.sent(parcel);
      double.hear(parcel);
    },
    passing: (parcel) =>
      wiring.passing
        ? wiring.passing({
            ...parcel,
            keys,
            lastHello: sessions.lastHello,
            journal: unit.disk.journal,
            toAgent: (topic, payload) => network.toAgent(topic, payload),
          })
        : parcel.payload,
  });
  const { lockerId: locker } = config;
  const double = new Double({ locker, keys, clock, network, chance: chance.fork('double') });
  const centre = new Centre({
    ...{ config, keys, clock, network, chance: chance.fork('centre'), trace, breach, wiring },
  });
  const witness = new Witness({
    locker: config.lockerId,
    trace,
    breach,
    planAt: (...at) => centre.planAt(...at),
    bookingOf: (grant) => centre.bookingOf(grant),
    serverEverHad: (incarnation) => centre.everHad(incarnation),
  });
  const parts = { clock, site, network, witness, trace, breach, keys, centre, double };
  const unit = createUnit({ ...parts, config, wiring, chance: chance.fork('unit') });
  const scene = createScene({ ...parts, unit, chance: chance.fork('people'), isPolite });
  const people = createPeople(scene);
  const faults = createFaults({ ...parts, unit, chance: chance.fork('faults'), switchesLie: !isPolite });

  await centre.start();
  unit.powerOn();
  await clock.advance(settleMs);
  people.begin();
  faults.begin();
  await clock.advance(shakenMs);
  people.sendHome();
  faults.heal();
  await clock.advance(leavingMs);
  trace.add('quiet');
  for (const { slot } of slots) site.pushShut(slot);
  await clock.advance(quietMs);
  finalChecks({ ...parts, unit });
  if (isPolite && unit.disk.tables) checkParcels(unit.disk.tables, site, breach);
  unit.life?.end();
  await centre.stop();
  return {
    seed,
    violations,
    trace: untilThen,
    digest: trace.digest(),
    simulatedMs: clock.monotonicMs(),
    counts: { ...witness.counts, cuts: unit.cuts },
  };
}
