import type { Clock } from '../clock.ts';
import { createDoor, type Door, type DoorOutcome, type DoorPhysics } from './door.ts';
import { type DoorFaults, type DoorFaultsChange, noDoorFaults } from './faults.ts';
import type { CabinetLayout, DoorPlace } from './layout.ts';
import { type CabinetRecord, createRecord } from './record.ts';

/** The doors of one cabinet and what can be done to them, by wire or by hand. Touches no line and no disk. */
export interface Cabinet {
  doors(): DoorState[];
  /** Drives the coil on that terminal; a terminal without a door swallows it. */
  energise(terminal: Terminal, durationMs: number): void;
  /** Whether the feedback contact on that terminal is shorted; without a door it is open. */
  contactShorted(terminal: Terminal): boolean;
  pushShut(door: number): Promise<CabinetOutcome>;
  moveParcel(door: number, goesIn: boolean): CabinetOutcome;
  changeDoorFaults(door: number, change: DoorFaultsChange): CabinetOutcome;
  record: CabinetRecord;
  /** Ends every pending movement. */
  stop(): void;
}

export interface Terminal {
  board: number;
  channel: number;
}

export type DoorState = Pick<DoorPlace, 'number' | 'size' | 'board' | 'channel'> & DoorPhysics;

export type CabinetOutcome = DoorOutcome | { ok: false; reason: 'there is no such door' };

/** What a door was when it was last seen; what is missing is shut, empty and sound. */
export type SavedDoors = Record<string, { open: boolean; parcel: boolean; faults: DoorFaults }>;

export function createCabinet(options: {
  clock: Clock;
  layout: CabinetLayout;
  savedDoors?: SavedDoors;
  changed?: () => void;
  /** Called when the contact on a terminal may have changed. */
  contactChanged?: (terminal: Terminal) => void;
}): Cabinet {
  const { clock, layout } = options;
  const record = createRecord(() => clock.nowMs());
  const byNumber = new Map<number, { place: DoorPlace; door: Door }>();
  for (const place of layout.doors) byNumber.set(place.number, { place, door: createPlacedDoor(place) });

  function createPlacedDoor(place: DoorPlace): Door {
    return createDoor({
      clock,
      springMs: layout.springMs,
      saved: options.savedDoors?.[place.number] ?? { open: false, parcel: false, faults: noDoorFaults() },
      happened: (happening) => {
        record.add(place.number, happening);
        if (happening.kind === 'opened' || happening.kind === 'closed') options.contactChanged?.(place);
      },
      changed: () => options.changed?.(),
    });
  }

  const at = (terminal: Terminal) =>
    [...byNumber.values()].find(
      ({ place }) => place.board === terminal.board && place.channel === terminal.channel,
    );
  const coilsOn = () => [...byNumber.values()].filter(({ door }) => door.state().coilOn).length;
  const shortedWhen = (place: DoorPlace) =>
    place.feedback ?? layout.boards.find((board) => board.address === place.board)?.feedback;

  return {
    doors: () =>
      [...byNumber.values()].map(({ place, door }) => {
        const { number, size, board, channel } = place;
        return { number, size, board, channel, ...door.state() };
      }),
    energise: (terminal, durationMs) => at(terminal)?.door.energise(durationMs, coilsOn()),
    contactShorted: (terminal) => {
      const wired = at(terminal);
      if (!wired) return false;
      return wired.door.hookSaysOpen() === (shortedWhen(wired.place) === 'openShorts');
    },
    pushShut: async (number) => (await byNumber.get(number)?.door.pushShut()) ?? noSuchDoor(),
    moveParcel: (number, goesIn) => byNumber.get(number)?.door.moveParcel(goesIn) ?? noSuchDoor(),
    changeDoorFaults: (number, change) => {
      const found = byNumber.get(number);
      if (!found) return noSuchDoor();
      found.door.changeFaults(change);
      return { ok: true };
    },
    record,
    stop: () => {
      for (const { door } of byNumber.values()) door.stop();
    },
  };
}

function noSuchDoor(): CabinetOutcome {
  return { ok: false, reason: 'there is no such door' };
}
