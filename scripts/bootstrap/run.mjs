import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const progressAfterMs = 2_000;
const progressEveryMs = 15_000;
const outputKeptMax = 20_000;
/** @type {NodeJS.Signals[]} */
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program without showing its output, and says what takes so long when it takes long.
 * @param {string} what in words, for the progress line: "Fetching Node"
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ ok: boolean, output: string }>} `ok` is false too when the program does not exist;
 *   `output` is the end of what it printed, or why it could not run
 */
export function runQuietly(what, program, args, options) {
  const startedAt = Date.now();
  let shown = false;
  const show = () => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    process.stderr.write(shown ? `latchwork: ${what}: ${seconds} s so far\n` : `latchwork: ${what} ...\n`);
    shown = true;
  };
  const first = setTimeout(show, progressAfterMs);
  const again = setInterval(show, progressEveryMs);
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const passing = passSignals(child);
    const collect = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-outputKeptMax);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const done = (/** @type {boolean} */ ok) => {
      clearTimeout(first);
      clearInterval(again);
      passing.stop();
      if (shown) process.stderr.write(`latchwork: ${what}: ${ok ? 'done' : 'failed'}\n`);
      resolve({ ok, output });
    };
    child.on('error', (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      output = code === 'ENOENT' ? `${program} is not on PATH` : error.message;
      done(false);
    });
    child.on('close', (status) => {
      done(status === 0);
      // Interrupted while installing: what was asked for is an end, not an explanation of the failure.
      if (passing.passed !== undefined) process.exit(128 + constants.signals[passing.passed]);
    });
  });
}

/**
 * Runs the command itself, with our own input and output.
 * A Ctrl-C reaches it twice, once from the terminal and once from here: an entry takes both as one.
 * @param {string} node
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit status, 128 + n where signal n ended it
 */
export function runEntry(node, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { env, stdio: 'inherit' });
    const passing = passSignals(child);
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      passing.stop();
      resolve(exitStatus(status, signal));
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function passSignals(child) {
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    passing.passed = signal;
    child.kill(signal);
  };
  for (const signal of passedOn) process.on(signal, pass);
  /** @type {{ passed: NodeJS.Signals | undefined, stop: () => void }} */
  const passing = {
    passed: undefined,
    stop: () => {
      for (const signal of passedOn) process.off(signal, pass);
    },
  };
  return passing;
}

/**
 * @param {number | null} status
 * @param {NodeJS.Signals | null} signal
 */
function exitStatus(status, signal) {
  return signal === null ? (status ?? 1) : 128 + constants.signals[signal];
}
