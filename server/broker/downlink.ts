import { type DownMessage, sealEnvelope, topicFor } from '@latchwork/shared';
import type { BrokerLink } from './broker-link.ts';
import type { LockerKeyring } from './locker-keys.ts';

/** Sends sealed messages to lockers. */
export interface Downlink {
  /** True once the broker took it, which proves nothing about the locker. Rejects only when the keyring does. */
  send(message: DownMessage, lines?: readonly string[]): Promise<boolean>;
}

export function createDownlink(link: Pick<BrokerLink, 'publish'>, keyring: LockerKeyring): Downlink {
  return {
    async send(message, lines = []) {
      const keys = await keyring.keysOf(message.locker);
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
