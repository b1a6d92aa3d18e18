import { type Doors, fakeKiosk, fakeScanner, manualClock } from '@latchwork/agent';
import type { LockerEvent } from '@latchwork/shared';
import type { Clock } from '../clock.ts';
import { type SimulatedCabinet, startCabinet } from '../start-cabinet.ts';
import { type Chance, chanceFrom } from '../world/chance.ts';
import type { Account, Deed, Falsehood, Trouble, Truth } from './account.ts';
import { overLimits } from './limits.ts';
import { livesOf } from './lives.ts';
import { mischief } from './mischief.ts';
import type { MischiefKind } from './misdeeds.ts';
import { type Parcel, type People, people } from './people.ts';
import { type SoakCabinet, soakCabinet } from './soak-cabinet.ts';
import { badge, configOf, enrolledDisk } from './soak-locker.ts';
import { technician } from './technician.ts';
import { falsehoods } from './truth.ts';
import type { Hands } from './visitor.ts';

/** What came of one cabinet with its agent for some hours, everything from one seed. */
export interface ShiftReport {
  seed: number;
  /** Openings that were pulsed at least once. */
  opens: number;
  pulses: number;
  collected: number;
  /** How often each kind of trouble was made, and each kind of fact written. */
  troubles: ReadonlyMap<string, number>;
  facts: ReadonlyMap<string, number>;
  falsehoods: readonly Judged[];
}

/** For a closer look: the journal, and what truly happened. */
export interface ShiftResult extends ShiftReport {
  journal: readonly LockerEvent[];
  truths: readonly Truth[];
}

const startMs = Date.UTC(2030, 0, 1);
const parcelsDefault = 100;
/** A shift that has not brought and fetched a parcel in so long, on average, is over. */
const perParcelMsMax = 72_000;
/** Then a recipient goes to see the operator. */
const triesMax = 6;
const batch = { from: 2, to: 6 };
/** Once all is healed, whatever is under way comes to its end. */
const afterwardsMs = 90_000;

/** `only`: no other kinds of trouble. `sabotage`: makes a liar of the agent's doors, to prove that it is found out. */
export interface ShiftOptions {
  only?: readonly Mischief[];
  sabotage?: (doors: Doors) => Doors;
  parcels?: number;
}

/** `service`: a technician at work with a key. */
export type Mischief = MischiefKind | 'restart' | 'service';

export async function soakShift(seed: number, options: ShiftOptions = {}): Promise<ShiftResult> {
  const { only, sabotage = (doors) => doors, parcels: count = parcelsDefault } = options;
  const chance = chanceFrom(seed);
  const time = manualClock(startMs);
  const clock: Clock = { nowMs: () => time.wallMs(), after: time.after };
  const built = soakCabinet(chance.fork('cabinet'));
  const cabinet = await startCabinet({ clock, layout: built.layout, scannerLine: 'memory' });
  const truths = witness(cabinet);
  const facts: LockerEvent[] = [];
  const deeds: Deed[] = [];
  const parcels = Array.from({ length: count }, (_, n) => parcel(n));

  const kiosk = fakeKiosk();
  const scanner = fakeScanner();
  const may = (kind: Mischief) => only === undefined || only.includes(kind);
  const desk = technician({
    ...{ cabinet, kiosk, clock, serves: may('service') },
    chance: chance.fork('technician'),
  });
  const failed = Promise.withResolvers<unknown>();
  const failure = failed.promise;
  const lives = livesOf({
    ...{ time, clock, built, kiosk, scanner, seed, sabotage },
    ...{ chance: chance.fork('lives'), killed: may('restart') },
    config: configOf(built, startMs),
    console: desk.console,
    disk: enrolledDisk(built, parcels, startMs),
    hostOf: (url) => hostOf(cabinet, url),
    onLines: (lines) => {
      for (const line of lines) facts.push({ ...JSON.parse(line), at: clock.nowMs() });
    },
    onFailure: failed.resolve,
  });
  await time.until(Promise.race([lives.start(), failure]));
  const around = { cabinet, built, clock, chance: chance.fork('mischief') };
  const troubles = mischief({
    ...around,
    ...(only && { only: only.filter((kind) => kind !== 'restart' && kind !== 'service') }),
  });
  const crowd = people({
    ...{ kiosk, scanner, clock, badge },
    chance: chance.fork('people'),
    hands: handsOf(cabinet),
    onDeed: (deed) => void deeds.push(deed),
  });
  const late = () => clock.nowMs() > startMs + count * perParcelMsMax;
  const work = async () => {
    const collected = await workDay(crowd, parcels, { chance, late });
    troubles.stop();
    lives.killNoMore();
    desk.stop();
    await crowd.sleep(afterwardsMs);
    return collected;
  };
  const outcome = await time.until(Promise.race([work(), failure]));
  await time.until(lives.stop());
  await cabinet.stop();

  const pulsed = new Set(facts.flatMap((fact) => (fact.kind === 'door.pulsed' ? [fact.authorisation] : [])));
  return {
    seed,
    opens: pulsed.size,
    pulses: truths.filter(({ kind }) => kind === 'pulse').length,
    collected: typeof outcome === 'number' ? outcome : 0,
    troubles: counted([...troubles.ledger.all.map(({ kind }) => kind), ...lives.downs.map(() => 'restart')]),
    facts: counted(facts.map(({ kind }) => kind)),
    falsehoods: [
      ...(typeof outcome === 'number' ? [] : [crash(outcome)]),
      ...judged(built, { truths, facts, deeds, downs: lives.downs, ...troubles.ledger }),
    ],
    journal: facts,
    truths,
  };
}

type Judged = Falsehood & { during: string[] };

function judged({ places, supplies }: SoakCabinet, told: Omit<Account, 'places'>): Judged[] {
  const found = [...falsehoods({ ...told, places }), ...overLimits(told.truths, supplies, told)];
  return found.map((one) => ({ ...one, during: during(told.all, one.atMs) }));
}

/** Couriers bring parcels by the handful, recipients fetch them; resolves with how many were fetched. */
async function workDay(
  crowd: People,
  parcels: readonly Parcel[],
  { chance, late }: { chance: Chance; late: () => boolean },
): Promise<number> {
  let toBring = [...parcels];
  let waiting: { one: Parcel; tries: number }[] = [];
  let collected = 0;
  while (toBring.length + waiting.length > 0 && !late()) {
    const taken = toBring.splice(0, chance.whole(batch.from, batch.to));
    const left = await crowd.bring(taken);
    // Where there was no room, or no door that would open, the courier comes again.
    toBring = [...toBring, ...taken.filter((one) => !left.includes(one))];
    const still: typeof waiting = [];
    for (const { one, tries } of [...waiting, ...left.map((one) => ({ one, tries: 0 }))])
      if (await crowd.fetch(one)) collected += 1;
      else if (tries + 1 < triesMax) still.push({ one, tries: tries + 1 });
    if (left.length === 0 || still.length > 0) await crowd.sleep(chance.whole(1_000, 30_000));
    waiting = still;
  }
  return collected;
}

function parcel(n: number): Parcel {
  return { barcode: `SOAK${n}`, code: String(10_000_000 + n * 7) };
}

function hostOf(cabinet: SimulatedCabinet, url: string) {
  const host = cabinet.hosts[new URL(url).hostname];
  if (!host) throw new Error(`the cabinet has no line ${url}`);
  return host;
}

/** Writes down what truly happens, in the few words that the checks need. */
function witness(cabinet: SimulatedCabinet): Truth[] {
  const truths: Truth[] = [];
  const driving = new Map<number, Truth>();
  cabinet.onRecord((entry) => {
    if (entry.door === null) return;
    const { atMs, door, kind } = entry;
    if (kind === 'pulse') {
      // A pulse during a pulse prolongs it: both are held against the limits.
      const pulse: Truth = { atMs, door, kind };
      driving.set(door, pulse);
      truths.push(pulse);
    } else if (kind === 'coilOff') {
      const pulse = driving.get(door);
      if (pulse) pulse.durationMs = atMs - pulse.atMs;
      driving.delete(door);
    } else if (kind !== 'pushedIn') truths.push({ atMs, door, kind });
  });
  return truths;
}

function handsOf(cabinet: SimulatedCabinet): Hands {
  const door = (number: number) => cabinet.view().doors.find((one) => one.number === number);
  return {
    isOpen: (number) => door(number)?.open ?? false,
    pushShut: (number) => void cabinet.pushShut(number),
    lean: (number, on) => void (on && cabinet.pushIn(number, 10_000)),
    moveParcel: (number, goesIn) => cabinet.moveParcel(number, goesIn).ok,
  };
}

/** What was wrong in the cabinet then. */
function during(troubles: readonly Trouble[], atMs: number): string[] {
  const there = troubles.filter(({ fromMs, toMs }) => fromMs <= atMs && toMs >= atMs);
  return there.map(({ kind, door }) => `${kind} at ${door}`);
}

function crash(error: unknown): Judged {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { rule: 'crash', slot: 0, atMs: 0, detail, during: [] };
}

function counted(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
