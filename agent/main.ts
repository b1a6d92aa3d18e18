import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { realClock } from './adapters/clock/real-clock.ts';
import type { Command } from './command-line.ts';

/** However much hangs, a stop takes no longer: what is committed is safe. */
const stopTimeoutMs = 8_000;
/** Once people are served, and never while one stands there first thing after a start. */
const keepCacheAfterMs = 30_000;

const clock = realClock();
try {
  keepCompiled(process.argv.slice(2));
  const { parseCommandLine } = await import('./command-line.ts');
  await main(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  fail(error);
}

/**
 * Keeps what Node makes of these sources in the data folder: the next start takes half the time, and a fifth less
 * memory. Before anything is imported; a cache that is damaged or of other sources is ignored by Node.
 */
function keepCompiled(args: string[]): void {
  const { data } = parseArgs({ args, strict: false, options: { data: { type: 'string' } } }).values;
  if (args[0] !== 'run' || typeof data !== 'string' || !existsSync(join(data, 'locker.key'))) return;
  enableCompileCache(join(data, 'compiled'));
  clock.after(keepCacheAfterMs, flushCompileCache);
}

async function main(command: Command): Promise<void> {
  if (command.name === 'help') {
    const { usage } = await import('./command-line.ts');
    return void process.stdout.write(`${usage}\n`);
  }
  if (command.name === 'enrol') {
    const { enrol } = await import('./enrol.ts');
    const { lockerId } = await enrol({ ...command, folder: command.data, clock });
    return say({ enrolled: lockerId, data: command.data });
  }
  if (command.name === 'cabinetLow') {
    const [{ cabinetLow }, { loadCabinet }] = await Promise.all([
      import('./cabinet-low.ts'),
      import('./config.ts'),
    ]);
    return say({ low: await cabinetLow(loadCabinet(command.data ?? '', command.cabinet), clock) });
  }
  if (command.name === 'cabinet') {
    const { cabinetCommand } = await import('./cabinet-commands.ts');
    endWithReader();
    const print = (text: string) => void process.stdout.write(text);
    const tell = (text: string) => void process.stderr.write(text);
    process.exitCode = (await cabinetCommand(command.cabinet, { clock, print, tell })) ? 0 : 1;
    return;
  }
  if (command.name === 'doors') {
    const [{ doors }, { terminal }] = await Promise.all([
      import('./doors-command.ts'),
      import('./terminal.ts'),
    ]);
    endWithReader();
    const { json } = command.doors;
    const over = command.doors.do === 'look' && command.doors.watch;
    const done = await doors(command.doors, { clock, terminal: terminal({ json, over }) });
    process.exitCode = done ? 0 : 1;
    return;
  }
  const [{ run }, { stderrLogger }] = await Promise.all([import('./run.ts'), import('./logger.ts')]);
  const agent = await run({
    folder: command.data,
    kioskPort: command['kiosk-port'],
    brokerUrl: command['broker-url'],
    cabinet: command.cabinet,
    scanner: command.scanner,
    clock,
    logger: stderrLogger(),
  });
  agent.failed.catch(fail);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      clock.after(stopTimeoutMs, () => fail(new Error('the agent did not stop in time')));
      agent.stop().then(() => process.exit(0), fail);
    });
  say({ ready: 'agent', kiosk: agent.kioskUrl, locker: agent.lockerId });
}

/** Whoever reads may have had enough, such as `head`: nobody needs the rest. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    fail(error);
  });
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Expected trouble has words for a person; anything else is a bug, and its stack is what helps. */
function fail(error: unknown): never {
  const expected = error instanceof Error && 'code' in error && typeof error.code === 'string';
  const words = expected ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`agent: ${words}\n`);
  process.exit(1);
}
