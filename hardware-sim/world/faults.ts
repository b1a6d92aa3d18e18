import type { Clock } from '@latchwork/agent';
import type { Centre } from './centre.ts';
import type { Chance } from './chance.ts';
import type { Double } from './double.ts';
import { fairWeather, type Network } from './network.ts';
import { type Site, slots } from './site.ts';
import type { Trace } from './trace.ts';
import type { Unit } from './unit.ts';

/** What goes wrong in a world, each kind on its own and again and again, until it is healed. */
export interface Faults {
  begin(): void;
  /** Everything that is broken is mended, and nothing breaks any more. */
  heal(): void;
}

export interface FaultsOptions {
  unit: Unit;
  site: Site;
  network: Network;
  centre: Centre;
  double: Double;
  clock: Clock;
  chance: Chance;
  trace: Trace;
  /** Where a switch lies, nobody can know what lies behind its door. */
  switchesLie: boolean;
}

interface Fault {
  /** Mean time until it comes, and how long it lasts at most. */
  everyMs: number;
  lastsMs: number;
  /** Returns what ends it, or nothing where it ends by itself. */
  strike(): (() => void) | undefined;
}

const minutes = (count: number) => count * 60_000;

export function createFaults(options: FaultsOptions): Faults {
  const { clock, chance, trace } = options;
  const mend = new Set<() => void>();
  let isOver = false;

  const repeat = (name: string, fault: Fault, own: Chance) => {
    clock.after(own.waitMs(fault.everyMs), () => {
      if (isOver) return;
      trace.add(`fault: ${name}`);
      const end = fault.strike();
      if (!end) return repeat(name, fault, own);
      const once = () => {
        if (mend.delete(once)) end();
      };
      mend.add(once);
      clock.after(own.whole(1, fault.lastsMs), () => {
        once();
        repeat(name, fault, own);
      });
    });
  };

  return {
    begin() {
      for (const [name, fault] of Object.entries(faultsOf(options)))
        if (options.switchesLie || !name.startsWith('switch')) repeat(name, fault, chance.fork(name));
    },
    heal() {
      isOver = true;
      for (const once of [...mend]) once();
    },
  };
}

function faultsOf(options: FaultsOptions): Record<string, Fault> {
  return { ...faultsOfUnit(options), ...faultsOfLine(options), ...faultsOfServer(options) };
}

function faultsOfUnit({ unit, site, chance }: FaultsOptions): Record<string, Fault> {
  const oneDoor =
    (change: Parameters<Site['setFaults']>[1], back: Parameters<Site['setFaults']>[1]) => () => {
      const { slot } = chance.one(slots);
      site.setFaults(slot, change);
      return () => site.setFaults(slot, back);
    };
  const boards = (change: Partial<Unit['weather']>, back: Partial<Unit['weather']>) => () => {
    Object.assign(unit.weather, change);
    unit.boardsChanged();
    return () => {
      Object.assign(unit.weather, back);
      unit.boardsChanged();
    };
  };
  return {
    'power cut': { everyMs: minutes(30), lastsMs: 1, strike: () => void unit.cutPower() },
    'card loses its last writes': {
      everyMs: minutes(25),
      lastsMs: 1,
      strike: () => void unit.loseLastWrites(),
    },
    'power cut at a commit': {
      everyMs: minutes(5),
      lastsMs: minutes(10),
      strike: () => unit.disk.cutAtCommit(chance.whole(0, 12), chance.one(['before', 'after'])),
    },
    'door jammed for good': {
      everyMs: minutes(60),
      lastsMs: minutes(20),
      strike: oneDoor({ jam: 'forGood' }, { jam: null }),
    },
    'door jammed for a pulse or two': {
      everyMs: minutes(20),
      lastsMs: minutes(20),
      strike: oneDoor({ jam: { untilPulse: 2 } }, { jam: null }),
    },
    'slow door': {
      everyMs: minutes(30),
      lastsMs: minutes(15),
      strike: oneDoor({ slow: { delayMs: 4_000 } }, { slow: null }),
    },
    'switch says closed': {
      everyMs: minutes(80),
      lastsMs: minutes(10),
      strike: oneDoor({ lyingSwitch: 'stuckClosed' }, { lyingSwitch: null }),
    },
    'switch says open': {
      everyMs: minutes(80),
      lastsMs: minutes(10),
      strike: oneDoor({ lyingSwitch: 'stuckOpen' }, { lyingSwitch: null }),
    },
    'boards lost': {
      everyMs: minutes(70),
      lastsMs: minutes(5),
      strike: boards({ lost: true }, { lost: false }),
    },
    'pulse answers late or lost': {
      everyMs: minutes(40),
      lastsMs: minutes(20),
      strike: boards({ lateAnswer: 0.4, lostAnswer: 0.2 }, { lateAnswer: 0, lostAnswer: 0 }),
    },
    'wall clock jumps': {
      everyMs: minutes(60),
      lastsMs: minutes(30),
      strike: () => {
        unit.wallErrorMs =
          chance.one([-1, 1]) * chance.one([minutes(10), minutes(36 * 60), minutes(500_000)]);
        return () => {
          unit.wallErrorMs = 0;
        };
      },
    },
  };
}

function faultsOfLine({ network, chance }: FaultsOptions): Record<string, Fault> {
  return {
    'network cut': {
      everyMs: minutes(30),
      lastsMs: minutes(25),
      strike: () => {
        network.setCut(true);
        return () => network.setCut(false);
      },
    },
    'line deaf one way': {
      everyMs: minutes(35),
      lastsMs: minutes(15),
      strike: () => {
        network.weather.deaf = chance.one(['up', 'down']);
        return () => {
          network.weather.deaf = null;
        };
      },
    },
    'broker forgets its sessions': {
      everyMs: minutes(20),
      lastsMs: 1,
      strike: () => void network.forgetSession(),
    },
    'bad network': {
      everyMs: minutes(15),
      lastsMs: minutes(20),
      strike: () => {
        const worse = {
          drop: 0.15,
          duplicate: 0.15,
          replay: 0.1,
          delayMs: { from: 5, to: chance.one([200, 4_000]) },
        };
        Object.assign(network.weather, worse);
        return () =>
          void Object.assign(network.weather, {
            ...fairWeather,
            cut: network.weather.cut,
            deaf: network.weather.deaf,
          });
      },
    },
  };
}

function faultsOfServer({ centre, double, chance }: FaultsOptions): Record<string, Fault> {
  return {
    // No fault, but what the next one needs.
    backup: { everyMs: minutes(4), lastsMs: 1, strike: () => void centre.backUp() },
    'server restored': {
      everyMs: minutes(40),
      lastsMs: minutes(6),
      strike() {
        void centre.restore(chance);
        // Who restored the wrong backup restores another one soon.
        const again = chance.maybe(0.5);
        return () => {
          if (again) void centre.restore(chance);
        };
      },
    },
    'a double appears': { everyMs: minutes(50), lastsMs: 1, strike: () => void double.appear() },
  };
}
