import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock } from '../../ports/clock.ts';

/** A tool that takes longer hangs: even a busy Raspberry Pi starts one in a tenth of a second. */
const TOOL_TIMEOUT_MS = 5_000;
/** All lines of the largest chip, many times over. */
const OUTPUT_BYTES_MAX = 1024 * 1024;
/** What a script may say before its first line, or between two, is kept up to this. */
const WORDS_MAX = 2_000;

/** Programs of the system as children; none of the methods rejects. */
export interface Tools {
  /** Resolves when it ended, or was ended because it hung. */
  run(program: string, args: readonly string[]): Promise<ToolResult>;
  /** Runs until stopped, and dies with this process, however that dies. `onEnd` is not told of a stop. */
  follow(program: string, args: readonly string[], listener: FollowListener): { stop(): Promise<void> };
  /**
   * Runs a shell script that outlives this process. `begun`: it said its first line; or it ended, or hung,
   * without. `ended` never before `begun`.
   */
  launch(script: string): { begun: Promise<ToolResult>; ended: Promise<ToolResult> };
}

export interface FollowListener {
  onLine(line: string): void;
  onEnd(): void;
}

export type ToolResult =
  | { ok: true; stdout: string }
  | { ok: false; why: 'missing' | 'hung' | 'failed'; stderr: string };

/** @param path where programs are looked for, instead of this process's own PATH */
export function realTools(clock: Clock, path = process.env.PATH): Tools {
  // Messages are told apart by their words, which the system would else translate.
  const env = { ...process.env, PATH: path, LC_ALL: 'C' };
  return {
    run: (program, args) =>
      new Promise((resolve) => {
        const options = {
          env,
          timeout: TOOL_TIMEOUT_MS,
          killSignal: 'SIGKILL',
          maxBuffer: OUTPUT_BYTES_MAX,
        } as const;
        execFile(program, args, options, (error, stdout, stderr) => {
          if (error === null) resolve({ ok: true, stdout });
          else resolve({ ok: false, why: whyOf(error), stderr: stderr || error.message });
        });
      }),
    follow: (program, args, listener) => {
      // A follower that outlived the agent would hold the lines against the next one.
      const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', program, ...args], {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return follower(child, listener);
    },
    launch: (script) => {
      const child = spawn('sh', ['-c', script], {
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return launched(child, clock);
    },
  };
}

function follower(child: ChildProcess, { onLine, onEnd }: FollowListener): { stop(): Promise<void> } {
  const gone = Promise.withResolvers<void>();
  let stopped = false;
  const end = () => {
    gone.resolve();
    if (stopped) return;
    stopped = true;
    onEnd();
  };
  child.once('exit', end);
  child.once('error', end);
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => stopped || onLine(line));
  return {
    stop: () => {
      stopped = true;
      child.kill('SIGKILL');
      return gone.promise;
    },
  };
}

function launched(child: ChildProcess, clock: Clock): ReturnType<Tools['launch']> {
  const begun = Promise.withResolvers<ToolResult>();
  const ended = Promise.withResolvers<ToolResult>();
  let stderr = '';
  const begin = (result: ToolResult) => {
    cancel();
    begun.resolve(result);
  };
  const cancel = clock.after(TOOL_TIMEOUT_MS, () => {
    // Else it might go on later, when nobody expects a coil to be driven.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    begin({ ok: false, why: 'hung', stderr });
  });
  const end = (result: ToolResult) => {
    begin(result);
    ended.resolve(result);
  };
  child.stderr?.on('data', (bytes: Buffer) => {
    if (stderr.length < WORDS_MAX) stderr += bytes.toString();
  });
  child.stdout?.once('data', (bytes: Buffer) => begin({ ok: true, stdout: bytes.toString() }));
  child.once('close', (status) =>
    end(status === 0 ? { ok: true, stdout: '' } : { ok: false, why: 'failed', stderr }),
  );
  child.once('error', (error) => end({ ok: false, why: whyOf(error), stderr: error.message }));
  return { begun: begun.promise, ended: ended.promise };
}

function whyOf(error: Error & { code?: unknown; killed?: boolean }): 'missing' | 'hung' | 'failed' {
  if (error.killed) return 'hung';
  return error.code === 'ENOENT' ? 'missing' : 'failed';
}
