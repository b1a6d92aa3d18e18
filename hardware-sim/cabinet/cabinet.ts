import type { Clock } from '../clock.ts';
import { createDoor, type Door, type DoorOutcome, type DoorPhysics } from './door.ts';
import { type DoorFaults, type DoorFaultsChange, noDoorFaults } from './faults.ts';
import type { CabinetLayout, DoorPlace } from './layout.ts';
import { createPower } from './power.ts';
import { type CabinetRecord, createRecord } from './record.ts';
import { createSensors } from './sensors.ts';
import { type BoardAt, createWiring, type InputAt, type Terminal } from './wiring.ts';

/** The doors of one cabinet and what can be done to them, by wire or by hand. Touches no line and no disk. */
export interface Cabinet {
  doors(): DoorState[];
  /** Drives the coil there, until it is released where `durationMs` is null; without a door nothing happens. */
  energise(terminal: Terminal, durationMs: number | null): void;
  release(terminal: Terminal): void;
  /** Takes the current from all of a board's coils, as its reset or its death does. */
  dropCoils(board: BoardAt): void;
  /** Whether the feedback contact on that terminal is shorted; without a door it is open. */
  contactShorted(terminal: Terminal): boolean;
  /** Whether that input carries current; one with nothing wired to it does not. */
  inputOn(place: InputAt): boolean;
  pushShut(door: number): Promise<CabinetOutcome>;
  /** Presses a shut door in for `forMs`. */
  pushIn(door: number, forMs: number): CabinetOutcome;
  /** Opens a door with a mechanical key. */
  turnKey(door: number): CabinetOutcome;
  moveParcel(door: number, goesIn: boolean): CabinetOutcome;
  changeDoorFaults(door: number, change: DoorFaultsChange): CabinetOutcome;
  serviceSwitch(): boolean;
  setServiceSwitch(on: boolean): void;
  record: CabinetRecord;
  /** Ends every pending movement. */
  stop(): void;
}

export type DoorState = Pick<DoorPlace, 'number' | 'size' | 'line' | 'board' | 'channel'> & DoorPhysics;

export type CabinetOutcome = DoorOutcome | { ok: false; reason: 'there is no such door' };

/** What a door was when it was last seen; what is missing is shut, empty and sound. */
export type SavedDoors = Record<string, { open: boolean; parcel: boolean; faults: DoorFaults }>;

export function createCabinet(options: {
  clock: Clock;
  layout: CabinetLayout;
  savedDoors?: SavedDoors;
  serviceSwitch?: boolean;
  changed?: () => void;
  /** Called when the contact on a terminal may have changed. */
  contactChanged?: (terminal: Terminal) => void;
  /** Called when so weak a supply fed this board that it resets. */
  boardSagged?: (board: BoardAt) => void;
}): Cabinet {
  const { clock, layout } = options;
  const changed = () => options.changed?.();
  const record = createRecord(() => clock.nowMs());
  // Of the rest a door tells by itself.
  record.onEntry(({ door, kind }) => (door === null || kind === 'pushedIn') && changed());
  const wiring = createWiring(layout);
  const byNumber = new Map<number, { place: DoorPlace; door: Door }>();
  for (const place of layout.doors) byNumber.set(place.number, { place, door: createPlacedDoor(place) });
  let serviceSwitchOn = options.serviceSwitch ?? false;

  function createPlacedDoor(place: DoorPlace): Door {
    return createDoor({
      clock,
      springMs: layout.springMs,
      saved: options.savedDoors?.[place.number] ?? { open: false, parcel: false, faults: noDoorFaults() },
      happened: (happening) => {
        if (happening.kind === 'coilOff') power.coilOff();
        record.add(place.number, happening);
        if (happening.kind === 'opened' || happening.kind === 'closed') options.contactChanged?.(place);
      },
      switchFlipped: reportsChanges(layout, place) ? () => options.contactChanged?.(place) : null,
      changed,
    });
  }

  const doorAt = (terminal: Terminal) => byNumber.get(wiring.doorAt(terminal) ?? -1);
  const power = createPower({
    layout,
    record,
    door: (number) => byNumber.get(number)?.door,
    boardSagged: (board) => options.boardSagged?.(board),
  });
  const contactShorted = (terminal: Terminal) => {
    const wired = doorAt(terminal);
    if (!wired) return false;
    return wired.door.hookSaysOpen() === (wiring.feedbackOf(wired.place) === 'openShorts');
  };
  const sensors = createSensors({
    layout,
    wiring,
    door: (number) => byNumber.get(number)?.door.state(),
    serviceSwitch: () => serviceSwitchOn,
    contactShorted,
  });
  const withDoor = (number: number, act: (door: Door) => DoorOutcome): CabinetOutcome => {
    const found = byNumber.get(number);
    return found ? act(found.door) : noSuchDoor;
  };

  return {
    doors: () => [...byNumber.values()].map(stateOf),
    energise: (terminal, durationMs) => {
      const wired = doorAt(terminal);
      if (wired) power.drive(wired.place.number, durationMs);
    },
    release: (terminal) => doorAt(terminal)?.door.release(),
    dropCoils: (board) => {
      for (const { place, door } of byNumber.values()) {
        if (place.line === board.line && place.board === board.board) door.release();
      }
    },
    contactShorted,
    inputOn: sensors.inputOn,
    pushShut: async (number) => (await byNumber.get(number)?.door.pushShut()) ?? noSuchDoor,
    pushIn: (number, forMs) => withDoor(number, (door) => door.pushIn(forMs)),
    turnKey: (number) => withDoor(number, (door) => door.turnKey()),
    moveParcel: (number, goesIn) => withDoor(number, (door) => door.moveParcel(goesIn)),
    changeDoorFaults: (number, change) =>
      withDoor(number, (door) => {
        door.changeFaults(change);
        return { ok: true };
      }),
    serviceSwitch: () => serviceSwitchOn,
    setServiceSwitch: (on) => {
      serviceSwitchOn = on;
      changed();
    },
    record,
    stop: () => {
      for (const { door } of byNumber.values()) door.stop();
    },
  };
}

const noSuchDoor: CabinetOutcome = { ok: false, reason: 'there is no such door' };

function stateOf({ place, door }: { place: DoorPlace; door: Door }): DoorState {
  const { number, size, line, board, channel } = place;
  return { number, size, line, board, channel, ...door.state() };
}

/** Only a board that reports changes unasked has to be told of every flip of a switch. */
function reportsChanges({ boards }: CabinetLayout, place: BoardAt): boolean {
  const board = boards.find(({ line, address }) => line === place.line && address === place.board);
  return board !== undefined && 'unsolicited' in board && Boolean(board.unsolicited);
}
