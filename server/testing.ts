import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The server's own program as a process, as a person starts it. */
export interface ServerProcess {
  child: ChildProcess;
  /** What it said on standard output. */
  lines: string[];
  stderr(): string;
  /** Its exit status, once it has ended. */
  exited: Promise<number>;
  /** Its first line, of whatever form; rejects with its last words when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: each command answers in a form of its own, which tests look into.
  answer(): Promise<any>;
}

/** Starts processes, and ends those that are left after a test. */
export function serverProcesses() {
  const running: ChildProcess[] = [];
  return {
    server(...args: string[]): ServerProcess {
      const process = start(args);
      running.push(process.child);
      return process;
    },
    async endAll(): Promise<void> {
      for (const child of running.splice(0)) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
  };
}

function start(args: readonly string[]): ServerProcess {
  // The cache changes nothing but the time that a start takes.
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  const main = new URL('./main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, 'close').then(([code]) => code as number);
  const firstLine = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      resolve(line);
    });
    void exited.then((code) => reject(new Error(`exit ${code}: ${stderr}`)));
  });
  firstLine.catch(() => undefined);
  return {
    child,
    lines,
    exited,
    stderr: () => stderr,
    answer: () => firstLine.then((line) => JSON.parse(line)),
  };
}

const place =
  '--address Mill --lat 52.2 --long -0.13 --pincode CB21RX --country gb --time-zone Europe/London';
/** What `locker create` needs for a locker of two slots, but where its database is. */
export const newLocker = ['--name', 'Mill Lane', ...place.split(' '), '--slots', 'S:1,M:1'];

/** Asks a server for something, by JSON. */
export async function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
