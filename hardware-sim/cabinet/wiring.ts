import type { CabinetLayout, DoorPlace } from './layout.ts';

/** Where something is wired to a board. */
export interface BoardAt {
  line: string;
  board: number;
}
export interface Terminal extends BoardAt {
  channel: number;
}
export interface InputAt extends BoardAt {
  input: number;
}

/** What an input listens to, and when it carries current. */
export type Sensor =
  | { kind: 'doorSwitch'; door: number; onWhen: 'closed' | 'open' }
  | { kind: 'occupancy'; door: number; onWhen: 'occupied' | 'empty' }
  | { kind: 'serviceSwitch'; onWhen: 'on' | 'off' };

/** What hangs on which terminal and input. */
export interface Wiring {
  doorAt(terminal: Terminal): number | undefined;
  sensorAt(place: InputAt): Sensor | undefined;
  /** Which way the door's hook switch is wired. */
  feedbackOf(door: DoorPlace): 'closedShorts' | 'openShorts';
}

export function createWiring(layout: CabinetLayout): Wiring {
  const doors = createPlaces<number>();
  for (const door of layout.doors) doors.put(door, door.channel, door.number);
  const sensors = createPlaces<Sensor>();
  const wire = (place: InputAt | null, sensor: Sensor) => {
    if (place) sensors.put(place, place.input, sensor);
  };
  for (const { number: door, doorSwitch, occupancy } of layout.doors) {
    wire(doorSwitch, { kind: 'doorSwitch', door, onWhen: doorSwitch?.onWhen ?? 'closed' });
    wire(occupancy, { kind: 'occupancy', door, onWhen: occupancy?.onWhen ?? 'occupied' });
  }
  const { serviceSwitch } = layout;
  wire(serviceSwitch, { kind: 'serviceSwitch', onWhen: serviceSwitch?.onWhen ?? 'on' });

  return {
    doorAt: (terminal) => doors.at(terminal, terminal.channel),
    sensorAt: (place) => sensors.at(place, place.input),
    feedbackOf: (door) => {
      const board = layout.boards.find(({ line, address }) => line === door.line && address === door.board);
      return door.feedback ?? board?.feedback ?? 'closedShorts';
    },
  };
}

/** Things by board and number. They are looked up at each reading of each board, so no key is put together for it. */
function createPlaces<T>() {
  const lines = new Map<string, Map<number, Map<number, T>>>();
  return {
    put: ({ line, board }: BoardAt, number: number, thing: T) => {
      const boards = lines.get(line) ?? new Map<number, Map<number, T>>();
      const numbers = boards.get(board) ?? new Map<number, T>();
      lines.set(line, boards.set(board, numbers.set(number, thing)));
    },
    at: ({ line, board }: BoardAt, number: number) => lines.get(line)?.get(board)?.get(number),
  };
}
