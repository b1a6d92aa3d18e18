import type { Clock, Config, KioskAction, KioskView } from '@latchwork/agent';
import type { LockerKeys } from '@latchwork/shared';
import type { Chance } from './chance.ts';
import { createDisk, type Disk, PowerLost } from './disk.ts';
import type { BoardWeather } from './doors.ts';
import { type Life, startLife } from './life.ts';
import type { Network } from './network.ts';
import type { Breach } from './promises.ts';
import { makeAgent, type RunningAgent } from './running-agent.ts';
import type { Site } from './site.ts';
import type { Trace } from './trace.ts';
import type { Wiring } from './wiring.ts';
import type { Witness } from './witness.ts';

/** The locker's computer with its power supply: one agent after another on the same disk. */
export interface Unit {
  readonly disk: Disk;
  readonly life: Life | undefined;
  readonly cuts: number;
  /** What the kiosk shows; undefined while the unit is dark. */
  readonly view: KioskView | undefined;
  readonly weather: BoardWeather;
  /** How far the wall clock is off. */
  wallErrorMs: number;
  touch(action: KioskAction): void;
  scan(text: string): void;
  powerOn(): void;
  /** Ends this life at once; the next one begins when the power is back. */
  cutPower(): void;
  /** The power is cut, and the card has lost what it was given last. */
  loseLastWrites(): void;
  /** The lock boards were lost or came back. */
  boardsChanged(): void;
}

export interface UnitOptions {
  config: Config;
  keys: LockerKeys;
  clock: Clock;
  chance: Chance;
  site: Site;
  network: Network;
  witness: Witness;
  wiring: Wiring;
  trace: Trace;
  breach: Breach;
}

const darkMs = { from: 500, to: 180_000 };
const restartMs = 1_000;

export function createUnit(options: UnitOptions): Unit {
  const { clock, chance, site, witness, wiring, trace, breach } = options;
  let running: RunningAgent | undefined;
  let lives = 0;
  const drive = (slot: number) => {
    witness.driven(slot);
    site.drive(slot);
  };

  const unit = {
    weather: { lost: false, lateAnswer: 0, lostAnswer: 0 },
    wallErrorMs: 0,
    cuts: 0,
    disk: createDisk({
      wiring,
      committed: (...args) => witness.committed(...args),
      cutPower: () => unit.cutPower(),
    }),
    get life() {
      return running?.life;
    },
    get view() {
      return running?.kiosk.view;
    },
    touch(action: KioskAction) {
      const code = action.do === 'enterCode' && wiring.typed?.(action.code);
      running?.kiosk.touch(code ? { do: 'enterCode', code } : action);
    },
    scan: (text: string) => running?.scanner.scan(text),
    boardsChanged: () => running?.doors.look(),
    cutPower() {
      if (!running) return;
      trace.add(`power cut, end of life ${running.life.number}`);
      running.life.end();
      running = undefined;
      unit.cuts += 1;
      clock.after(chance.whole(darkMs.from, darkMs.to), unit.powerOn);
    },
    loseLastWrites() {
      unit.cutPower();
      const lost = unit.disk.loseLast();
      trace.add(`the card has lost ${lost.length} lines`);
      if (unit.disk.tables) witness.cardLost(lost, unit.disk.tables);
    },
    powerOn() {
      if (running) return;
      lives += 1;
      const life = startLife({
        number: lives,
        world: clock,
        wallErrorMs: () => unit.wallErrorMs,
        keepsTimers: wiring.keepsTimers,
      });
      trace.add(`power on, life ${life.number}`);
      witness.lifeBegins(life, unit.disk.tables);
      if (unit.disk.tables) wiring.started?.(unit.disk.tables, drive);
      const crashed = (error: unknown) => {
        if (error instanceof PowerLost || !life.on) return;
        breach('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
        life.end();
        running = undefined;
        clock.after(restartMs, unit.powerOn);
      };
      const boards = { site, witness, weather: unit.weather, drive };
      try {
        running = makeAgent({ ...options, ...boards, life, store: unit.disk.storeFor(life) });
      } catch (error) {
        return crashed(error);
      }
      running.agent.failed.catch(crashed);
      running.agent.start().catch(crashed);
    },
  };
  site.onSwitch((slot) => running?.doors.moved(slot));
  return unit;
}
