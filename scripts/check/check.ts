import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { portNames } from '../start/ports.ts';
import { type Stack, type StackOptions, startStack } from '../start/stack.ts';
import { temporaryFolder } from '../start/temporary-folder.ts';
import { openDoors } from './doors.ts';
import { walkOneParcel } from './walk.ts';

interface Step {
  walk: string;
  step: string;
  ok: boolean;
  seconds: number;
}

const walks = [
  { name: 'on line over TCP', transport: 'tcp', offline: false },
  { name: 'on line over WebSocket', transport: 'ws', offline: false },
  { name: 'with the network cut', transport: 'ws', offline: true },
] as const;

/**
 * Walks one parcel three times through a stack of its own on free ports, by the public doors only. Prints one
 * JSON line: the steps with their outcome and seconds. Returns the exit status.
 */
export async function check(options: Omit<StackOptions, 'folder'> & { data?: string }): Promise<number> {
  const folder = options.data ?? temporaryFolder('latchwork-check-');
  const free = Object.fromEntries(portNames.map((name) => [name, 0]));
  const steps: Step[] = [];
  let error: string | undefined;
  let stack: Stack | undefined;
  try {
    stack = await startStack({ ...options, folder, ports: { ...free, ...options.ports } });
    await walkAll(stack, steps, options.say);
  } catch (cause) {
    error = cause instanceof Error ? cause.message : String(cause);
  }
  await stack?.stop();
  if (error === undefined && options.data === undefined) rmSync(folder, { recursive: true, force: true });
  else options.say(`logs: ${join(folder, 'logs')}`);
  const ok = error === undefined;
  process.stdout.write(
    `${JSON.stringify({ check: ok ? 'ok' : 'failed', steps, ...(ok ? {} : { error }) })}\n`,
  );
  return ok ? 0 : 1;
}

async function walkAll(stack: Stack, steps: Step[], say: (line: string) => void): Promise<void> {
  const doors = openDoors(stack.urls);
  const { lockerId, badge } = stack.demo;
  try {
    for (const { name, transport, offline } of walks) {
      if (transport !== stack.transport) {
        stack.setTransport(transport);
        await stack.stop('agent');
        await stack.start('agent');
      }
      const step = (what: string, seconds: number) => {
        say(`${name}: ${what} (${seconds} s)`);
        steps.push({ walk: name, step: what, ok: true, seconds });
      };
      await walkOneParcel({ doors, lockerId, badge, offline, step, at: async () => undefined }).catch(
        (cause: unknown) => {
          steps.push({
            walk: name,
            step: cause instanceof Error ? cause.message : String(cause),
            ok: false,
            seconds: 0,
          });
          throw cause;
        },
      );
    }
  } finally {
    doors.close();
  }
}
