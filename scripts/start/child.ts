import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** A process of the stack: says when it is ready, dies loudly, and ends when told. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Its ready line: `{"ready": NAME, …}`. */
  readonly ready: Record<string, unknown>;
  /** Resolves with the exit code, or the signal, however it ended. */
  readonly ended: Promise<number | string>;
  /** SIGTERM, and SIGKILL after a while; resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL at once, as a power cut would. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  name: string;
  args: readonly string[];
  /** What it says goes here. */
  logFile: string;
  env?: Record<string, string>;
  /** Told the pid as soon as there is one, before it is ready. */
  onPid?(pid: number): void;
}

const readyWithinMs = 60_000;
const stopWithinMs = 20_000;
const lastWordsMax = 12;

/** Starts `node ARGS` in its own process group and resolves when it is ready; rejects with its last words when it ends before. */
export async function startChild({ name, args, logFile, env, onPid }: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const lastWords: string[] = [];
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    child.once('error', (error) => resolve(error.message));
  });
  void ended.then(() => log.end());
  child.stderr.on('data', (data: Buffer) => {
    log.write(data);
    lastWords.push(...data.toString().trim().split('\n'));
    lastWords.splice(0, lastWords.length - lastWordsMax);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started: ${await ended}`);
  onPid?.(pid);
  const ready = await Promise.race([
    readyLine(child, (line) => log.write(`${line}\n`)),
    ended,
    afterMs(readyWithinMs),
  ]);
  if (typeof ready !== 'object') {
    await end(child, ended, 'SIGKILL');
    const what =
      ready === undefined ? `was not ready within ${readyWithinMs / 1000} s` : `ended at once (${ready})`;
    throw new Error(`${name} ${what}. Its last words:\n  ${lastWords.join('\n  ')}\nAll of them: ${logFile}`);
  }
  return {
    name,
    pid,
    ready,
    ended,
    stop: () => end(child, ended, 'SIGTERM'),
    kill: () => end(child, ended, 'SIGKILL'),
  };
}

const ReadyLine = z.looseObject({ ready: z.string() });

/** The first line on standard output that says ready; all lines go on to the log. */
function readyLine(child: ChildProcess, write: (line: string) => void): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      write(line);
      try {
        const parsed = ReadyLine.safeParse(JSON.parse(line));
        if (parsed.success) resolve(parsed.data);
      } catch {
        // Any other line is for the log.
      }
    });
  });
}

async function end(
  child: ChildProcess,
  ended: Promise<unknown>,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  child.kill(signal);
  const gone = await Promise.race([ended.then(() => true), afterMs(stopWithinMs)]);
  if (gone !== true) {
    child.kill('SIGKILL');
    await ended;
  }
}

function afterMs(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}
