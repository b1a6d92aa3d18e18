import { expect, test } from 'vitest';
import { chooseSending, type LastSent } from './choose-sending.ts';
import { planSendLimits } from './plan-limits.ts';
import type { PlanStanding } from './standing.ts';

const session = { incarnation: 'i', agentNonce: 'a', serverNonce: 'now', startedAt: 0 };
const standing = (rev: number, change: Partial<PlanStanding> = {}): PlanStanding => ({
  locker: 'gb-7k3m9x2p',
  session,
  head: { serverEpoch: 5, rev: 10 },
  confirmed: { serverEpoch: 5, rev },
  drifted: false,
  since: 'beat',
  ...change,
});
const sent = (change: Partial<LastSent> = {}): LastSent => ({
  serverNonce: 'now',
  serverEpoch: 5,
  toRev: 8,
  atMs: 1_000,
  ...change,
});
const lately = 1_000 + planSendLimits.resendAfterMs - 1;

test.each([
  ['at the head', standing(10), undefined, { as: 'nothing' }],
  ['behind', standing(7), undefined, { as: 'delta', fromRev: 7 }],
  ['without any plan', standing(0), undefined, { as: 'snapshot' }],
  ['of another epoch', standing(7, { confirmed: { serverEpoch: 4, rev: 7 } }), undefined, { as: 'snapshot' }],
  ['drifted at the head', standing(10, { drifted: true }), undefined, { as: 'snapshot' }],
  [
    'drifted, and sent a snapshot lately',
    standing(10, { drifted: true }),
    sent({ toRev: 10 }),
    { as: 'nothing' },
  ],
  ['behind what was sent lately', standing(7), sent(), { as: 'delta', fromRev: 8 }],
  ['behind, and all was sent lately', standing(7), sent({ toRev: 10 }), { as: 'nothing' }],
  [
    'behind what was sent in another session',
    standing(7),
    sent({ serverNonce: 'old' }),
    { as: 'delta', fromRev: 7 },
  ],
  [
    'behind what was sent of another epoch',
    standing(7),
    sent({ serverEpoch: 4 }),
    { as: 'delta', fromRev: 7 },
  ],
  ['behind, as its hello says', standing(7, { since: 'hello' }), sent(), { as: 'delta', fromRev: 7 }],
  ['behind, as news say', standing(7, { since: 'news' }), sent(), { as: 'delta', fromRev: 8 }],
])('a locker %s: %j', (_name, where, last, expected) => {
  expect(chooseSending(where, last, lately)).toEqual(expected);
});

test('what was sent longer ago and is still not there is sent again', () => {
  expect(chooseSending(standing(7), sent(), lately + 1)).toEqual({ as: 'delta', fromRev: 7 });
});
