import type { Clock } from '../../ports/clock.ts';
import type { DoorsListener } from '../../ports/doors.ts';
import type { LockBoard } from '../../ports/lock-board.ts';
import { type BoardWatch, boardWatch } from './board-watch.ts';
import type { Sighting } from './debounce.ts';
import { type LineTurns, lineTurns } from './line-turns.ts';
import type { PowerGuard } from './power-guard.ts';
import { sagWatch } from './sag-watch.ts';
import { type DoorPlace, type ServiceSwitch, type SlotSigns, slotSigns } from './slot-signs.ts';

/** An opening is counted to a pulse that was handed to the board at most so long before. */
const AFTER_PULSE_MS_MAX = 60_000;

export interface WatchBoardsOptions {
  clock: Clock;
  boards: readonly LockBoard[];
  lines?: readonly (readonly string[])[];
  slots: readonly DoorPlace[];
  serviceSwitch?: ServiceSwitch | undefined;
  guard: PowerGuard;
  listener: DoorsListener;
}

/** A watch over each board, by name; together they tell of slots. */
export function watchBoards(options: WatchBoardsOptions): Map<string, BoardWatch> {
  const { clock, boards, guard, listener } = options;
  const signs = signsOf(options);
  const sag = sagWatch(guard, listener.onSupply);
  const turnsOf = turnsByBoard(clock, options.lines ?? []);
  const watch = (board: LockBoard): BoardWatch =>
    boardWatch({
      clock,
      board,
      turns: turnsOf(board.name),
      signs: { channels: signs.channels(board.name), inputs: signs.inputs(board.name) },
      onReading: (reading, sighting) => sag.see(board.name, reading, sighting),
      listener: {
        onDoor: (channel, door) => signs.seeDoor(board.name, channel, door),
        onInput: (input, level) => signs.seeInput(board.name, input, level),
        onBoard: (state, detail) => listener.onBoard(board.name, state, detail),
        onShort: (detail) => listener.onShortBoard?.(board.name, detail),
      },
    });
  return new Map(boards.map((board) => [board.name, watch(board)]));
}

function signsOf({ slots, serviceSwitch, guard, listener }: WatchBoardsOptions): SlotSigns {
  const afterPulse = pulseTimes(guard);
  return slotSigns({
    slots,
    serviceSwitch,
    listener: {
      onContents: listener.onContents,
      onServiceSwitch: listener.onServiceSwitch,
      onDoor: (place, position, first) => {
        if (position !== 'open') return listener.onDoor(place.number, position);
        guard.seenOpen(place.board, place.channel);
        const afterPulseMs = afterPulse(place, first);
        if (afterPulseMs === undefined) listener.onDoor(place.number, position);
        else listener.onDoor(place.number, position, afterPulseMs);
      },
    },
  });
}

/** How long after its pulse a door was seen open, for the first opening after each pulse. */
function pulseTimes(guard: PowerGuard): (place: DoorPlace, first: Sighting) => number | undefined {
  const counted = new Map<DoorPlace, number>();
  return (place, { beganMs, endedMs }) => {
    const handedMs = guard.handedMs(place.board, place.channel);
    if (handedMs === undefined || counted.get(place) === handedMs) return undefined;
    // A pulse overtakes a reading that waits: one asked for before it shows what came after it, at its end.
    const afterMs = (beganMs >= handedMs ? beganMs : endedMs) - handedMs;
    if (afterMs < 0 || afterMs > AFTER_PULSE_MS_MAX) return undefined;
    counted.set(place, handedMs);
    return Math.round(afterMs);
  };
}

function turnsByBoard(clock: Clock, lines: readonly (readonly string[])[]): (board: string) => LineTurns {
  const shared = new Map(
    lines.flatMap((boards) => {
      const turns = lineTurns(clock);
      return boards.map((board) => [board, turns] as const);
    }),
  );
  return (board) => shared.get(board) ?? lineTurns(clock);
}
