import { parseArgs } from 'node:util';
import { SlotNumber } from '@latchwork/shared';
import { z } from 'zod';
import { serviceMinutesMax } from './core/people/technician-service.ts';
import { SetupError } from './setup-error.ts';

export const doorsUsage = `  agent doors --data DIR [--watch] [--json]
  agent doors open|test|in-service|out-of-service N --data DIR [--json]
  agent doors confirm N open|closed --data DIR [--json]
  agent doors settle N empty|occupied --data DIR [--json]
  agent doors service on|off [--minutes M] --data DIR [--json]`;

interface Common {
  data: string;
  /** A JSON a line instead of words. */
  json: boolean;
}

export type DoorsCommand = Common &
  (
    | { do: 'look'; watch: boolean }
    | { do: 'open'; slot: SlotNumber }
    | { do: 'test'; slot: SlotNumber }
    | { do: 'inService' | 'outOfService'; slot: SlotNumber }
    | { do: 'confirmDoor'; slot: SlotNumber; position: 'open' | 'closed' }
    | { do: 'settle'; slot: SlotNumber; occupied: boolean }
    | { do: 'startService'; minutes: number | undefined }
    | { do: 'endService' }
  );

const Minutes = z.coerce.number().int().min(1).max(serviceMinutesMax);

/** What follows `agent doors`. Throws {@link SetupError} `usage`. */
export function parseDoors(args: readonly string[]): DoorsCommand {
  const { values, positionals } = read(args);
  const { data, json = false, watch = false, minutes } = values;
  if (!data) throw wrong('--data says on which agent: the folder that it runs on');
  const common = { data, json };
  const [verb, first, second, ...more] = positionals;
  if (more.length > 0) throw wrong('there are too many words');
  if (watch && verb !== undefined) throw wrong('--watch is for looking, and asks for nothing else');
  if (minutes !== undefined && !(verb === 'service' && first === 'on'))
    throw wrong('--minutes is for service on');
  if (verb === undefined) return { ...common, do: 'look', watch };
  if (verb === 'service') return { ...common, ...service(first, minutes) };
  const slot = SlotNumber.safeParse(first === undefined ? Number.NaN : Number(first));
  if (!slot.success) throw wrong('name a slot by the number on its door');
  const at = { ...common, slot: slot.data };
  if ((verb === 'open' || verb === 'test') && second === undefined) return { ...at, do: verb };
  if (verb === 'in-service' && second === undefined) return { ...at, do: 'inService' };
  if (verb === 'out-of-service' && second === undefined) return { ...at, do: 'outOfService' };
  if (verb === 'confirm' && (second === 'open' || second === 'closed'))
    return { ...at, do: 'confirmDoor', position: second };
  if (verb === 'settle' && (second === 'empty' || second === 'occupied'))
    return { ...at, do: 'settle', occupied: second === 'occupied' };
  throw wrong('that is nothing that doors can be asked');
}

function service(turn: string | undefined, minutes: string | undefined) {
  if (turn === 'off') return { do: 'endService' } as const;
  if (turn !== 'on') throw wrong('service is turned on or off');
  const parsed = Minutes.optional().safeParse(minutes);
  if (!parsed.success) throw wrong(`service lasts 1 to ${serviceMinutesMax} minutes`);
  return { do: 'startService', minutes: parsed.data } as const;
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        minutes: { type: 'string' },
        json: { type: 'boolean' },
        watch: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw wrong((cause as Error).message);
  }
}

function wrong(why: string): SetupError {
  return new SetupError('usage', `${why}\nusage:\n${doorsUsage}`);
}
