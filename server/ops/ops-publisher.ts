import { type LockerId, type OpsAlarm, topicFor } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { BrokerLink, Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { publishAlarms } from './alarm-outbox.ts';
import { opsLimits } from './ops-limits.ts';
import { startRounds } from './rounds.ts';
import { startStatusPublisher } from './status-publisher.ts';

export interface OpsPublisherOptions {
  ledger: Pick<Ledger, 'onCommitted'>;
  db: Kysely<Tables>;
  link: BrokerLink;
  clock: Clock;
  logger: Logger;
}

/** Tells operators over MQTT how lockers stand, and of alarms. */
export interface OpsPublisher {
  /** A locker was heard, or taken offline: what the ledger gives no news of. */
  touch(locker: LockerId): void;
  stop(): Promise<void>;
}

export function startOpsPublisher(options: OpsPublisherOptions): OpsPublisher {
  const { ledger, db, link, clock, logger } = options;
  const status = startStatusPublisher(options);
  const publish = (alarm: OpsAlarm) =>
    link.publish(topicFor(alarm.locker, 'ops/alarm'), JSON.stringify(alarm), { qos: 1, retain: false });
  const alarms = startRounds({
    async round() {
      if (!link.up) return false;
      const limit = opsLimits.alarmsPerRoundMax;
      return (await publishAlarms(db, publish, { limit, nowMs: clock.nowMs() })).full;
    },
    delayMs: 0,
    pollMs: opsLimits.pollMs,
    clock,
    logger,
    what: 'Alarms cannot be published now',
  });
  const stopListening = [
    ledger.onCommitted((news) => {
      if (news.kind === 'alarm') alarms.wake();
      else if (news.kind !== 'notification') status.touch(news.locker);
    }),
    link.onUp(() => alarms.wake()),
  ];
  return {
    touch: status.touch,
    async stop() {
      for (const stop of stopListening) stop();
      await Promise.all([status.stop(), alarms.stop()]);
    },
  };
}
