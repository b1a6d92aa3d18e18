import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Child, startChild } from './child.ts';
import { demoCabinet, demoCourier, demoLocker } from './demo.ts';
import { type Leftovers, takeOver } from './leftovers.ts';
import { choosePorts, type Ports } from './ports.ts';

/** Server, mailbox, cabinet and agent of one machine, as real processes. */
export interface Stack {
  readonly ports: Ports;
  readonly urls: { home: string; kiosk: string; panel: string; mailbox: string; mqtt: string };
  readonly demo: Demo;
  /** Ends a part as a power cut would. */
  kill(part: Part): Promise<void>;
  /** Starts a part that was killed or stopped; the agent over TCP or WebSocket. */
  start(part: Part): Promise<void>;
  stop(part?: Part): Promise<void>;
  readonly transport: 'tcp' | 'ws';
  /** How the agent reaches the broker from its next start on. */
  setTransport(transport: 'tcp' | 'ws'): void;
  /** Resolves with the name of a part that ended by itself. */
  readonly broken: Promise<string>;
}

export type Part = 'mailbox' | 'server' | 'cabinet' | 'agent';
const startOrder: readonly Part[] = ['mailbox', 'server', 'cabinet', 'agent'];

export interface StackOptions {
  folder: string;
  ports?: Partial<Ports>;
  databaseUrl?: string;
  /** Merged into the demo locker's policy, as KEY=VALUE. */
  policy?: readonly string[];
  say(line: string): void;
}

const Demo = z.strictObject({ lockerId: z.string(), badge: z.string(), claim: z.string() });
type Demo = z.infer<typeof Demo>;

const root = resolve(import.meta.dirname, '../..');
const inRoot = (path: string) => join(root, path);

/** Starts everything, and on the first start registers one locker and one courier. Rejects with what went wrong; nothing is left running. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = resolve(options.folder);
  makeFolder(folder);
  const leftovers = await takeOver(join(folder, 'processes.json'), folder, options.say);
  const ports = await choosePorts(join(folder, 'ports.json'), options.ports ?? {}, options.say);
  const stack = new RunningStack(folder, ports, options, leftovers);
  try {
    for (const part of startOrder) await stack.start(part);
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    // The bundled database may run as a user of its own, who has to pass through; each part guards its own folder.
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${folder} cannot be written (${why}): give a folder of yours with --data`, { cause });
  }
}

class RunningStack implements Stack {
  readonly ports: Ports;
  readonly broken: Promise<string>;
  readonly #folder: string;
  readonly #options: StackOptions;
  readonly #leftovers: Leftovers;
  /** False for a folder that was enrolled before there were certificates: it goes on as it is. */
  readonly #secured: boolean;
  readonly #children = new Map<Part, Child>();
  #transport: 'tcp' | 'ws' = 'tcp';
  #scannerLine = '';
  #demo: Demo | undefined;
  #reportBroken: (part: string) => void = () => undefined;

  constructor(folder: string, ports: Ports, options: StackOptions, leftovers: Leftovers) {
    this.#folder = folder;
    this.ports = ports;
    this.#options = options;
    this.#leftovers = leftovers;
    const agent = join(folder, 'agent');
    this.#secured = !existsSync(join(agent, 'locker.key')) || existsSync(join(agent, 'device.key'));
    this.broken = new Promise((resolve) => {
      this.#reportBroken = resolve;
    });
  }

  get urls() {
    const at = (port: number) => `http://127.0.0.1:${port}`;
    const { http, kiosk, panel, mailbox, mqtt } = this.ports;
    return {
      home: at(http),
      kiosk: at(kiosk),
      panel: at(panel),
      mailbox: at(mailbox),
      mqtt: `mqtt://127.0.0.1:${mqtt}`,
    };
  }

  get demo(): Demo {
    if (!this.#demo) throw new Error('the server has not been started');
    return this.#demo;
  }

  get transport(): 'tcp' | 'ws' {
    return this.#transport;
  }

  setTransport(transport: 'tcp' | 'ws'): void {
    this.#transport = transport;
  }

  async start(part: Part): Promise<void> {
    if (part === 'agent') await this.#enrol();
    const child = await startChild({
      name: part,
      args: this.#args(part),
      logFile: join(this.#folder, 'logs', `${part}.log`),
      onPid: (pid) => this.#leftovers.note(part, pid),
    });
    this.#children.set(part, child);
    void child.ended.then(() => {
      this.#leftovers.forget(child.pid);
      if (this.#children.get(part) === child) this.#reportBroken(part);
    });
    if (part === 'server') this.#demo = await this.#provision();
    if (part === 'cabinet') {
      const lines = z.looseObject({ lockLine: z.string(), scannerLine: z.string() }).parse(child.ready);
      this.#scannerLine = lines.scannerLine;
      writeFileSync(
        join(this.#folder, 'cabinet.json'),
        `${JSON.stringify(demoCabinet(lines.lockLine), null, 2)}\n`,
      );
    }
  }

  async kill(part: Part): Promise<void> {
    await this.#end(part, 'kill');
  }

  async stop(part?: Part): Promise<void> {
    for (const each of part ? [part] : startOrder.toReversed()) await this.#end(each, 'stop');
  }

  async #end(part: Part, how: 'kill' | 'stop'): Promise<void> {
    const child = this.#children.get(part);
    this.#children.delete(part);
    await child?.[how]();
  }

  #args(part: Part): string[] {
    const { http, kiosk, panel, mailbox, smtp, mqtt, ws, mqtts, wss, device, relayMqtt, relayWs } =
      this.ports;
    const data = (name: string) => join(this.#folder, name);
    switch (part) {
      case 'mailbox':
        return [
          inRoot('scripts/start/mailbox.ts'),
          '--dir',
          data('mailbox'),
          '--smtp-port',
          `${smtp}`,
          '--http-port',
          `${mailbox}`,
        ];
      case 'server': {
        const links = { kiosk: this.urls.kiosk, panel: this.urls.panel, mailbox: this.urls.mailbox };
        return [
          ...[
            inRoot('server/main.ts'),
            'run',
            '--data',
            data('server'),
            '--smtp-url',
            `smtp://127.0.0.1:${smtp}`,
          ],
          ...['--http-port', `${http}`, '--mqtt-port', `${mqtt}`, '--ws-port', `${ws}`],
          ...['--mqtts-port', `${mqtts}`, '--wss-port', `${wss}`, '--device-port', `${device}`],
          ...Object.entries(links).flatMap(([name, url]) => ['--link', `${name}=${url}`]),
          ...this.#database(),
        ];
      }
      case 'cabinet':
        return [
          ...[
            inRoot('hardware-sim/main.ts'),
            'cabinet',
            '--dir',
            data('cabinet'),
            '--panel-port',
            `${panel}`,
          ],
          ...['--lock-line', lineKind(), '--scanner-line', lineKind()],
          ...['--relay', `mqtt:${relayMqtt}:${this.#secured ? mqtts : mqtt}`],
          ...['--relay', `ws:${relayWs}:${this.#secured ? wss : ws}`],
          ...['--quick-scan', `Courier badge=${this.demo.badge}`],
        ];
      case 'agent':
        return [
          ...[inRoot('agent/main.ts'), 'run', '--data', data('agent'), '--kiosk-port', `${kiosk}`],
          ...[
            '--cabinet',
            data('cabinet.json'),
            '--scanner',
            this.#scannerLine,
            '--broker-url',
            this.#brokerUrl(),
          ],
        ];
    }
  }

  #brokerUrl(): string {
    const s = this.#secured ? 's' : '';
    return this.#transport === 'tcp'
      ? `mqtt${s}://127.0.0.1:${this.ports.relayMqtt}`
      : `ws${s}://127.0.0.1:${this.ports.relayWs}/mqtt`;
  }

  #database(): string[] {
    return this.#options.databaseUrl ? ['--database-url', this.#options.databaseUrl] : [];
  }

  /** One locker and one courier, registered on the first start through the server's own commands. */
  async #provision(): Promise<Demo> {
    const file = join(this.#folder, 'demo.json');
    if (existsSync(file)) return Demo.parse(JSON.parse(readFileSync(file, 'utf8')));
    this.#options.say('first start: registering a locker and a courier');
    const policy = (this.#options.policy ?? []).flatMap((pair) => ['--policy', pair]);
    const locker = z
      .looseObject({ lockerId: z.string(), claim: z.string() })
      .parse(await this.#server([...demoLocker, ...policy]));
    const courier = z.looseObject({ badge: z.string() }).parse(await this.#server(demoCourier));
    const demo = { lockerId: locker.lockerId, badge: courier.badge, claim: locker.claim };
    writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return demo;
  }

  async #enrol(): Promise<void> {
    const data = join(this.#folder, 'agent');
    if (existsSync(join(data, 'locker.key'))) return;
    await run([
      inRoot('agent/main.ts'),
      'enrol',
      '--server',
      this.urls.home,
      '--claim',
      this.demo.claim,
      '--data',
      data,
    ]);
  }

  async #server(args: readonly string[]): Promise<unknown> {
    const output = await run([
      inRoot('server/main.ts'),
      ...args,
      '--data',
      join(this.#folder, 'server'),
      ...this.#database(),
    ]);
    return JSON.parse(output.trim().split('\n').at(-1) ?? '');
  }
}

async function run(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
    return stdout;
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`${args.slice(0, 3).join(' ')} failed: ${words}`);
  }
}

function lineKind(): 'pty' | 'tcp' {
  return existsSync('/usr/bin/socat') ? 'pty' : 'tcp';
}
