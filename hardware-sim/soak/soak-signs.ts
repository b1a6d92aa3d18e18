import type { Chance } from '../world/chance.ts';
import type { SoakBoard } from './soak-board.ts';

/** The same thing twice: as it is wired, and as the agent's file has it. */
interface Sign {
  built: object;
  wired: object;
}

interface DoorToWire {
  number: number;
  channel: number;
  board: SoakBoard;
  blind: boolean;
}

const fitted = { doorSwitch: 0.3, sensor: 0.5, serviceSwitch: 0.5 } as const;

/**
 * Switches at the leaves, sensors and a service switch, at whatever inputs the boards have free: also on another line
 * than their door's lock.
 */
export function wiredSigns(
  chance: Chance,
  { boards, doors }: { boards: readonly SoakBoard[]; doors: readonly DoorToWire[] },
) {
  const free = boards.flatMap((board) => board.inputs.map((input) => ({ board, input })));
  const take = () => free.splice(chance.whole(0, free.length - 1), 1)[0];
  const wire = <On extends string>(
    at: { board: SoakBoard; input: number },
    { field, on, off }: { field: string; on: On; off: string },
  ): Sign => {
    const { board, input } = at;
    const carries = chance.maybe(0.5);
    return {
      built: { line: board.line, board: board.address, input, onWhen: carries ? on : off },
      wired: { board: board.name, input, [field]: carries ? 'on' : 'off' },
    };
  };
  const maybe = (probability: number) => (chance.maybe(probability) ? take() : undefined);

  const serviceAt = maybe(fitted.serviceSwitch);
  const serviceSwitch = serviceAt && wire(serviceAt, { field: 'onWhen', on: 'on', off: 'off' });
  const byDoor = new Map(
    doors.map(({ number, channel, board, blind }) => {
      const own = board.hooked ? undefined : { board, input: channel };
      const switchAt = own ?? (blind ? undefined : maybe(fitted.doorSwitch));
      const sensorAt = maybe(fitted.sensor);
      const doorSwitch = switchAt && wire(switchAt, { field: 'openWhen', on: 'open', off: 'closed' });
      const sensor = sensorAt && wire(sensorAt, { field: 'occupiedWhen', on: 'occupied', off: 'empty' });
      const signs: Sign = {
        built: {
          ...(doorSwitch && { doorSwitch: doorSwitch.built }),
          ...(sensor && { occupancy: sensor.built }),
        },
        wired: {
          ...(doorSwitch && { doorSwitch: doorSwitch.wired }),
          ...(sensor && { occupancySensor: sensor.wired }),
        },
      };
      return [number, signs];
    }),
  );
  return { serviceSwitch, of: (door: number): Sign => byDoor.get(door) ?? { built: {}, wired: {} } };
}
