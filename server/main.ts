import { realClock } from './clock.ts';
import { type Command, parseCommandLine, usage } from './command-line.ts';
import type { Machine } from './foundation.ts';
import { stderrLogger } from './logger.ts';
import { realRandom } from './random.ts';
import { SetupError } from './setup-error.ts';

/** However much hangs, a stop takes no longer: what was answered is committed. */
const stopTimeoutMs = 15_000;

const exitStatus = { failed: 1, usage: 2 } as const;

try {
  await main(parseCommandLine(process.argv.slice(2), process.env));
} catch (error) {
  fail(error);
}

async function main(command: Command): Promise<void> {
  if (command.name === 'help') {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const random = realRandom();
  if (command.name === 'run') {
    const logger = stderrLogger(process.env.LOG_LEVEL ?? 'info');
    await serve(command.options, { logger, clock: realClock(), random });
    return;
  }
  const { runShortCommand } = await import('./short-commands.ts');
  const logger = stderrLogger(process.env.LOG_LEVEL ?? 'warn');
  say(await runShortCommand(command, { logger, clock: realClock(), random }));
}

async function serve(options: Extract<Command, { name: 'run' }>['options'], machine: Machine): Promise<void> {
  const { runServer } = await import('./run-server.ts');
  // A signal during the start is kept until there is something to stop in order.
  const asked = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, asked.resolve);
  const server = await runServer(options, machine);
  say({ ready: 'server', http: server.http, ...server.broker });
  const lost = server.lost.then((reason) => new Error(`The database ended by itself: ${reason}`));
  const end = await Promise.race([asked.promise, lost]);
  machine.logger.info({ why: String(end) }, 'stopping');
  machine.clock.after(stopTimeoutMs, () => fail(new SetupError('stop', 'The server did not stop in time.')));
  await server.stop();
  if (end instanceof Error) fail(new SetupError('database', end.message));
  process.exit(0);
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Expected trouble has words for a person; anything else is a bug, and its stack is what helps. */
function fail(error: unknown): never {
  const isExpected = error instanceof Error && 'code' in error && !('syscall' in error);
  const words = isExpected ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`server: ${words}\n`);
  process.exit(error instanceof SetupError && error.code === 'usage' ? exitStatus.usage : exitStatus.failed);
}
