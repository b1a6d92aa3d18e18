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
  const key = ({ line, board }: BoardAt, number: number) => `${line}/${board}/${number}`;
  const doors = new Map(layout.doors.map((door) => [key(door, door.channel), door.number]));
  const sensors = new Map<string, Sensor>();
  const wire = (place: InputAt | null, sensor: Sensor) => {
    if (place) sensors.set(key(place, place.input), sensor);
  };
  for (const { number: door, doorSwitch, occupancy } of layout.doors) {
    wire(doorSwitch, { kind: 'doorSwitch', door, onWhen: doorSwitch?.onWhen ?? 'closed' });
    wire(occupancy, { kind: 'occupancy', door, onWhen: occupancy?.onWhen ?? 'occupied' });
  }
  const { serviceSwitch } = layout;
  wire(serviceSwitch, { kind: 'serviceSwitch', onWhen: serviceSwitch?.onWhen ?? 'on' });

  return {
    doorAt: (terminal) => doors.get(key(terminal, terminal.channel)),
    sensorAt: (place) => sensors.get(key(place, place.input)),
    feedbackOf: (door) => {
      const board = layout.boards.find(({ line, address }) => line === door.line && address === door.board);
      return door.feedback ?? board?.feedback ?? 'closedShorts';
    },
  };
}
