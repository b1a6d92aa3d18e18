import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { z } from 'zod';

/** Where each part listens when nothing else is said. */
export const defaultPorts = {
  http: 8080,
  kiosk: 8081,
  panel: 8082,
  mailbox: 8083,
  smtp: 2525,
  mqtt: 1883,
  ws: 8084,
  mqtts: 8883,
  wss: 8443,
  device: 8444,
  relayMqtt: 18_830,
  relayWs: 18_840,
} as const;
export type PortName = keyof typeof defaultPorts;
export type Ports = Record<PortName, number>;

export const portNames = Object.keys(defaultPorts) as PortName[];

const Remembered = z.partialRecord(z.enum(portNames), z.int().min(1).max(65_535));

/**
 * A free port for each part: the one given, else the one used last time, else the default, else any free one. Throws
 * when a port that was given is taken. What was chosen is remembered in `file`.
 */
export async function choosePorts(
  file: string,
  given: Partial<Ports>,
  say: (line: string) => void,
): Promise<Ports> {
  const remembered = read(file, say);
  const chosen: Partial<Ports> = {};
  const used = new Set<number>();
  for (const name of portNames) {
    const wanted = given[name];
    if (wanted !== undefined && wanted !== 0) {
      if (used.has(wanted) || !(await isFree(wanted)))
        throw new Error(
          `port ${wanted}, given for ${name}, is taken: end what listens there, or give another port`,
        );
      chosen[name] = wanted;
    } else
      chosen[name] = await pick(
        name,
        wanted === 0 ? [] : [remembered[name] ?? defaultPorts[name]],
        used,
        say,
      );
    used.add(chosen[name] ?? 0);
  }
  writeFileSync(file, `${JSON.stringify(chosen, null, 2)}\n`, { mode: 0o600 });
  return chosen as Ports;
}

function read(file: string, say: (line: string) => void): z.infer<typeof Remembered> {
  if (!existsSync(file)) return {};
  try {
    return Remembered.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Cut off while it was written: nothing depends on the old ports but bookmarks.
    say(`${file} cannot be read: ports are chosen anew`);
    return {};
  }
}

async function pick(
  name: PortName,
  candidates: number[],
  used: ReadonlySet<number>,
  say: (line: string) => void,
): Promise<number> {
  for (const port of candidates) {
    if (!used.has(port) && (await isFree(port))) return port;
    say(`port ${port} for ${name} is taken: another free one is used, and remembered`);
  }
  for (;;) {
    const port = await freePort();
    if (!used.has(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return (await listen(port)) !== undefined;
}

async function freePort(): Promise<number> {
  const port = await listen(0);
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return port;
}

function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
