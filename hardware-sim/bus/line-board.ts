import { type Board, createBoard } from '../boards/board.ts';
import type { BoardConfig } from '../boards/board-config.ts';
import type { LockLineFaults } from '../cabinet/faults.ts';
import type { BoardAt, InputAt, Terminal } from '../cabinet/wiring.ts';
import type { Clock } from '../clock.ts';

/** What the boards of a line are wired to. */
export interface LineWiring {
  contactShorted(terminal: Terminal): boolean;
  inputOn(place: InputAt): boolean;
  energise(terminal: Terminal, durationMs: number | null): void;
  release(terminal: Terminal): void;
  dropCoils(board: BoardAt): void;
  /** Called as a board loses its coils and falls silent for a while. */
  boardReset?(board: BoardAt): void;
}

/** One board as it hangs on a faulty line: it may be dead, badly set, or reset as it pulses. */
export interface LineBoard extends Pick<Board, 'receive' | 'contactChanged'> {
  config: BoardConfig;
  /** The address that it would answer with now. */
  says(): number;
  /** Its coils drop, what it was about to say is lost, and it is silent for so long. */
  reset(silentMs: number): void;
  /** To be called when the faults are others. */
  faultsChanged(): void;
  stop(): void;
}

export function createLineBoard(options: {
  clock: Clock;
  config: BoardConfig;
  faults: () => LockLineFaults;
  wiring: LineWiring;
  send: (bytes: Uint8Array) => void;
}): LineBoard {
  const { clock, config, faults, wiring } = options;
  const { line, address } = config;
  const at = { line, board: address };
  let silentUntilMs = Number.NEGATIVE_INFINITY;
  let cancelReset = () => {};

  const mine = <T extends { board: number }>(entries: T[]) => entries.find(({ board }) => board === address);
  const isAwake = () => clock.nowMs() >= silentUntilMs && !faults().deadBoards.includes(address);
  const hears = () => mine(faults().misaddressed)?.as ?? address;
  const says = () => mine(faults().wrongAnswers)?.as ?? hears();

  const goDown = () => {
    cancelReset();
    board.reset();
    wiring.dropCoils(at);
  };
  const reset = (silentMs: number) => {
    wiring.boardReset?.(at);
    goDown();
    silentUntilMs = clock.nowMs() + silentMs;
  };
  const energise = (channel: number, durationMs: number | null) => {
    wiring.energise({ ...at, channel }, durationMs);
    const fault = mine(faults().resetting);
    if (!fault) return;
    cancelReset();
    cancelReset = clock.after(fault.afterMs, () => reset(fault.silentMs));
  };
  const board = createBoard({
    clock,
    config,
    wiring: {
      hears,
      says,
      contactShorted: (channel) => wiring.contactShorted({ ...at, channel }),
      inputOn: (input) => wiring.inputOn({ ...at, input }),
      energise,
      release: (channel) => wiring.release({ ...at, channel }),
    },
    send: (bytes) => isAwake() && options.send(bytes),
  });

  return {
    config,
    says,
    receive: (bytes, onWire) => isAwake() && board.receive(bytes, onWire),
    contactChanged: board.contactChanged,
    reset,
    faultsChanged: () => {
      if (faults().deadBoards.includes(address)) goDown();
      if (!mine(faults().resetting)) {
        cancelReset();
        silentUntilMs = Number.NEGATIVE_INFINITY;
      }
    },
    stop: () => {
      cancelReset();
      board.reset();
    },
  };
}
