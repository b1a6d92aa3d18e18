import { uuidBase } from '@latchwork/shared';
import type { AgentPorts } from './agent-ports.ts';
import { consoleView } from './core/console-view.ts';
import { decide } from './core/decide.ts';
import { initialState, initialTables } from './core/initial.ts';
import type { Input, Stamp } from './core/input.ts';
import type { Config, State, Tables } from './core/state.ts';
import { viewOf } from './core/view.ts';
import { performer } from './perform.ts';
import { StoreError } from './ports/store.ts';

export interface Loop {
  give(input: Input): void;
  /** Waits for pulses under way, decides what is still in the queue, then takes no more. */
  stop(): Promise<void>;
  /** Rejects when the loop cannot go on: the process should end, and be started anew. */
  readonly failed: Promise<never>;
}

/** Inputs that wait. A person makes a few a second; only a line gone mad makes more. */
const queueMax = 1_000;

/**
 * The one loop: takes an input, decides, commits, and only then performs. Nothing acts inside a callback, and nothing
 * is performed that is not on disk.
 */
export function createLoop(config: Config, ports: AgentPorts): Loop {
  const { store, kiosk } = ports;
  const stamp = stamper(ports);
  const queue: Input[] = [];
  let state: State = initialState(config, tablesOf(config, store) ?? initialTables(config, stamp().ids));
  let shown = '';
  let draining = false;
  let ended = false;
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });

  function give(input: Input): void {
    if (ended || (queue.length >= queueMax && !makeRoom(queue, input))) return;
    queue.push(input);
    if (draining) return;
    draining = true;
    queueMicrotask(drain);
  }

  const { meta } = state.tables;
  const perform = performer({
    ...ports,
    give,
    locker: meta.lockerId,
    incarnation: () => state.tables.meta.incarnation,
  });

  function drain(): void {
    try {
      for (let input = queue.shift(); input && !ended; input = queue.shift()) step(input);
    } catch (error) {
      // What is in memory may no longer be what is on disk: only a new start is safe.
      ended = true;
      perform.stop();
      fail(error);
    } finally {
      draining = false;
    }
  }

  function step(input: Input): void {
    const decision = decide(state, input, stamp());
    if (decision.change) store.commit(decision.change);
    state = decision.state;
    for (const effect of decision.effects) perform(effect);
    ports.console?.tell(decision.change?.lines.map(({ line }) => line) ?? []);
    show();
  }

  function show(): void {
    const now = state;
    ports.console?.show(() => consoleView(now));
    const view = viewOf(state);
    const text = JSON.stringify(view);
    if (text === shown) return;
    shown = text;
    kiosk.show(view);
  }

  async function stop(): Promise<void> {
    await perform.pulsesEnded();
    drain();
    ended = true;
    perform.stop();
  }

  show();
  return { give, stop, failed };
}

function tablesOf({ lockerId }: Config, store: AgentPorts['store']): Tables | undefined {
  const tables = store.load();
  if (tables && tables.meta.lockerId !== lockerId)
    throw new StoreError(
      'refused',
      `the database belongs to locker ${tables.meta.lockerId}, and the key to ${lockerId}: put the right one in its place, or enrol the unit with --replace`,
    );
  return tables;
}

function stamper({ clock, random }: Pick<AgentPorts, 'clock' | 'random'>): () => Stamp {
  const startMs = clock.monotonicMs();
  return () => {
    const wallMs = Math.round(clock.wallMs());
    const bytes = random.bytes(30);
    return {
      wallMs,
      monotonicMs: Math.round(clock.monotonicMs() - startMs),
      ids: uuidBase(wallMs, bytes),
      nonce: Buffer.from(bytes.subarray(10, 26)).toString('base64url'),
      random: new DataView(bytes.buffer, bytes.byteOffset + 26).getUint32(0) / 2 ** 32,
    };
  };
}

/** What a full queue may lose: a person tries again, and so does the server. */
const droppable: readonly Input['kind'][] = [
  'touched',
  'codeEntered',
  'barcodeScanned',
  'badgeScanned',
  'scanUnreadable',
  'technicianAsked',
  'messageReceived',
];

/** True when the input may go in all the same. Of a door's positions only the newest is kept. */
function makeRoom(queue: Input[], input: Input): boolean {
  if (input.kind === 'doorSeen') {
    const older = queue.findIndex((waiting) => waiting.kind === 'doorSeen' && waiting.slot === input.slot);
    if (older >= 0) queue.splice(older, 1);
    return true;
  }
  return !droppable.includes(input.kind);
}
