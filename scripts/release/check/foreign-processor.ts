import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runCommand } from '../run-command.ts';
import { enrolledFolder } from './enrolled-folder.ts';

/** Debian's libraries for the processor, from the packages of its cross compiler. */
const libraries = '/usr/aarch64-linux-gnu';
const emulator = 'qemu-aarch64-static';
const readyWithinMs = 120_000;

/**
 * Runs the arm64 tree under an emulator: the whole agent, until it serves people, with every native part loaded. Returns
 * what it did; throws what went wrong.
 */
export async function runForeign(tree: string, work: string): Promise<string> {
  if (!existsSync(join(libraries, 'lib/libstdc++.so.6')) || !existsSync(`/usr/bin/${emulator}`))
    throw new Error('not run: apt-get install qemu-user-static g++-aarch64-linux-gnu');
  const node = ['-L', libraries, join(tree, 'node/bin/node')];
  const help = await runCommand(emulator, [...node, join(tree, 'agent/main.ts'), 'help']);
  if (!help.includes('agent run')) throw new Error(`agent help says: ${help}`);
  const modules = join(tree, 'agent/node_modules');
  const load = ['onoff', 'serialport', 'better-sqlite3'].filter((name) => existsSync(join(modules, name)));
  const requires = load.map((name) => `require(${JSON.stringify(join(modules, name))})`).join(';');
  await runCommand(emulator, [...node, '--eval', requires]);

  const data = join(work, 'arm64-data');
  enrolledFolder(data);
  const agent = spawn(
    emulator,
    [...node, join(tree, 'agent/main.ts'), 'run', '--data', data, '--kiosk-port', '0'],
    { stdio: ['ignore', 'pipe', 'ignore'], timeout: readyWithinMs },
  );
  const ended = once(agent, 'exit');
  try {
    const [line] = await Promise.race([once(createInterface(agent.stdout), 'line'), ended]);
    const { kiosk } = JSON.parse(String(line));
    const health = await (await fetch(`${kiosk}/health`)).text();
    if (!health.includes('"ok"')) throw new Error(`the agent's health is ${health}`);
    agent.kill('SIGTERM');
    const [status] = await ended;
    if (status !== 0) throw new Error(`the agent ended with status ${status}`);
    return `agent help, ${load.join(', ')}, and agent run to its end, under ${emulator}`;
  } finally {
    agent.kill('SIGKILL');
  }
}
