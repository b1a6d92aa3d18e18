import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../check/check.ts';
import { buildPages } from '../pages.ts';
import { type PortName, type Ports, portNames } from './ports.ts';
import { type Stack, startStack } from './stack.ts';

const usage = `npm start [-- OPTIONS]
  --check           walk one parcel through everything, print one JSON line, and end
  --data DIR        where everything is kept (default .latchwork; a folder of its own for --check)
  --database-url U  a PostgreSQL of yours instead of the bundled one
  --NAME-port N     where a part listens; NAME is one of ${portNames.join(', ')}`;

const say = (line: string) => process.stderr.write(`${line}\n`);

try {
  await main();
} catch (error) {
  say(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (!options) return;
  await buildPages();
  if (options.check) {
    process.exitCode = await check({ ...options, say });
    return;
  }
  say('starting: mailbox, server with its database, cabinet, agent');
  const stack = await startStack({
    ...options,
    folder: options.data ?? resolve(import.meta.dirname, '../../.latchwork'),
    say,
  });
  say(whatToDo(stack));
  const ending = await Promise.race([signalled(), stack.broken]);
  say(
    ending.startsWith('SIG')
      ? '\nending: agent, cabinet, server, database'
      : `\n${ending} ended by itself: see its log; ending the rest`,
  );
  if (!ending.startsWith('SIG')) process.exitCode = 1;
  await stack.stop();
}

function readOptions() {
  const portFlags = Object.fromEntries(
    portNames.map((name) => [`${kebab(name)}-port`, { type: 'string' as const }]),
  );
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      help: { type: 'boolean' },
      data: { type: 'string' },
      'database-url': { type: 'string' },
      ...portFlags,
    },
  }) as { values: Record<string, string | boolean | undefined> };
  if (values.help) {
    say(usage);
    return undefined;
  }
  const ports: Partial<Ports> = {};
  for (const name of portNames) {
    const text = values[`${kebab(name)}-port`];
    if (typeof text === 'string') ports[name] = port(name, text);
  }
  const databaseUrl = values['database-url'] ?? process.env.DATABASE_URL;
  return {
    check: values.check === true,
    ports,
    ...(typeof values.data === 'string' ? { data: resolve(values.data) } : {}),
    ...(typeof databaseUrl === 'string' ? { databaseUrl } : {}),
  };
}

function port(name: PortName, text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535)
    throw new Error(`--${kebab(name)}-port ${text}: give a port from 0 (any free one) to 65535`);
  return number;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function whatToDo({ urls, demo }: Stack): string {
  return `
Latchwork runs. Open  ${urls.home}

  book a locker       ${urls.home}/book
  read the mail       ${urls.mailbox}
  the kiosk           ${urls.kiosk}
  the cabinet         ${urls.panel}
  operations          ${urls.home}/ops

Locker ${demo.lockerId}. The courier's badge is a button on the cabinet page, and reads ${demo.badge}
Ctrl-C ends it all; npm start goes on where it was.`;
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve(signal));
  });
}
