import type { DoorPhysics } from './door.ts';
import type { CabinetLayout } from './layout.ts';
import type { InputAt, Sensor, Terminal, Wiring } from './wiring.ts';

/** What the boards' inputs hear. */
export interface Sensors {
  inputOn(place: InputAt): boolean;
}

/**
 * An input hears the switch or sensor wired to it. On a relay board, one with nothing else wired to it hears the hook
 * switch of the channel of its number.
 */
export function createSensors(options: {
  layout: CabinetLayout;
  wiring: Wiring;
  door: (number: number) => DoorPhysics | undefined;
  serviceSwitch: () => boolean;
  contactShorted: (terminal: Terminal) => boolean;
}): Sensors {
  const { layout, wiring, contactShorted } = options;
  const relayBoards = new Set(
    layout.boards
      .filter(({ profile }) => profile === 'modbus-relay')
      .map(({ line, address }) => `${line}/${address}`),
  );

  const senses = (sensor: Sensor): boolean => {
    if (sensor.kind === 'serviceSwitch') return options.serviceSwitch() === (sensor.onWhen === 'on');
    const door = options.door(sensor.door);
    if (!door) return false;
    if (sensor.kind === 'doorSwitch') return switchSaysOpen(door) === (sensor.onWhen === 'open');
    return saysOccupied(door) === (sensor.onWhen === 'occupied');
  };
  return {
    inputOn: (place) => {
      const sensor = wiring.sensorAt(place);
      if (sensor) return senses(sensor);
      const { line, board, input } = place;
      return relayBoards.has(`${line}/${board}`) && contactShorted({ line, board, channel: input });
    },
  };
}

function switchSaysOpen({ open, faults: { lyingDoorSwitch } }: DoorPhysics): boolean {
  if (lyingDoorSwitch === 'inverted') return !open;
  return lyingDoorSwitch === null ? open : lyingDoorSwitch === 'stuckOpen';
}

function saysOccupied({ parcel, faults: { lyingOccupancy } }: DoorPhysics): boolean {
  if (lyingOccupancy === 'inverted') return !parcel;
  return lyingOccupancy === null ? parcel : lyingOccupancy === 'stuckOccupied';
}
