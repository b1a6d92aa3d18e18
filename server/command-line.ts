import { parseArgs } from 'node:util';
import type { z } from 'zod';
import {
  CourierAddOptions,
  environment,
  LockerCreateOptions,
  OneLockerOptions,
  OperatorAddOptions,
  RunOptions,
} from './config.ts';
import { SetupError } from './setup-error.ts';

export const usage = `usage:
  server run [--http-port N] [--mqtt-port N] [--ws-port N] [--smtp-url URL] [--mail-from ADDRESS]
             [--mqtts-port N] [--wss-port N] [--device-port N] [--tls-host NAME] [--broker-url URL]
             [--link NAME=URL]…
  server locker create --name NAME --address ADDRESS --lat DEGREES --long DEGREES --pincode CODE --country CC
             --time-zone ZONE --slots S:6,M:6,L:4 [--help-number NUMBER] [--policy KEY=VALUE]…
  server locker claim --locker ID
  server locker revoke --locker ID
  server courier add --name NAME --carrier NAME --country CC
  server operator add --name NAME --role viewer|support|site|technician|admin --out FILE
Each takes --data DIR (the key ring and the bundled PostgreSQL) and --database-url URL. The same by environment:
${Object.entries(environment)
  .map(([option, name]) => `${name} (--${option})`)
  .join(', ')}. Port 0 is any free one.`;

const commands = {
  run: RunOptions,
  'locker create': LockerCreateOptions,
  'locker claim': OneLockerOptions,
  'locker revoke': OneLockerOptions,
  'courier add': CourierAddOptions,
  'operator add': OperatorAddOptions,
} as const;
type Commands = typeof commands;

export type Command =
  | { name: 'help' }
  | { [Name in keyof Commands]: { name: Name; options: z.output<Commands[Name]> } }[keyof Commands];

/** Options that may be given several times. */
const lists = new Set(['link', 'policy']);

/** Throws SetupError `usage` with words for a person, which name the option but never quote a value. */
export function parseCommandLine(
  args: readonly string[],
  variables: Record<string, string | undefined>,
): Command {
  const [first = 'run', second = ''] = args;
  if (['help', '--help', '-h'].includes(first)) return { name: 'help' };
  if (first.startsWith('-')) return read('run', args, variables);
  const name = [first, `${first} ${second}`].find((words) => Object.hasOwn(commands, words));
  if (name === undefined) throw new SetupError('usage', `There is no such command.\n${usage}`);
  return read(name as keyof Commands, args.slice(name.split(' ').length), variables);
}

function read(
  name: keyof Commands,
  args: readonly string[],
  variables: Record<string, string | undefined>,
): Command {
  const schema = commands[name];
  const given = parse(schema, args);
  const fromEnvironment = Object.entries(environment).flatMap(([option, variable]) => {
    const value = variables[variable];
    return option in schema.shape && value !== undefined && value !== '' ? [[option, value]] : [];
  });
  const options = schema.safeParse({ ...Object.fromEntries(fromEnvironment), ...given });
  if (options.success) return { name, options: options.data } as Command;
  throw new SetupError('usage', options.error.issues.map(describe).join('\n'));
}

function parse(schema: Commands[keyof Commands], args: readonly string[]): Record<string, unknown> {
  const options = Object.fromEntries(
    Object.keys(schema.shape).map((option) => [
      option,
      { type: 'string' as const, multiple: lists.has(option) },
    ]),
  );
  try {
    return { ...parseArgs({ args: joinNegatives(args), options, strict: true }).values };
  } catch (cause) {
    // Its words name the option at fault; a value that is no option could be a secret, and is cut off.
    const words = cause instanceof Error ? (cause.message.split(/[.:]/)[0] ?? '') : '';
    throw new SetupError('usage', `${words}.\n${usage}`, { cause });
  }
}

/** `--long -0.13` would be read as two options. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-\d/.test(arg) && last?.startsWith('--') && !last.includes('='))
      joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function describe({ path, code, message }: z.core.$ZodIssue): string {
  const [option, ...inner] = path.map(String);
  if (option === undefined) return message;
  const variable = environment[option];
  const name = `--${option}${inner.length > 0 ? ` ${inner.join('.')}` : ''}`;
  const isMissing = code === 'invalid_type' && message.includes('undefined');
  return `${name}${variable === undefined ? '' : ` (or ${variable})`}: ${isMissing ? 'is missing' : message}`;
}
