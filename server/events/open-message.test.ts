import { sealEnvelope, sealOf, topicFor } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedLocker, startTestBench, type TestBench, testKeys } from './testing.ts';

let bench: TestBench;
let locker: ScriptedLocker;

beforeEach(() => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
});
afterEach(() => bench.stop());

describe('what is not taken at all', () => {
  beforeEach(() => locker.greet());
  const topicOf = (kind: 'beat' | 'hello' | 'events') => topicFor(locker.id, `up/${kind}`);
  const header = (change = {}) => {
    const { agentNonce, serverNonce, incarnation } = locker;
    const standing = { next: 1, head: locker.headBefore(1), serverEpoch: 1, rev: 0, digests: {} };
    const clock = { at: 1, state: 'good', floor: 1 };
    const whole = { v: 1, type: 'beat', locker: locker.id, incarnation, agentNonce, serverNonce };
    return { ...whole, ...standing, clock, ...change };
  };
  const beat = ({ key = locker.keys.up, change = {}, topic = topicOf('beat') } = {}) =>
    [topic, sealEnvelope(key, topicOf('beat'), header(change))] as const;
  const sealed = (topic: string, body: string) =>
    [topic, Buffer.from(body + sealOf(locker.keys.up, topic, body))] as const;

  test('a beat made by hand is taken when nothing is wrong with it', async () => {
    await bench.inject(...beat());
    await bench.settle();
    expect(bench.stateOf(locker).presence?.online).toBe(true);
  });

  test.each([
    ['a wrong seal', () => beat({ key: testKeys('gb-aaaaaaaa').up })],
    ['the seal of the other direction', () => beat({ key: locker.keys.down })],
    ['another topic than it was sealed for', () => beat({ topic: topicOf('hello') })],
    ['another locker’s topic', () => beat({ topic: topicFor('gb-aaaaaaaa', 'up/beat') })],
    ['another locker in its header', () => beat({ change: { locker: 'gb-aaaaaaaa' } })],
    ['another type than its topic', () => sealed(topicOf('hello'), `${JSON.stringify(header())}\n`)],
    ['another version', () => beat({ change: { v: 2 } })],
    ['a header that is not known', () => beat({ change: { type: 'song' } })],
    ['a topic that is not ours', () => ['lw2/gb/x/up/beat', Buffer.from('x')] as const],
    ['bytes that are not UTF-8', () => [topicOf('beat'), Buffer.from([0xff, 0xfe, 10])] as const],
    ['nothing', () => [topicOf('beat'), Buffer.alloc(0)] as const],
    ['too many bytes', () => sealed(topicOf('events'), `${'x'.repeat(33_000)}\n`)],
    ['too many items', () => sealed(topicOf('events'), `${JSON.stringify(header())}\n${'{}\n'.repeat(65)}`)],
    ['a beat with items', () => sealed(topicOf('beat'), `${JSON.stringify(header())}\n{}\n`)],
  ])('%s: no answer, no effect', async (_name, make) => {
    const before = bench.stateOf(locker);
    const [topic, payload] = make();
    await bench.inject(topic ?? '', payload);
    await bench.settle();
    expect(bench.stateOf(locker)).toEqual(before);
    expect(locker.pending()).toEqual([]);
  });
});
