import {
  type AgentPorts,
  type Clock,
  type Config,
  coilsAtStart,
  createAgent,
  type Doors,
  fakeUplink,
  type MemoryDisk,
  memoryStore,
  openCabinet,
  seededRandom,
} from '@latchwork/agent';
import type { MemoryHost } from '../bus/memory-port.ts';
import type { SoakCabinet } from './soak-cabinet.ts';
import { keys } from './soak-locker.ts';

/** `before commit`, `after commit`: of the next decision that writes anything. */
export type Death = 'now' | 'before commit' | 'after commit';

/** One process on a locker's disk. Once killed, its timers and lines are gone; what it had written to a line still arrives. */
export interface Life {
  start(): Promise<void>;
  kill(death: Death): void;
  stop(): Promise<void>;
}

export interface LifeOptions {
  clock: Clock;
  config: Config;
  built: SoakCabinet;
  disk: MemoryDisk;
  /** Of its randomness. */
  seed: number;
  hostOf(url: string): MemoryHost;
  kiosk: AgentPorts['kiosk'];
  scanner: NonNullable<AgentPorts['scanner']>;
  console: NonNullable<AgentPorts['console']>;
  sabotage(doors: Doors): Doors;
  onLines(lines: readonly string[]): void;
  onDeath(): void;
  onFailure(error: unknown): void;
}

export function lifeOf(options: LifeOptions): Life {
  const { built, disk, kiosk, scanner, console, onLines, onDeath } = options;
  const clock = mortalClock(options.clock);
  const lines = mortalLines(options.hostOf);
  const store = memoryStore(disk);
  const uplink = fakeUplink();
  uplink.setReachable(false);
  let alive = true;
  let doomed: Death | undefined;

  const die = () => {
    if (!alive) return;
    alive = false;
    clock.stop();
    lines.cut();
    onDeath();
  };
  const whileAlive =
    <Args extends unknown[]>(act: (...args: Args) => void) =>
    (...args: Args) => {
      if (alive) act(...args);
    };
  const doors = openCabinet(built.file, {
    ...{ clock, lineOf: lines.open },
    coilsAtStart: disk.tables ? coilsAtStart(disk.tables) : [],
  });
  const ports: AgentPorts = {
    ...{
      clock,
      random: seededRandom(options.seed),
      doors: options.sabotage(doors),
      uplink,
      keys,
      logger: silent,
    },
    kiosk: {
      start: ({ onAction }) => kiosk.start({ onAction: whileAlive(onAction) }),
      show: whileAlive(kiosk.show),
      stop: kiosk.stop,
    },
    scanner: {
      start: ({ onScan, onState }) =>
        scanner.start({ onScan: whileAlive(onScan), onState: whileAlive(onState) }),
      stop: scanner.stop,
    },
    console: { ...console, start: ({ onAsk }) => console.start({ onAsk: whileAlive(onAsk) }) },
    store: {
      ...store,
      commit(change) {
        if (doomed === 'before commit') die();
        if (!alive) throw new Error('the dead write nothing');
        store.commit(change);
        onLines(change.lines.map(({ line }) => line));
        if (doomed === 'after commit') die();
      },
    },
  };
  const agent = createAgent(options.config, ports);
  agent.failed.catch((error: unknown) => alive && options.onFailure(error));
  return {
    start: agent.start,
    kill(death) {
      if (death === 'now') die();
      else doomed ??= death;
    },
    stop: async () => void (alive && (await agent.stop())),
  };
}

const silent = { info() {}, warn() {}, error() {}, debug() {} } as unknown as AgentPorts['logger'];

/** A clock of which every timer is called off when its process ends. */
function mortalClock(clock: Clock): Clock & { stop(): void } {
  const timers = new Set<() => void>();
  let stopped = false;
  return {
    ...clock,
    after: (delayMs, action) => {
      if (stopped) return () => {};
      const call = clock.after(delayMs, () => {
        timers.delete(call);
        action();
      });
      timers.add(call);
      return () => {
        timers.delete(call);
        call();
      };
    },
    stop: () => {
      stopped = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

/** Lines that the system closes when their process ends, and that tell it nothing any more. */
function mortalLines(hostOf: (url: string) => MemoryHost) {
  const streams = new Set<{ close(): Promise<void> }>();
  let isCut = false;
  const open = (url: string): MemoryHost => {
    const host = hostOf(url);
    return {
      name: host.name,
      open: async ({ onBytes, onClosed }) => {
        if (isCut) return { ok: false, reason: 'line missing', detail: 'the process has ended' };
        const opened = await host.open({
          onBytes: (bytes) => void (isCut || onBytes(bytes)),
          onClosed: (detail) => void (isCut || onClosed(detail)),
        });
        if (!opened.ok) return opened;
        const { stream } = opened;
        streams.add(stream);
        if (isCut) await stream.close();
        const write = async (bytes: Uint8Array) => !isCut && (await stream.write(bytes));
        return { ok: true, stream: { write, close: stream.close } };
      },
    };
  };
  return {
    open,
    cut: () => {
      isCut = true;
      for (const stream of streams) void stream.close();
    },
  };
}
