import { type Plan, protocolVersion, type Want } from '@latchwork/shared';
import type { TestLocker } from '../testing.ts';

/** The server's side of a session, for tests of the line. */
export const serverNonce = 's'.repeat(22);

export function want(locker: TestLocker, change: Partial<Want> = {}): Want {
  const { meta } = locker.disk;
  return {
    v: protocolVersion,
    type: 'want',
    locker: meta.lockerId,
    incarnation: meta.incarnation,
    agentNonce: locker.state.link.agentNonce,
    serverNonce,
    ordinal: 1,
    from: 1,
    headBefore: locker.headBefore(change.from ?? 1) ?? meta.head,
    durable: { ordinal: 0, seq: 0 },
    serverEpoch: 5,
    rev: 1,
    now: locker.nowMs,
    window: 256,
    spreadS: 60,
    ...change,
  };
}
export const hear = (locker: TestLocker, message: Want | Plan, lines: string[] = []) => {
  const headThere = message.type === 'want' ? locker.headBefore(message.from) : undefined;
  locker.give({
    kind: 'messageReceived',
    message,
    lines,
    ...(headThere === undefined ? {} : { headThere }),
  });
};

/** Connected, greeted, and acknowledged up to its journal's end. */
export function live(locker: TestLocker): void {
  locker.give({ kind: 'linkUp' });
  hear(locker, want(locker));
  hear(locker, want(locker, { from: locker.disk.meta.nextSeq }));
}
