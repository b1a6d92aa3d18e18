import { channelsOf, inputsOf } from '../lock-board/profiles.ts';
import { type Finding, type JsonPath, twice } from './finding.ts';
import { hookInput } from './hooks.ts';
import type { Wiring } from './wiring.ts';

/** What cannot be so of the slots and of the switches and sensors wired to inputs. */
export function slotContradictions(wiring: Wiring): Finding[] {
  const { boards, slots } = wiring;
  const board = new Map(boards.map((entry) => [entry.name, entry]));
  return [
    ...twice(slots, (slot) => String(slot.number)).map(({ at, key }) => ({
      path: ['slots', at, 'number'],
      message: `slot ${key} is given twice`,
    })),
    ...twice(slots, (slot) => `channel ${slot.channel} of board ${slot.board}`).map(({ at, key }) => ({
      path: ['slots', at, 'channel'],
      message: `${key} is given twice`,
    })),
    ...slots.flatMap((slot, at): Finding[] => {
      const entry = board.get(slot.board);
      if (entry !== undefined && slot.channel <= channelsOf(entry)) return [];
      const has = entry === undefined ? '' : `, which has ${channelsOf(entry)}`;
      const message = `slot ${slot.number}: there is no channel ${slot.channel} on a board ${slot.board}${has}`;
      return [{ path: ['slots', at, entry === undefined ? 'board' : 'channel'], message }];
    }),
    ...slots.flatMap((slot, at): Finding[] => {
      if (!slot.fitsChild || slot.insideRelease !== undefined) return [];
      const message = `slot ${slot.number} fits a child, who could be shut in: name in insideRelease how it opens from inside`;
      return [{ path: ['slots', at, 'fitsChild'], message }];
    }),
    ...slots.flatMap((slot, at): Finding[] => {
      if (!slot.blind || slot.doorSwitch === undefined) return [];
      const message = `slot ${slot.number} has a door switch and is called blind: leave one out; a lock's own switch that is not wired is feedback 'none' of its board or channel`;
      return [{ path: ['slots', at, 'blind'], message }];
    }),
    ...ofInputs(wiring),
  ];
}

interface Use {
  board: string;
  input: number;
  for: string;
  path: JsonPath;
}

function ofInputs({ boards, slots, serviceSwitch }: Wiring): Finding[] {
  const board = new Map(boards.map((entry) => [entry.name, entry]));
  const hooks = slots.flatMap((slot, at): Use[] => {
    const input = hookInput(boards, slot);
    if (input === undefined || slot.blind) return [];
    const path = ['slots', at, 'channel'];
    return [{ board: slot.board, input, for: `the lock's own switch of slot ${slot.number}`, path }];
  });
  const wired: Use[] = [
    ...slots.flatMap(({ doorSwitch, occupancySensor, number }, at) => [
      ...(doorSwitch
        ? [{ ...doorSwitch, for: `the door switch of slot ${number}`, path: ['slots', at, 'doorSwitch'] }]
        : []),
      ...(occupancySensor
        ? [
            {
              ...occupancySensor,
              for: `the sensor of slot ${number}`,
              path: ['slots', at, 'occupancySensor'],
            },
          ]
        : []),
    ]),
    ...(serviceSwitch ? [{ ...serviceSwitch, for: 'the service switch', path: ['serviceSwitch'] }] : []),
  ];
  const missing = wired.flatMap((use): Finding[] => {
    const entry = board.get(use.board);
    if (entry !== undefined && use.input <= inputsOf(entry)) return [];
    const message =
      entry === undefined
        ? `${use.for}: there is no board ${use.board}`
        : `${use.for}: board ${use.board} has ${inputsOf(entry) || 'no'} inputs, so there is no input ${use.input}`;
    return [{ path: [...use.path, entry === undefined ? 'board' : 'input'], message }];
  });
  const uses = [...hooks, ...wired];
  const shared = twice(uses, (use) => `input ${use.input} of board ${use.board}`).map(({ at, key }) => {
    const [use, first] = [
      uses[at],
      uses.find((other) => `input ${other.input} of board ${other.board}` === key),
    ];
    return { path: use?.path ?? [], message: `${key} is used twice: by ${first?.for} and by ${use?.for}` };
  });
  return [...missing, ...shared];
}
