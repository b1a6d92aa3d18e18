import { describe, expect, it } from 'vitest';
import { AnyEvent, type EventBody, type EventKind, eventBodies, limits, parseEvent } from './index.ts';

const id = '01926f2e-7c00-7abc-8def-0123456789ab';
const entity = `gb_${id}`;
const base = { id, seq: 7, at: 1_763_000_000_000, clock: 'good' } as const;
const opening = { authorisation: id, slot: 3 };
const everySlot = Array.from({ length: limits.slotsMax }, (_, n) => n + 1);

/** One body of each kind, with every field it may have. A new kind does not compile without one. */
const samples: { [K in EventKind]: Required<EventBody<K>> } = {
  'agent.started': { version: '0.1.0', unseen: everySlot },
  'clock.changed': { state: 'suspect', stepMs: -86_400_001 },
  'log.gap': { incarnation: id, from: 3, to: 9 },
  'board.lost': { board: 'no answer', detail: 'no answer', slots: everySlot },
  'board.back': { board: 'no answer', slots: everySlot },
  'board.noisy': { board: 'left', detail: 'no answer' },
  'board.quiet': { board: 'left' },
  'supply.sagged': { supply: 'main', board: 'left', detail: 'no answer' },
  'service.started': { visit: id, by: 'cabinet switch', minutes: 15 },
  'service.ended': { visit: id, reason: 'left' },
  'visit.started': { visit: id, person: 'courier', courier: entity },
  'visit.ended': { visit: id, reason: 'walked away' },
  'access.denied': { means: 'code', reason: 'unknown code' },
  'access.authorised': {
    ...opening,
    visit: id,
    purpose: 'collect',
    allowedBy: { means: 'grant', id: entity },
    booking: entity,
    barcode: '1Z999AA10123456784',
  },
  'access.ended': { ...opening, outcome: 'done' },
  'door.pulsed': { ...opening, attempt: 1, acknowledged: false },
  'door.notPulsed': { ...opening, attempt: 2, reason: 'the line is closed' },
  'door.opened': { slot: 3, authorisation: id, visit: id, atStart: false, afterMs: 180 },
  'door.closed': { slot: 3, authorisation: id, visit: id },
  'door.unknown': { slot: 3 },
  'door.known': { slot: 3, position: 'closed' },
  'door.flapping': { slot: 3, changes: 12, withinMs: 9_000 },
  'door.steady': { slot: 3 },
  'door.health': {
    slot: 3,
    day: '2026-01-31',
    openings: 9,
    firstOpens: 8,
    pulses: 11,
    stuck: 0,
    opensInMs: 210,
  },
  'latch.wearing': {
    slot: 3,
    sign: 'opens later',
    firstOpenPercent: 80,
    usualFirstOpenPercent: 99,
    opensInMs: 900,
    usualOpensInMs: 210,
  },
  'latch.recovered': { slot: 3 },
  'door.stuck': { ...opening, attempts: 3 },
  'door.forced': { slot: 3 },
  'door.leftOpen': { slot: 3, authorisation: id, openForMs: 60_000, stage: 2 },
  'door.confirmed': { ...opening, position: 'closed' },
  'grant.redeemed': { ...opening, grant: entity },
  'package.deposited': { ...opening, visit: id, courier: entity, barcode: 'A1', booking: entity, size: 'S' },
  'package.collected': { ...opening, visit: id, booking: entity, grant: entity },
  'slot.unsettled': opening,
  'slot.settled': { slot: 3, occupied: true, by: 'technician' },
  'slot.outOfService': { slot: 3, reason: 'stuck' },
  'slot.inService': { slot: 3 },
  'reopening.lapsed': { slot: 3 },
  'problem.reported': { slot: 3, visit: id, problem: 'slot empty' },
  'events.summarised': { summarised: 'door.opened', count: 400, slot: 3, board: 'left' },
};

/** As a server reads a line. */
const read = (line: string) => parseEvent(AnyEvent.parse(JSON.parse(line)));
const reasonOf = (line: string) => {
  const parsed = read(line);
  return parsed.ok ? 'parsed' : parsed.reason;
};

describe.each(Object.entries(samples))('%s', (kind, body) => {
  const event = { ...base, kind, ...body };

  it('survives writing and reading', () => {
    expect(read(JSON.stringify(event))).toEqual({ ok: true, event });
  });

  it('survives being carried over', () => {
    const origin = { incarnation: id, seq: 9, hash: 'h'.repeat(43) };
    expect(read(JSON.stringify({ ...event, origin }))).toEqual({ ok: true, event: { ...event, origin } });
  });

  it('is set aside with a field that it does not have', () => {
    expect(reasonOf(JSON.stringify({ ...event, colour: 'red' }))).toContain('colour');
  });

  it('needs every field that is not optional', () => {
    const shape = eventBodies[kind as EventKind].shape as Record<
      string,
      { safeParse(value: unknown): { success: boolean } }
    >;
    for (const [field, schema] of Object.entries(shape)) {
      const parsed = read(JSON.stringify({ ...event, [field]: undefined }));
      expect(parsed.ok, field).toBe(schema.safeParse(undefined).success);
    }
  });

  it('fits one line with the longest text of the widest characters', () => {
    const origin = { incarnation: id, seq: Number.MAX_SAFE_INTEGER, hash: 'h'.repeat(43) };
    const longest = JSON.stringify({ ...event, origin }, (_, value) =>
      value === 'A1' || value === 'no answer' ? '\u0001'.repeat(200) : value,
    );
    expect(Buffer.byteLength(longest)).toBeLessThan(limits.eventLineBytesMax);
  });
});

describe('an event that this program does not understand', () => {
  it.each(['door.melted', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])('kind %s', (kind) => {
    expect(reasonOf(JSON.stringify({ ...base, kind, slot: 3 }))).toBe(`unknown kind ${kind}`);
  });

  it('keeps what every event has', () => {
    const line = JSON.stringify({ ...base, kind: 'door.melted', degrees: 1500 });
    expect(AnyEvent.parse(JSON.parse(line))).toEqual({ ...base, kind: 'door.melted', degrees: 1500 });
  });

  it.each([
    ['a slot of another type', { kind: 'door.forced', slot: '3' }],
    ['a slot that no locker has', { kind: 'door.forced', slot: 1000 }],
    ['an unknown reason', { kind: 'visit.ended', visit: id, reason: 'bored' }],
    [
      'a barcode that is too long',
      { kind: 'access.authorised', ...samples['access.authorised'], barcode: 'x'.repeat(129) },
    ],
    ['a NUL, which no database stores', { kind: 'board.back', board: 'a\0b' }],
    ['half a character, which no database stores', { kind: 'board.back', board: 'a\ud800' }],
  ])('%s: says why', (_, fact) => {
    const reason = reasonOf(JSON.stringify({ ...base, ...fact }));
    expect(reason).not.toBe('parsed');
    expect(reason.length).toBeGreaterThan(10);
    expect(reason.length).toBeLessThanOrEqual(limits.textCharactersMax);
  });

  it('gets a reason that can be stored, whatever its fields are called', () => {
    for (const length of Array.from({ length: 20 }, (_, index) => 160 + index)) {
      const reason = reasonOf(
        JSON.stringify({ ...base, kind: 'door.forced', slot: 1, [`\0${'x'.repeat(length)}📦📦`]: 1 }),
      );
      expect(reason.isWellFormed()).toBe(true);
      expect(reason).not.toContain('\0');
      expect(reason.length).toBeLessThanOrEqual(limits.textCharactersMax);
    }
  });

  it('gains nothing by a field named like a prototype', () => {
    const line = `{"__proto__":{"slot":3},${JSON.stringify({ ...base, kind: 'door.forced' }).slice(1)}`;
    expect(read(line).ok).toBe(false);
  });
});

describe('a line that is no event', () => {
  it.each([
    ['null', null],
    ['a list', []],
    ['no id', { ...base, id: undefined, kind: 'door.forced' }],
    ['an id of another version', { ...base, id: id.replace('-7abc', '-4abc'), kind: 'door.forced' }],
    ['number 0', { ...base, seq: 0, kind: 'door.forced' }],
    ['half a number', { ...base, seq: 1.5, kind: 'door.forced' }],
    ['a number beyond the exact ones', { ...base, seq: 2 ** 53, kind: 'door.forced' }],
    ['a time before 1970', { ...base, at: -1, kind: 'door.forced' }],
    ['an unknown clock state', { ...base, clock: 'fine', kind: 'door.forced' }],
    ['an empty kind', { ...base, kind: '' }],
    ['a kind with a NUL', { ...base, kind: 'door\0' }],
    ['a kind that is too long', { ...base, kind: 'x'.repeat(65) }],
  ])('%s', (_, value) => {
    expect(AnyEvent.safeParse(value).success).toBe(false);
  });
});
