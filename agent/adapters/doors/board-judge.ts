import type { BoardReading, DoorPosition, LockBoard } from '../../ports/lock-board.ts';
import { type DoorDebounce, doorDebounce } from './door-debounce.ts';

/** From one poll to the next while nobody waits; leaves the line free for an open most of the time. */
export const IDLE_POLL_MS = 500;
/** While a person waits for a door, and while a change awaits the poll that confirms it. */
export const FAST_POLL_MS = 100;
/** A board is lost after so many failed reads in a row; one that never answered, after its first. */
export const LOST_AFTER_FAILED_READS = 3;
/** A lost board is looked for again and again, at first after this, then ever less often. */
const LOST_POLL_FIRST_MS = 1_000;
export const LOST_POLL_MOST_MS = 10_000;
/** At the start a door that keeps changing is called unknown after so many reads. */
const FIRST_READS_MAX = 3;

export interface BoardListener {
  onDoor(channel: number, position: DoorPosition): void;
  onBoard(state: 'lost' | 'back', detail: string): void;
}

/** `blind`: the position of the door on this channel cannot be known. */
export interface WatchedChannel {
  channel: number;
  blind: boolean;
}

/**
 * Makes facts out of the polls of one board.
 *
 *   starting ──each door settled──→ watching ──failed reads──→ lost
 *      └────────first read failed────────────────────────────↑  └──a read succeeds──→ watching
 */
export interface BoardJudge {
  see(reading: BoardReading): void;
  /** False until each door was told once. */
  started(): boolean;
  /** From the begin of the last poll to the begin of the next. */
  intervalMs(someoneWaits: boolean): number;
}

export function boardJudge(
  board: Pick<LockBoard, 'name'>,
  channels: readonly WatchedChannel[],
  { onDoor, onBoard }: BoardListener,
): BoardJudge {
  const doors = channels.map((door) => ({ ...door, debounce: doorDebounce() }));
  let state: 'starting' | 'watching' | 'lost' = 'starting';
  let firstReads = 0;
  let failed = 0;

  const unsure = () => doors.filter(({ debounce }) => debounce.unsure());
  const callUnknown = (which: readonly { channel: number; debounce: DoorDebounce }[]) => {
    for (const { channel, debounce } of which) tell(channel, debounce.force('unknown'));
  };
  const tell = (channel: number, position: DoorPosition | undefined) => {
    if (position !== undefined) onDoor(channel, position);
  };

  const seeDoors = (positions: readonly DoorPosition[]) => {
    failed = 0;
    if (state === 'lost') {
      state = 'watching';
      onBoard('back', `${board.name} answers again`);
    }
    for (const { channel, blind, debounce } of doors) {
      tell(channel, debounce.see(blind ? 'unknown' : (positions[channel - 1] ?? 'unknown')));
    }
    if (state !== 'starting') return;
    firstReads += 1;
    if (unsure().length > 0 && firstReads < FIRST_READS_MAX) return;
    callUnknown(unsure());
    state = 'watching';
  };

  const seeTrouble = (detail: string) => {
    failed += 1;
    for (const { debounce } of doors) debounce.miss();
    if (state === 'lost' || (state === 'watching' && failed < LOST_AFTER_FAILED_READS)) return;
    state = 'lost';
    onBoard('lost', detail);
    callUnknown(doors);
  };

  return {
    see: (reading) =>
      reading.ok ? seeDoors(reading.doors) : seeTrouble(`${reading.reason}: ${reading.detail}`),
    started: () => state !== 'starting',
    intervalMs: (someoneWaits) => {
      if (state === 'lost') {
        const tries = Math.max(0, failed - LOST_AFTER_FAILED_READS);
        return Math.min(LOST_POLL_MOST_MS, LOST_POLL_FIRST_MS * 2 ** tries);
      }
      return someoneWaits || failed > 0 || unsure().length > 0 ? FAST_POLL_MS : IDLE_POLL_MS;
    },
  };
}
