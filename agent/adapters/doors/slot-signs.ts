import type { Contents, DoorsListener } from '../../ports/doors.ts';
import type { DoorPosition, InputLevel } from '../../ports/lock-board.ts';
import type { Settled, Sighting } from './debounce.ts';
import { type DoorBefore, doorPosition } from './door-rule.ts';

/** One input of a board, and at which level it says what it is there for. */
export interface Wired {
  board: string;
  input: number;
}

/** `blind`: no switch tells this door's position, whatever its board says. */
export interface DoorPlace {
  number: number;
  board: string;
  channel: number;
  blind?: boolean | undefined;
  /** False where the lock's own switch is not wired; a door then is blind or has a switch of its own. */
  hook?: boolean | undefined;
  doorSwitch?: (Wired & { openWhen: 'on' | 'off' }) | undefined;
  occupancySensor?: (Wired & { occupiedWhen: 'on' | 'off' }) | undefined;
}

export type ServiceSwitch = Wired & { onWhen: 'on' | 'off' };

export interface SlotSignsOptions {
  slots: readonly DoorPlace[];
  serviceSwitch?: ServiceSwitch | undefined;
  listener: Pick<DoorsListener, 'onContents' | 'onServiceSwitch'> & {
    /** `first`: the reading in which what moved the door was first seen. */
    onDoor(place: DoorPlace, position: DoorPosition, first: Sighting): void;
  };
}

/** Puts together what several boards say of one slot: its hook, its door switch, its sensor. */
export interface SlotSigns {
  channels(board: string): number[];
  inputs(board: string): number[];
  seeDoor(board: string, channel: number, door: Settled<DoorPosition>): void;
  seeInput(board: string, input: number, level: Settled<InputLevel>): void;
}

export function slotSigns({ slots, serviceSwitch, listener }: SlotSignsOptions): SlotSigns {
  const doors = slots.map((place) => ({
    place,
    hooked: place.hook !== false && !place.blind,
    hook: undefined as DoorPosition | undefined,
    doorSwitch: undefined as DoorPosition | undefined,
    told: undefined as DoorPosition | undefined,
    before: undefined as DoorBefore,
  }));
  let serviceTold: boolean | undefined;

  const tellDoor = (door: (typeof doors)[number], first: Sighting) => {
    const { place, hooked, hook, doorSwitch, told, before } = door;
    // At the start a door is told once all that is fitted to it was read.
    if ((hooked && hook === undefined) || (place.doorSwitch && doorSwitch === undefined)) return;
    const position = doorPosition({ hook: hooked ? hook : undefined, doorSwitch }, before);
    if (position === told) return;
    door.told = position;
    // A door that was open may have been shut and asked for again while nobody saw it; one that was shut is shut still.
    if (position !== 'unknown') door.before = position;
    else if (before === 'open') door.before = undefined;
    listener.onDoor(place, position, first);
  };
  // An unknown switch changes nothing, and is not off: one that was left on must not seem to be turned on anew.
  const tellService = (level: InputLevel, { onWhen }: ServiceSwitch) => {
    const on = level === onWhen;
    if (level === 'unknown' || on === serviceTold) return;
    serviceTold = on;
    listener.onServiceSwitch(on);
  };

  return {
    channels: (board) => slots.filter((place) => place.board === board).map((place) => place.channel),
    inputs: (board) => {
      const wired = [...slots.flatMap((place) => [place.doorSwitch, place.occupancySensor]), serviceSwitch];
      return wired.filter((one) => one?.board === board).map((one) => one?.input ?? 0);
    },
    seeDoor: (board, channel, { value, first }) => {
      for (const door of doors) {
        if (door.place.board !== board || door.place.channel !== channel) continue;
        door.hook = value;
        tellDoor(door, first);
      }
    },
    seeInput: (board, input, { value, first }) => {
      const here = (wired: Wired) => wired.board === board && wired.input === input;
      for (const door of doors) {
        const { doorSwitch, occupancySensor, number } = door.place;
        if (doorSwitch && here(doorSwitch)) {
          door.doorSwitch = either(value, doorSwitch.openWhen, 'open', 'closed');
          tellDoor(door, first);
        }
        if (occupancySensor && here(occupancySensor)) {
          const contents: Contents = either(value, occupancySensor.occupiedWhen, 'occupied', 'empty');
          listener.onContents(number, contents);
        }
      }
      if (serviceSwitch && here(serviceSwitch)) tellService(value, serviceSwitch);
    },
  };
}

function either<Is, Not>(level: InputLevel, when: 'on' | 'off', is: Is, not: Not): Is | Not | 'unknown' {
  if (level === 'unknown') return 'unknown';
  return level === when ? is : not;
}
