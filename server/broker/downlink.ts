import { type DownMessage, type LockerId, type LockerKeys, sealEnvelope, topicFor } from '@latchwork/shared';
import type { BrokerLink } from './broker-link.ts';

/** Undefined for a locker that is unknown or retired. Rejects when the database is away. */
export type KeysOf = (locker: LockerId) => Promise<LockerKeys | undefined>;

/** Sends sealed messages to lockers. */
export interface Downlink {
  /** True once the broker took it, which proves nothing about the locker. Rejects only when `keysOf` does. */
  send(message: DownMessage, lines?: readonly string[]): Promise<boolean>;
}

export function createDownlink(link: Pick<BrokerLink, 'publish'>, keysOf: KeysOf): Downlink {
  return {
    async send(message, lines = []) {
      const keys = await keysOf(message.locker);
      if (!keys) return false;
      const topic = topicOf(message);
      const bytes = sealEnvelope(keys.down, topic, message, lines);
      return link.publish(topic, bytes, { qos: 1, retain: false });
    },
  };
}

/** A `wantHello` travels as a want: to a locker both say what the server wants. */
function topicOf({ type, locker }: DownMessage): string {
  return topicFor(locker, type === 'plan' ? 'down/plan' : 'down/want');
}
