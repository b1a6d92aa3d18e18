import type { BoardState } from '../../ports/doors.ts';
import type { BoardReading, DoorPosition, InputLevel, LockBoard } from '../../ports/lock-board.ts';
import { type Debounce, debounce, type Settled, type Sighting } from './debounce.ts';
import { noiseMeter } from './noise-meter.ts';
import { withRemedy } from './trouble-words.ts';

/** From one poll to the next while nobody waits; four boards on a line of 9600 baud take about as long. */
export const IDLE_POLL_MS = 250;
/** While a person waits for a door, and while a change awaits the poll that confirms it. */
export const FAST_POLL_MS = 100;
/** A board is lost after so many failed reads in a row; one that never answered, after its first. */
export const LOST_AFTER_FAILED_READS = 3;
/** A lost board is looked for again and again, at first after this, then ever less often. */
const LOST_POLL_FIRST_MS = 1_000;
export const LOST_POLL_MOST_MS = 10_000;
/** At the start a sign that keeps changing is called unknown after so many reads. */
const FIRST_READS_MAX = 3;

export interface BoardListener {
  onDoor(channel: number, door: Settled<DoorPosition>): void;
  onInput(input: number, level: Settled<InputLevel>): void;
  onBoard(state: BoardState, detail: string): void;
  onShort?(detail: string): void;
}

/** What of a board is looked at: channels and inputs, counted from 1. */
export interface WatchedSigns {
  channels: readonly number[];
  inputs: readonly number[];
}

/**
 * Makes facts out of the polls of one board.
 *
 *   starting ──each sign settled──→ watching ──failed reads──→ lost
 *      └────────first read failed────────────────────────────↑  └──a read succeeds──→ watching
 */
export interface BoardJudge {
  see(reading: BoardReading, sighting: Sighting): void;
  /** Calls unknown which of these no reading begun since then has confirmed, until two readings agree on them. */
  doubt(signs: WatchedSigns, sinceMs: number, sighting: Sighting): void;
  /** False until each sign was told once. */
  started(): boolean;
  lost(): boolean;
  /** From the begin of the last poll to the begin of the next. */
  intervalMs(someoneWaits: boolean): number;
}

export function boardJudge(
  board: Pick<LockBoard, 'name' | 'channels'>,
  watched: WatchedSigns,
  { onDoor, onInput, onBoard, onShort }: BoardListener,
): BoardJudge {
  const channels = new Map(
    watched.channels.map((at) => [at, sign<DoorPosition>((reading) => reading.doors[at - 1], onDoor, at)]),
  );
  const inputs = new Map(
    watched.inputs.map((at) => [at, sign<InputLevel>((reading) => reading.inputs[at - 1], onInput, at)]),
  );
  const signs = [...channels.values(), ...inputs.values()];
  const noise = noiseMeter();
  let state: 'starting' | 'watching' | 'lost' = 'starting';
  let firstReads = 0;
  let failed = 0;
  let toldShort = false;

  const unsure = () => signs.filter((one) => one.unsure());

  const seeSigns = (reading: GoodReading, sighting: Sighting) => {
    failed = 0;
    if (state === 'lost') {
      state = 'watching';
      onBoard('back', `${board.name} answers again`);
    }
    if (reading.channelsTold !== undefined && !toldShort) {
      toldShort = true;
      const { name, channels } = board;
      onShort?.(
        `board ${name} tells of ${reading.channelsTold} channels, the cabinet file says ${channels}: lower channels`,
      );
    }
    for (const one of signs) one.see(reading, sighting);
    if (state !== 'starting') return;
    firstReads += 1;
    if (unsure().length > 0 && firstReads < FIRST_READS_MAX) return;
    for (const one of unsure()) one.callUnknown(sighting);
    state = 'watching';
  };

  const seeTrouble = (detail: string, sighting: Sighting) => {
    failed += 1;
    for (const one of signs) one.miss();
    if (state === 'lost' || (state === 'watching' && failed < LOST_AFTER_FAILED_READS)) return;
    state = 'lost';
    onBoard('lost', withRemedy(detail));
    for (const one of signs) one.callUnknown(sighting);
  };

  return {
    see: (reading, sighting) => {
      const become = noise.see(reading);
      if (become !== undefined) onBoard(become, `${board.name}: ${noise.share()}`);
      if (reading.ok) seeSigns(reading, sighting);
      else seeTrouble(`${reading.reason}: ${reading.detail}`, sighting);
    },
    doubt: (doubted, sinceMs, sighting) => {
      const all = [
        ...doubted.channels.map((at) => channels.get(at)),
        ...doubted.inputs.map((at) => inputs.get(at)),
      ];
      for (const one of all) if (one && !one.confirmedSince(sinceMs)) one.callUnknown(sighting);
    },
    started: () => state !== 'starting',
    lost: () => state === 'lost',
    intervalMs: (someoneWaits) => {
      if (state === 'lost') {
        const tries = Math.max(0, failed - LOST_AFTER_FAILED_READS);
        return Math.min(LOST_POLL_MOST_MS, LOST_POLL_FIRST_MS * 2 ** tries);
      }
      return someoneWaits || failed > 0 || unsure().length > 0 ? FAST_POLL_MS : IDLE_POLL_MS;
    },
  };
}

type GoodReading = Extract<BoardReading, { ok: true }>;

interface Sign {
  see(reading: GoodReading, sighting: Sighting): void;
  callUnknown(sighting: Sighting): void;
  miss(): void;
  unsure(): boolean;
  /** Whether a reading that began since then said what is believed. */
  confirmedSince(ms: number): boolean;
}

function sign<T>(
  find: (reading: GoodReading) => T | undefined,
  tell: (at: number, settled: Settled<T | 'unknown'>) => void,
  at: number,
): Sign {
  const bounce: Debounce<T | 'unknown'> = debounce();
  const told = (settled: Settled<T | 'unknown'> | undefined) => settled && tell(at, settled);
  return {
    see: (reading, sighting) => void told(bounce.see(find(reading) ?? 'unknown', sighting)),
    callUnknown: (sighting) => void told(bounce.force('unknown', sighting)),
    miss: bounce.miss,
    unsure: bounce.unsure,
    confirmedSince: bounce.confirmedSince,
  };
}
