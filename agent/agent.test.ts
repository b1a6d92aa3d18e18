import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealEnvelope, sealOf, topicFor } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { realClock } from './adapters/clock/real-clock.ts';
import { httpKiosk } from './adapters/kiosk/http-kiosk.ts';
import { memoryStore } from './adapters/store/memory-store.ts';
import { sqliteStore } from './adapters/store/sqlite-store.ts';
import { inbox } from './contracts/inbox.ts';
import { initialTables } from './core/initial.ts';
import type { KioskAction } from './core/input.ts';
import type { KioskView } from './core/screen.ts';
import { anId, badge, config } from './core/testing.ts';
import { barcode, code, FakeServer, keys, lockerId, plan, testAgent } from './testing.ts';

/** A whole agent, with its real database and its real kiosk; doors, scanner and line are fakes. */
describe('an agent', () => {
  let folder: string;
  const ends: (() => unknown)[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lw-agent-'));
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  const begin = async () => {
    const clock = realClock();
    const kiosk = httpKiosk({ port: 0, clock });
    const unit = testAgent({ clock, kiosk, store: sqliteStore(folder) });
    const server = new FakeServer(unit.uplink);
    server.setPlan(plan);
    ends.push(unit.agent.stop);
    await unit.agent.start();
    await server.planInForce();
    const page = new WebSocket(`${kiosk.url.replace('http', 'ws')}/live`);
    const views = inbox<KioskView>();
    page.on('message', (data) => views.push(JSON.parse(String(data))));
    await once(page, 'open');
    ends.push(() => page.terminate());
    const screen = async (name: KioskView['screen']['name']) => {
      for (;;) {
        const view = await views.next();
        if (view.screen.name === name) return view;
      }
    };
    const touch = (action: KioskAction) => page.send(JSON.stringify(action));
    return { ...unit, server, screen, touch };
  };

  it('takes a parcel from a courier and gives it to whoever types its code, and tells the server all of it', async () => {
    const { server, screen, touch, scanner, doors } = await begin();
    await screen('idle');
    scanner.scan(badge);
    await screen('courierReady');
    scanner.scan(barcode);
    expect((await screen('doorOpen')).screen).toMatchObject({ slot: 2, purpose: 'deposit' });
    doors.set(2, 'closed');
    await screen('doorClosed');
    touch({ do: 'finish' });
    await server.has('package.deposited');

    touch({ do: 'enterCode', code });
    expect((await screen('doorOpen')).screen).toMatchObject({ slot: 2, purpose: 'collect' });
    doors.set(2, 'closed');
    await screen('doorClosed');
    touch({ do: 'finish' });
    expect((await screen('thanks')).online).toBe(true);
    await server.has('visit.ended', 2);
    expect(doors.pulses).toEqual([2, 2]);
    const authorised = server.events.filter((event) => event.kind === 'access.authorised');
    expect(authorised.map(({ allowedBy }) => allowedBy)).toEqual([
      { means: 'courier badge', id: anId(1) },
      { means: 'grant', id: anId(3) },
    ]);
  });

  it('keeps codes, badges and keys out of its log, its database and its messages', async () => {
    const { server, screen, touch, scanner, doors, log, agent } = await begin();
    scanner.scan(badge);
    scanner.scan(barcode);
    await screen('doorOpen');
    doors.set(2, 'closed');
    await screen('doorClosed');
    touch({ do: 'enterCode', code: '87654321' });
    await server.has('access.denied');
    touch({ do: 'finish' });
    touch({ do: 'enterCode', code });
    await screen('doorOpen');
    scanner.scan(`${badge.slice(0, -1)}Z`);
    await server.has('access.denied', 2);
    await agent.stop();
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    const texts = [...files, ...log, JSON.stringify(server.events)].join('\n');
    expect(texts).toContain(barcode);
    for (const secret of [code, '87654321', badge.slice(3, -1), keys.brokerPassword])
      expect(texts).not.toContain(secret);
  });

  it('sends what happened without a line once there is one, in batches that fit', async () => {
    const unit = testAgent({ store: sqliteStore(folder) });
    const server = new FakeServer(unit.uplink);
    ends.push(unit.agent.stop);
    unit.uplink.setReachable(false);
    await unit.agent.start();
    // As much as three loose wires may write.
    for (let count = 0; count < 60; count += 1)
      for (const slot of [1, 2, 3])
        for (const position of ['open', 'unknown'] as const) unit.doors.set(slot, position);
    await unit.screen('idle');
    unit.uplink.setReachable(true);
    await unit.clock.until(server.has('door.unknown', 180));
    expect(server.events.length).toBeGreaterThan(300);
    expect(Math.max(...server.batches)).toBe(64);
    expect(server.events.map(({ seq }) => seq)).toEqual(server.events.map((_, index) => index + 1));
  });

  it('writes down what became of a pulse that is under way when it stops', async () => {
    const unit = testAgent({ store: sqliteStore(folder) });
    const server = new FakeServer(unit.uplink);
    server.setPlan(plan);
    await unit.agent.start();
    await server.planInForce();
    unit.scanner.scan(badge);
    await unit.clock.until(unit.screen('courierReady'));
    unit.doors.slow = true;
    unit.scanner.scan(barcode);
    await unit.clock.until(unit.screen('doorOpen'));
    await unit.agent.stop();
    const store = sqliteStore(folder);
    ends.push(() => store.close());
    const kinds = store.readJournal(1, 100).map((line) => JSON.parse(line).kind);
    expect(kinds.at(-1)).toBe('door.pulsed');
  });

  it('refuses a database of another locker', () => {
    const { meta, ...tables } = initialTables(config, '01900000-0000-7000-8000-000000000000');
    const load = () => ({ ...tables, meta: { ...meta, lockerId: 'gb-otherone' } });
    expect(() => testAgent({ store: { ...memoryStore(), load } })).toThrow(/belongs to locker gb-otherone/);
  });
});

describe('messages from the line', () => {
  it.each([
    ['under another key', () => sealed({ key: keys.up })],
    ['sealed for another topic', () => sealed({ topic: 'down/command' })],
    [
      'changed on the way',
      () => Buffer.concat([sealed().subarray(0, 40), Buffer.from('!'), sealed().subarray(41)]),
    ],
    ['not UTF-8', () => Buffer.from([0xff, 0xfe, 0x0a])],
    ['too long', () => Buffer.alloc(40_000, 'x')],
    ['empty', () => Buffer.alloc(0)],
    ['of too many items', () => manyItems()],
    ['of an unknown version', () => sealed({ header: { v: 2 } })],
    ['of an unknown type', () => sealed({ header: { type: 'open' } })],
    ['of another locker', () => sealed({ header: { locker: 'gb-otherone' } })],
    ['of a type for another topic', () => sealed({ topic: 'down/plan' }), 'plan' as const],
  ])(
    'are dropped when %s, and told without their content',
    async (_what, payload, kind: 'want' | 'plan' = 'want') => {
      const unit = testAgent();
      const server = new FakeServer(unit.uplink);
      await unit.agent.start();
      await server.has('agent.started');
      unit.uplink.deliver(kind, payload());
      expect(unit.log.at(-1)).toContain('dropped a message from the broker');
      expect(unit.log.at(-1)).not.toContain('nnnnn');
      await unit.agent.stop();
    },
  );

  it('are nothing when they are wants that were sent before, in this session or an earlier one', async () => {
    const unit = testAgent();
    const server = new FakeServer(unit.uplink);
    const { deliver } = unit.uplink;
    const wants: Uint8Array[] = [];
    unit.uplink.deliver = (kind, payload) => {
      if (kind === 'want') wants.push(payload);
      deliver(kind, payload);
    };
    const replay = async () => {
      for (const want of wants) deliver('want', want);
      await unit.clock.advance(5_000);
    };
    await unit.agent.start();
    unit.doors.set(1, 'open');
    await unit.clock.until(server.has('door.opened'));
    const known = server.events.length;
    await replay();
    expect(server.events).toHaveLength(known);

    const { onReceived } = unit.uplink;
    const unanswered: string[] = [];
    unit.uplink.setReachable(false);
    unit.uplink.onReceived = (kind) => void unanswered.push(kind);
    unit.uplink.setReachable(true);
    unit.doors.set(1, 'closed');
    await unit.clock.advance(1);
    await replay();
    expect([unanswered, unit.kiosk.view?.online]).toEqual([['hello'], false]);

    unit.uplink.onReceived = onReceived;
    await unit.clock.until(server.has('door.closed'));
    expect(server.events.map(({ seq }) => seq)).toEqual(server.events.map((_, index) => index + 1));
    await unit.agent.stop();
  });

  it('fill no log, however many are bad', async () => {
    const unit = testAgent();
    await unit.agent.start();
    await unit.clock.until(new Promise<void>((resolve) => (unit.uplink.onReceived = () => resolve())));
    for (let count = 0; count < 1_000; count += 1) unit.uplink.deliver('want', Buffer.from('junk'));
    expect(unit.log.length).toBeLessThan(15);
    await unit.agent.stop();
  });

  it('are taken when they are what they should be', async () => {
    const unit = testAgent();
    const server = new FakeServer(unit.uplink);
    await unit.agent.start();
    await server.has('agent.started');
    unit.uplink.deliver('want', sealed());
    expect(unit.log.join()).not.toContain('dropped');
    await unit.agent.stop();
  });

  /** More than our own writer makes: sealed by hand, and only the number of its items is wrong. */
  const manyItems = () => {
    const topic = topicFor(lockerId, 'down/want');
    const body = `${JSON.stringify({ v: 1, type: 'wantHello', locker: lockerId })}\n${'{}\n'.repeat(65)}`;
    return Buffer.from(body + sealOf(keys.down, topic, body));
  };
  const sealed = ({
    key = keys.down,
    topic = 'down/want' as 'down/want' | 'down/plan' | 'down/command',
    header = {},
  } = {}) =>
    sealEnvelope(key, topicFor(lockerId, topic), { v: 1, type: 'wantHello', locker: lockerId, ...header }, [
      'nnnnn',
    ]);
});
