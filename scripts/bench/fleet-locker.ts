import {
  DownMessage,
  deriveLockerKeys,
  type LockerId,
  limits,
  openEnvelope,
  planDigests,
  roomFor,
  sealEnvelope,
  topicFor,
  type UpMessage,
  type Want,
} from '@latchwork/shared';
import { connect, type MqttClient } from 'mqtt';
import type { FleetJournal } from './fleet-journal.ts';

/** One locker on a real line that speaks the real protocol, and has nothing to say but its journal. */
export interface FleetLocker {
  /** Connects, says hello, and resolves with the first want. */
  greet(): Promise<void>;
  /** Sends the journal's lines up to this one, in batches within the window; resolves when a want says that all are kept. */
  send(to: number): Promise<void>;
  end(): void;
}

const agentNonce = 'b'.repeat(22);

export function fleetLocker(options: {
  id: LockerId;
  lockerKey: Uint8Array;
  url: string;
  journal: FleetJournal;
}): FleetLocker {
  const { id, url, journal } = options;
  const keys = deriveLockerKeys(options.lockerKey);
  let client: MqttClient | undefined;
  let want: Want | undefined;
  let sentTo = 1;
  let wantedTo = 1;
  let onWant = () => {};

  const up = (kind: UpMessage['type'], header: object, lines: readonly string[] = []) => {
    const topic = topicFor(id, `up/${kind}`);
    const whole = { v: 1, type: kind, locker: id, incarnation: journal.incarnation, agentNonce, ...header };
    client?.publish(topic, Buffer.from(sealEnvelope(keys.up, topic, whole, lines)), { qos: 1 });
  };

  const pump = () => {
    if (!want) return;
    const most = Math.min(wantedTo, want.from + want.window);
    while (sentTo < most) {
      const lines = journal.lines.slice(sentTo - 1, most - 1).slice(0, limits.envelopeItemsMax);
      const batch = lines.slice(0, roomFor(lines));
      const headBefore = journal.hashes[sentTo - 1] ?? '';
      up('events', { serverNonce: want.serverNonce, first: sentTo, headBefore }, batch);
      sentTo += batch.length;
    }
  };

  const receive = (topic: string, payload: Uint8Array) => {
    const opened = openEnvelope(keys.down, topic, payload);
    if (!opened.ok) throw new Error(`${id} was sent something with ${opened.reason}`);
    const message = DownMessage.parse(opened.envelope.header);
    if (message.type !== 'want') return;
    want = message;
    onWant();
    pump();
  };

  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      onWant = () => holds() && resolve();
      onWant();
    });

  return {
    async greet() {
      client = connect(url, {
        clientId: id,
        username: id,
        password: keys.brokerPassword,
        reconnectPeriod: 0,
      });
      const mine = client;
      mine.on('message', receive);
      await new Promise((resolve, reject) => mine.once('connect', resolve).once('error', reject));
      await mine.subscribeAsync(topicFor(id, 'down/want'), { qos: 1 });
      const standing = { serverEpoch: 0, rev: 0, digests: planDigests([]), next: 1, head: journal.hashes[0] };
      const clock = { at: 0, state: 'floor', floor: 0 };
      up('hello', { ...standing, clock, trimmedTo: 0, acked: 0, version: 'bench', reborn: false });
      await until(() => want !== undefined);
    },
    send(to) {
      wantedTo = to;
      const all = until(() => (want?.from ?? 0) >= to);
      pump();
      return all;
    },
    end: () => void client?.end(true),
  };
}
