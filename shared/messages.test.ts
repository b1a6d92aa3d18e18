import { describe, expect, it } from 'vitest';
import {
  alarms,
  DownMessage,
  limits,
  OpsAlarm,
  OpsStatus,
  sealEnvelope,
  topicFor,
  UpMessage,
} from './index.ts';

const uuid = '01926f2e-7c00-7abc-8def-0123456789ab';
const nonce = 'n'.repeat(22);
const hash = 'h'.repeat(43);
const at = 1_763_000_000_000;
const kinds = ['slot', 'booking', 'grant', 'revocation', 'courier', 'policy', 'keyset'];

const up = { v: 1, locker: 'in-southernmost-7k3m9x2p', incarnation: uuid, agentNonce: nonce };
const fresh = { ...up, serverNonce: nonce };
const standing = {
  next: Number.MAX_SAFE_INTEGER,
  head: hash,
  serverEpoch: Number.MAX_SAFE_INTEGER,
  rev: Number.MAX_SAFE_INTEGER,
  digests: Object.fromEntries(kinds.map((kind) => [kind, hash])),
  clock: { at, state: 'suspect', floor: at },
};
const messages = {
  hello: {
    ...up,
    type: 'hello',
    ...standing,
    trimmedTo: 0,
    acked: 0,
    version: 'v'.repeat(40),
    reborn: false,
  },
  events: { ...fresh, type: 'events', first: 1, headBefore: hash },
  beat: { ...fresh, type: 'beat', ...standing },
  will: { ...up, type: 'will' },
  want: {
    ...fresh,
    type: 'want',
    ordinal: 1,
    from: 1,
    headBefore: hash,
    durable: { ordinal: 0, seq: 0 },
    serverEpoch: 0,
    rev: 0,
    now: at,
    window: limits.windowEventsMax,
    spreadS: 30,
    fence: 'replaced',
  },
  wantHello: { v: 1, locker: up.locker, type: 'wantHello' },
  delta: { ...fresh, type: 'plan', serverEpoch: 1, rev: 2, body: { as: 'delta', fromRev: 1 } },
  snapshot: {
    ...fresh,
    type: 'plan',
    serverEpoch: 1,
    rev: 2,
    body: { as: 'snapshot', part: 1, parts: 1, digest: hash },
  },
};
const upTypes = ['hello', 'events', 'beat', 'will'];

describe.each(Object.entries(messages))('%s', (name, message) => {
  const [right, wrong] = upTypes.includes(name) ? [UpMessage, DownMessage] : [DownMessage, UpMessage];
  const refuses = (value: object) =>
    expect(right.safeParse(value).success, JSON.stringify(value)).toBe(false);

  it('is read in its own direction only', () => {
    expect(right.parse(message)).toEqual(message);
    expect(wrong.safeParse(message).success).toBe(false);
  });

  it('is refused in another version, with a further field, or without one', () => {
    refuses({ ...message, v: 2 });
    refuses({ ...message, colour: 'red' });
    for (const field of Object.keys(message))
      if (field !== 'fence') refuses({ ...message, [field]: undefined });
  });

  it('leaves the room in an envelope that its items count on', () => {
    const topic = topicFor(up.locker, 'up/hello');
    expect(sealEnvelope(new Uint8Array(32), topic, message).length).toBeLessThanOrEqual(2048);
  });
});

describe('a message', () => {
  it.each([
    ['a short nonce', { ...messages.will, agentNonce: nonce.slice(1) }],
    ['a nonce in other letters', { ...messages.will, agentNonce: '='.repeat(22) }],
    ['a hash with a line feed', { ...messages.events, headBefore: `${hash}\n` }],
    ['a locker of no form', { ...messages.will, locker: 'gb' }],
    ['number -1', { ...messages.events, first: -1 }],
    ['a clock that is another', { ...messages.beat, clock: { ...standing.clock, state: 'fine' } }],
    ['an unknown type', { ...messages.will, type: 'constructor' }],
  ])('is refused: %s', (_, value) => {
    expect(UpMessage.safeParse(value).success).toBe(false);
  });

  it('is refused when its snapshot has no parts, or too many', () => {
    const body = messages.snapshot.body;
    for (const parts of [0, 1001])
      expect(DownMessage.safeParse({ ...messages.snapshot, body: { ...body, parts } }).success).toBe(false);
    expect(DownMessage.safeParse({ ...messages.snapshot, body: { ...body, as: 'whole' } }).success).toBe(
      false,
    );
  });
});

describe("the operators' messages", () => {
  const status = {
    v: 1,
    locker: 'gb-7k3m9x2p',
    online: false,
    since: at,
    lastSyncedAt: null,
    slots: { total: 16, free: 12, occupied: 2, unsettled: 1, outOfService: 1 },
    at,
  };
  const alarm = { v: 1, id: uuid, locker: 'gb-7k3m9x2p', at, detail: 'Door 3 did not open.' };

  it('say how a locker stands', () => {
    expect(OpsStatus.parse(status)).toEqual(status);
    expect(OpsStatus.parse({ ...status, lastSyncedAt: at }).lastSyncedAt).toBe(at);
    for (const bad of [
      { lastSyncedAt: undefined },
      { online: 'yes' },
      { slots: { ...status.slots, free: -1 } },
      { secret: 1 },
    ])
      expect(OpsStatus.safeParse({ ...status, ...bad }).success).toBe(false);
  });

  it.each(Object.keys(alarms))('raise the alarm: %s', (name) => {
    expect(OpsAlarm.parse({ ...alarm, alarm: name, slot: 3 })).toEqual({ ...alarm, alarm: name, slot: 3 });
    expect(OpsAlarm.safeParse({ ...alarm, alarm: name }).success).toBe(true);
  });

  it.each(['constructor', 'door', ''])('raise no alarm that is not in the table: %j', (name) => {
    expect(OpsAlarm.safeParse({ ...alarm, alarm: name }).success).toBe(false);
  });
});
