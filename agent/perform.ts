import {
  DownMessage,
  type Events,
  limits,
  openEnvelope,
  protocolVersion,
  roomFor,
  sealEnvelope,
  topicFor,
  type UpMessage,
} from '@latchwork/shared';
import type { AgentPorts } from './agent-ports.ts';
import type { Effect, EffectOf } from './core/effect.ts';
import type { Input } from './core/input.ts';
import type { DoorPulse } from './ports/doors.ts';
import type { DownlinkKind } from './ports/uplink.ts';

type Executors = { [K in Effect['kind']]: (effect: EffectOf<K>) => void };

/** Performs effects after their commit; what comes of them comes back as inputs. */
export function performer(ports: Ports & { give(input: Input): void }): Performer {
  const { doors, clock, give } = ports;
  const timers = new Map<string, () => void>();
  const pulses = new Set<Promise<void>>();
  const link = linkOf(ports);
  const cancel = (id: string) => {
    timers.get(id)?.();
    timers.delete(id);
  };
  const executors: Executors = {
    pulse: ({ slot, authorisation, attempt, pulseMs }) => {
      const done = doors.pulse(slot, pulseMs).then((pulse) => {
        pulses.delete(done);
        give({ kind: 'pulseDone', slot, authorisation, attempt, outcome: outcomeOf(pulse) });
      });
      pulses.add(done);
    },
    // A turn later: the poll that it wakes must not get onto the line before the pulse of the same decision.
    watchDoor: ({ slot, on }) => void clock.after(0, () => doors.watch(slot, on)),
    doorConfirmed: ({ slot }) => doors.confirmedOpen(slot),
    startTimer: ({ id, afterMs }) => {
      cancel(id);
      const stop = clock.after(afterMs, () => {
        timers.delete(id);
        give({ kind: 'timer', id });
      });
      timers.set(id, stop);
    },
    cancelTimer: ({ id }) => cancel(id),
    answerTechnician: ({ request, answer }) => ports.console?.answer(request, answer),
    connect: ({ nonce }) => link.connect(nonce),
    disconnect: () => void ports.uplink.disconnect(),
    sendHello: ({ message }) => link.send('hello', message, []),
    sendBeat: ({ message }) => link.send('beat', message, []),
    sendEvents: (effect) => link.sendEvents(effect),
    readJournal: ({ from, to, gap }) =>
      give({ kind: 'journalRead', to, entries: ports.store.readEntries(from), gap }),
  };
  const perform = <K extends Effect['kind']>(effect: EffectOf<K>) =>
    (executors[effect.kind] as (effect: EffectOf<K>) => void)(effect);
  return Object.assign(perform as (effect: Effect) => void, {
    pulsesEnded: async () => void (await Promise.all(pulses)),
    stop() {
      for (const id of [...timers.keys()]) cancel(id);
    },
  });
}

export interface Performer {
  (effect: Effect): void;
  /** Resolves once what became of every pulse so far was given. */
  pulsesEnded(): Promise<void>;
  /** Cancels every timer. */
  stop(): void;
}

type Ports = Pick<AgentPorts, 'doors' | 'clock' | 'uplink' | 'store' | 'keys' | 'logger' | 'console'> & {
  locker: string;
  incarnation(): string;
};

function outcomeOf(pulse: DoorPulse) {
  if (pulse.ok) return { driven: true, acknowledged: pulse.acknowledged } as const;
  return {
    driven: false,
    reason: pulse.reason,
    ...(pulse.retryInMs === undefined ? {} : { retryInMs: pulse.retryInMs }),
  } as const;
}

/** Sealed messages over the uplink, both ways. */
function linkOf({
  uplink,
  store,
  keys,
  logger,
  give,
  locker,
  incarnation,
}: Ports & { give(input: Input): void }) {
  let dropped = 0;
  const seal = (kind: UpMessage['type'], message: object, lines: readonly string[]) =>
    sealEnvelope(keys.up, topicFor(locker, `up/${kind}`), message, lines);

  const send = (kind: 'hello' | 'events' | 'beat', message: object, lines: readonly string[]) => {
    // Unsent is unanswered: the core's own timers send again.
    void uplink.send(kind, seal(kind, message, lines));
  };

  return {
    send,
    connect(agentNonce: string) {
      const will = { v: protocolVersion, type: 'will', locker, incarnation: incarnation(), agentNonce };
      uplink.connect(
        {
          onUp: () => give({ kind: 'linkUp' }),
          onDown(reason) {
            logger.info({ reason }, 'no line to the server');
            give({ kind: 'linkDown', reason });
          },
          onMessage: (kind, payload) => receive(kind, payload),
        },
        seal('will', will, []),
      );
    },
    sendEvents({ from, to, agentNonce, serverNonce }: EffectOf<'sendEvents'>) {
      const lines = store.readJournal(from, Math.min(to - from, limits.windowEventsMax));
      for (let first = from; lines.length > 0; ) {
        const batch = lines.splice(0, roomFor(lines));
        if (batch.length === 0) throw new Error(`journal line ${first} fits no envelope`);
        const headBefore = store.hashAfter(first - 1);
        if (headBefore === undefined) throw new Error(`the journal has no line ${first - 1}`);
        const header: Events = {
          v: protocolVersion,
          type: 'events',
          locker,
          incarnation: incarnation(),
          agentNonce,
          serverNonce,
          first,
          headBefore,
        };
        send('events', header, batch);
        first += batch.length;
      }
    },
  };

  /** Logged without content, and ever more seldom: whoever owns the broker could fill the log. */
  function drop(kind: DownlinkKind, reason: string): void {
    dropped += 1;
    if (Number.isInteger(Math.log2(dropped)))
      logger.warn({ kind, reason, dropped }, 'dropped a message from the broker');
  }

  function receive(kind: DownlinkKind, payload: Uint8Array): void {
    const opened = openEnvelope(keys.down, topicFor(locker, `down/${kind}`), payload);
    if (!opened.ok) return drop(kind, opened.reason);
    const message = DownMessage.safeParse(opened.envelope.header);
    if (!message.success) return drop(kind, 'sealed, but of an unknown form');
    if (topicOf[message.data.type] !== kind || message.data.locker !== locker)
      return drop(kind, 'sealed, but for another topic or locker');
    const { data } = message;
    const headThere = data.type === 'want' ? store.hashAfter(data.from - 1) : undefined;
    const proof = headThere === undefined ? {} : { headThere };
    give({ kind: 'messageReceived', message: data, lines: opened.envelope.lines, ...proof });
  }
}

const topicOf = { want: 'want', wantHello: 'want', plan: 'plan' } as const;
