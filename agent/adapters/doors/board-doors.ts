import type { Clock } from '../../ports/clock.ts';
import type { DoorPulse, Doors } from '../../ports/doors.ts';
import type { LockBoard } from '../../ports/lock-board.ts';
import type { BoardWatch } from './board-watch.ts';
import type { Supply } from './power-feed.ts';
import { powerGuard } from './power-guard.ts';
import type { DoorPlace, ServiceSwitch } from './slot-signs.ts';
import { watchBoards } from './watch-boards.ts';

export interface BoardDoorsOptions {
  clock: Clock;
  boards: readonly LockBoard[];
  /** Boards by line; one that no line names is alone on its own. */
  lines?: readonly (readonly string[])[];
  supplies: readonly Supply[];
  slots: readonly DoorPlace[];
  serviceSwitch?: ServiceSwitch | undefined;
  coilsAtStart?: readonly SlotCoil[];
  /** Releases what the boards share, such as their lines, before the last of their calls has ended. */
  release?: () => Promise<void>;
}

/** What is remembered of a slot's coil from before the program started. */
export interface SlotCoil {
  slot: number;
  /** Since its last pulse began, at least. */
  sincePulseMs: number;
  /** Pulses since the door was last seen open. */
  attempts: number;
}

/** All doors over their boards: each board polled in its turn on its line, every pulse through the one power guard. */
export function boardDoors(options: BoardDoorsOptions): Doors {
  const { clock, boards, supplies, slots, release } = options;
  const placeOf = new Map(slots.map((slot) => [slot.number, slot]));
  const coilsAtStart = (options.coilsAtStart ?? []).flatMap(({ slot, ...coil }) => {
    const place = placeOf.get(slot);
    return place === undefined ? [] : [{ ...coil, board: place.board, channel: place.channel }];
  });
  const guard = powerGuard({ clock, boards, supplies, coilsAtStart });
  const watched = new Set<DoorPlace>();
  let watches = new Map<string, BoardWatch>();
  let stopped: Promise<void> | undefined;

  // What the sensor says may contradict the person, so it must be no older than what the switches say.
  const signsOf = ({ doorSwitch, occupancySensor }: DoorPlace) =>
    [doorSwitch, occupancySensor].filter((wired) => wired !== undefined);
  const hurry = (place: DoorPlace) => {
    for (const name of new Set([place.board, ...signsOf(place).map(({ board }) => board)])) {
      const signs = [...watched].flatMap(signsOf);
      watches.get(name)?.hurry({
        channels: [...watched].filter(({ board }) => board === name).map(({ channel }) => channel),
        inputs: signs.filter(({ board }) => board === name).map(({ input }) => input),
      });
    }
  };

  return {
    start: async (listener) => {
      if (watches.size > 0 || stopped !== undefined) throw new Error('doors start once');
      watches = watchBoards({ ...options, guard, listener });
      for (const place of watched) hurry(place);
      await Promise.all([...watches.values()].map((watch) => watch.start()));
    },
    pulse: async (slot, pulseMs): Promise<DoorPulse> => {
      const place = placeOf.get(slot);
      if (place === undefined)
        return { ok: false, reason: 'no such slot', detail: `there is no slot ${slot}` };
      return guard.pulse(place.board, place.channel, pulseMs);
    },
    watch: (slot, on) => {
      const place = placeOf.get(slot);
      if (place === undefined) return;
      if (on) watched.add(place);
      else watched.delete(place);
      hurry(place);
    },
    confirmedOpen: (slot) => {
      const place = placeOf.get(slot);
      if (place !== undefined) guard.seenOpen(place.board, place.channel);
    },
    stop: () => {
      stopped ??= stopAll();
      return stopped;
    },
  };

  async function stopAll(): Promise<void> {
    guard.close();
    const stops = [...watches.values()].map((watch) => watch.stop());
    await Promise.all(boards.map((board) => board.close()));
    await release?.();
    await Promise.all(stops);
  }
}
