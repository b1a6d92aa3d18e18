import { type LockerId, limits } from '@latchwork/shared';
import type { Downlink, Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { PlanSender } from '../plan/index.ts';
import { atMostEvery } from './at-most.ts';
import type { LockerOutcome } from './decide-locker.ts';
import type { PresenceWatch } from './presence-watch.ts';

export interface AnswerOptions {
  downlink: Downlink;
  plan: Pick<PlanSender, 'look'>;
  watch: Pick<PresenceWatch, 'probed'>;
  clock: Clock;
  logger: Logger;
}

/** Does what follows from a commit. Called after it and never before: a want says that everything below is safe. */
export type Answer = (outcome: LockerOutcome) => void;

export function answering({ downlink, plan, watch, clock, logger }: AnswerOptions): Answer {
  const mayAskHello = atMostEvery(limits.askHelloIntervalMs, clock);
  const failed = (locker: LockerId) => (error: unknown) =>
    logger.warn({ err: error, locker }, 'A locker could not be answered; it asks again');
  return ({ locker, wants, askHello, probe, plan: standing, oddities }) => {
    for (const oddity of oddities) logger.info({ locker, oddity }, 'A batch did not fit the log');
    for (const want of wants) downlink.send(want).catch(failed(locker));
    if (askHello && mayAskHello(locker))
      downlink.send({ v: 1, locker, type: 'wantHello' }).catch(failed(locker));
    if (probe) watch.probed(locker, probe);
    if (standing) plan.look(standing);
  };
}
