import { describe, expect, test } from 'vitest';
import type { LiveMessage, OpsEvent, OpsLocker } from '../../http/index.ts';
import { changeOps, emptyOps } from './ops-state.ts';

const event = (seq: number, received = '2026-01-01T00:00:00.000Z') =>
  ({ eventId: `event-${seq}`, lockerId: 'gb-aaaaaaaa', ordinal: 1, seq, receivedAt: received }) as OpsEvent;
const locker = (name: string, online = false) => ({ lockerId: `gb-${name}`, name, online }) as OpsLocker;
type Alarm = Extract<LiveMessage, { name: 'alarm' }>['data'];

describe('the log', () => {
  test('has each row once, newest first, however loaded and live rows overlap', () => {
    const live = [event(4), event(3)].reduce(
      (state, next) => changeOps(state, { kind: 'events', events: [next] }),
      emptyOps,
    );
    const late = event(9, '2025-12-31T23:59:59.999Z');
    const loaded = changeOps(live, { kind: 'events', events: [event(3), event(2), late] });
    expect(loaded.events.map(({ seq }) => seq)).toEqual([4, 3, 2, 9]);
  });

  test('keeps the newest 200 rows', () => {
    const events = Array.from({ length: 250 }, (_, index) => event(index + 1));
    const full = changeOps(emptyOps, { kind: 'events', events });
    expect([full.events.length, full.events[0]?.seq, full.events.at(-1)?.seq]).toEqual([200, 250, 51]);
    const next = changeOps(full, { kind: 'events', events: [event(251)] });
    expect([next.events.length, next.events[0]?.seq, next.events.at(-1)?.seq]).toEqual([200, 251, 52]);
  });
});

test('a changed locker takes its place by name, and a new one comes in', () => {
  const loaded = changeOps(emptyOps, { kind: 'lockers', lockers: [locker('b'), locker('c')] });
  const changed = changeOps(loaded, { kind: 'locker', locker: locker('c', true) });
  const grown = changeOps(changed, { kind: 'locker', locker: locker('a') });
  expect(grown.lockers).toEqual([locker('a'), locker('b'), locker('c', true)]);
});

test('alarms are told once, newest first, the last ten', () => {
  const alarms = Array.from({ length: 12 }, (_, index) => ({ id: `alarm-${index}` }) as Alarm);
  const state = [...alarms, alarms[11] as Alarm].reduce(
    (before, alarm) => changeOps(before, { kind: 'alarm', alarm }),
    emptyOps,
  );
  expect(state.alarms.map(({ id }) => id)).toEqual(
    alarms
      .toReversed()
      .slice(0, 10)
      .map(({ id }) => id),
  );
});

test('a load that succeeds ends the trouble before it', () => {
  const troubled = changeOps(emptyOps, { kind: 'trouble', words: 'The server does not answer.' });
  expect(changeOps(troubled, { kind: 'lockers', lockers: [] }).trouble).toBeNull();
});
