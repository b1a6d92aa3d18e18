import type { Clock } from '../../ports/clock.ts';
import type { DoorPulse, Doors, DoorsListener } from '../../ports/doors.ts';
import type { LockBoard } from '../../ports/lock-board.ts';
import { type BoardWatch, boardWatch } from './board-watch.ts';
import type { Supply } from './power-feed.ts';
import { powerGuard } from './power-guard.ts';

export interface BoardDoorsOptions {
  clock: Clock;
  boards: readonly LockBoard[];
  supplies: readonly Supply[];
  slots: readonly DoorPlace[];
  /** Releases what the boards share, such as their lines, before the last of their calls has ended. */
  release?: () => Promise<void>;
}

/** `blind`: this door's position cannot be known, whatever its board says. */
export interface DoorPlace {
  number: number;
  board: string;
  channel: number;
  blind?: boolean | undefined;
}

/** All doors over their boards, each board polled by itself, every pulse through the one power guard. */
export function boardDoors({ clock, boards, supplies, slots, release }: BoardDoorsOptions): Doors {
  const guard = powerGuard({ clock, boards, supplies });
  const placeOf = new Map(slots.map((slot) => [slot.number, slot]));
  const watched = new Set<DoorPlace>();
  let watches = new Map<string, BoardWatch>();
  let stopped: Promise<void> | undefined;

  const watchBoard = (board: LockBoard, listener: DoorsListener): BoardWatch => {
    const places = slots.filter((slot) => slot.board === board.name);
    const byChannel = new Map(places.map((place) => [place.channel, place.number]));
    return boardWatch({
      clock,
      board,
      channels: places.map(({ channel, blind = false }) => ({ channel, blind: blind || board.blind })),
      listener: {
        onDoor: (channel, position) => {
          if (position === 'open') guard.seenOpen(board.name, channel);
          const slot = byChannel.get(channel);
          if (slot !== undefined) listener.onDoor(slot, position);
        },
        onBoard: (state, detail) => listener.onBoard(board.name, state, detail),
      },
    });
  };
  const hurry = (board: string) => {
    watches.get(board)?.fast([...watched].some((place) => place.board === board));
  };

  return {
    start: async (listener) => {
      if (watches.size > 0 || stopped !== undefined) throw new Error('doors start once');
      watches = new Map(boards.map((board) => [board.name, watchBoard(board, listener)]));
      for (const board of watches.keys()) hurry(board);
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
      hurry(place.board);
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
