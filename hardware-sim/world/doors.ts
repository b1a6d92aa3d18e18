import type { DoorPosition, DoorPulse, Doors, DoorsListener } from '@latchwork/agent';
import type { Chance } from './chance.ts';
import type { Life } from './life.ts';
import { type Site, slots } from './site.ts';

/** What can be wrong between the agent and its locks, besides the doors themselves. */
export interface BoardWeather {
  lost: boolean;
  /** A pulse's answer comes seconds late. */
  lateAnswer: number;
  /** It never comes, and nobody knows whether the coil was driven. */
  lostAnswer: number;
}

export interface DoorsOptions {
  life: Life;
  site: Site;
  chance: Chance;
  weather: BoardWeather;
  /** The agent asks for a coil to be driven. */
  asked(slot: number): void;
  /** The board drives it. */
  drive(slot: number): void;
}

export interface SimulatedDoors extends Doors {
  /** What can be read of this door has changed; it is noticed a little later. */
  moved(slot: number): void;
  /** Reads everything at once, since the board was lost or came back. */
  look(): void;
}

const readMs = 200;
/** Polls and debouncing: between a door's movement and its report. */
const noticeMs = { from: 60, to: 700 };
const restMs = 3_000;

/** The agent's doors for one life, as boards and power limits would have them. */
export function simulatedDoors(options: DoorsOptions): SimulatedDoors {
  const { life, site, chance, weather } = options;
  const { clock } = life;
  const told = new Map<number, DoorPosition>();
  const drivenAtMs = new Map<number, number>();
  let boardTold = true;
  let listener: DoorsListener | undefined;

  const read = (slot: number): DoorPosition => (weather.lost ? 'unknown' : site.read(slot));
  const tell = (slot: number) => {
    const position = read(slot);
    if (told.get(slot) === position) return;
    told.set(slot, position);
    const drivenMs = drivenAtMs.get(slot);
    const isByPulse = position === 'open' && drivenMs !== undefined;
    listener?.onDoor(slot, position, isByPulse ? Math.round(clock.monotonicMs() - drivenMs) : undefined);
  };
  const tellBoard = () => {
    if (boardTold !== weather.lost) return;
    boardTold = !weather.lost;
    listener?.onBoard('board-1', weather.lost ? 'lost' : 'back', 'the simulated board');
  };
  const look = life.during(() => {
    if (!listener) return;
    tellBoard();
    for (const { slot } of slots) tell(slot);
  });

  const answer = (pulse: DoorPulse, afterMs: number) =>
    new Promise<DoorPulse>((resolve) => clock.after(afterMs, () => resolve(pulse)));

  return {
    look,
    moved: (slot) => void clock.after(chance.whole(noticeMs.from, noticeMs.to), () => tell(slot)),
    start: (toListener) =>
      new Promise((resolve) => {
        clock.after(readMs, () => {
          listener = toListener;
          look();
          resolve();
        });
      }),
    pulse(slot) {
      const leftMs = (drivenAtMs.get(slot) ?? Number.NEGATIVE_INFINITY) + restMs - clock.monotonicMs();
      if (leftMs > 0) {
        const retryInMs = Math.ceil(leftMs);
        return answer({ ok: false, reason: 'resting', retryInMs, detail: 'resting' }, 1);
      }
      if (weather.lost) return answer({ ok: false, reason: 'no answer', detail: 'the board is silent' }, 400);
      options.asked(slot);
      drivenAtMs.set(slot, clock.monotonicMs());
      const acknowledged = !chance.maybe(weather.lostAnswer);
      if (acknowledged || chance.maybe(0.5)) options.drive(slot);
      if (!acknowledged) return answer({ ok: true, acknowledged }, 450);
      const late = chance.maybe(weather.lateAnswer);
      return answer({ ok: true, acknowledged }, late ? chance.whole(1_000, 5_000) : chance.whole(15, 60));
    },
    watch: () => {},
    confirmedOpen: () => {},
    stop: async () => {
      listener = undefined;
    },
  };
}
