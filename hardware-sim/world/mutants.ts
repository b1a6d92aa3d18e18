import type { Change, Tables } from '@latchwork/agent';
import {
  chainNext,
  digestOf,
  Events,
  openEnvelope,
  Plan,
  sealEnvelope,
  topicFor,
  Want,
} from '@latchwork/shared';
import type { PromiseName } from './promises.ts';
import { slots } from './site.ts';
import type { Passing, Wiring } from './wiring.ts';

/** A deliberate mistake, made in the wiring alone, and the promise that it breaks. */
export interface Mutant {
  name: string;
  breaks: PromiseName;
  /** Made anew for each world. */
  wire(): Wiring;
}

/** A simulation that does not catch each of these, by the promise it breaks, proves nothing. */
export const mutants: readonly Mutant[] = [
  {
    name: 'a pulse is repeated after a reboot',
    breaks: 'I3',
    wire: () => ({
      started(tables, drive) {
        for (const { slot, phase } of tables.openings.values())
          if (phase === 'asked' || phase === 'pulsed') drive(slot);
      },
    }),
  },
  {
    name: 'a pulse is sent twice',
    breaks: 'I3',
    wire: () => ({
      drive(slot, drive) {
        drive(slot);
        drive(slot);
      },
    }),
  },
  { name: 'effects come before the commit', breaks: 'I3', wire: () => ({ commitDelayMs: 30 }) },
  { name: 'a grant is redeemed at its authorisation', breaks: 'I4', wire: () => ({ change: redeemedEarly }) },
  {
    name: 'redemptions are forgotten over a reboot',
    breaks: 'I4',
    wire: () => ({ load: (tables) => ({ ...tables, redemptions: new Map() }) }),
  },
  {
    name: 'the next door is driven',
    breaks: 'I5',
    wire: () => ({ drive: (slot, drive) => drive((slot % slots.length) + 1) }),
  },
  { name: 'parcels change places over a reboot', breaks: 'I5', wire: () => ({ load: parcelsMoved }) },
  {
    name: 'an unsettled slot is taken for empty',
    breaks: 'I6',
    wire: () => ({
      load: (tables) =>
        withSlots(tables, (row) =>
          row.occupancy === 'unsettled' ? { ...row, occupancy: 'empty', parcel: null } : row,
        ),
    }),
  },
  {
    name: 'a reopenable slot is allocated',
    breaks: 'I6',
    wire: () => ({ load: (tables) => withSlots(tables, (row) => ({ ...row, reopening: null })) }),
  },
  { name: 'half a snapshot is applied', breaks: 'I7', wire: () => ({ passing: halfOfPlan }) },
  { name: 'the code of the person before is tried', breaks: 'I8', wire: lastCodeAgain },
  {
    name: 'the clock floor is forgotten over a reboot',
    breaks: 'I8',
    wire: () => ({
      load: ({ meta, ...rest }) => ({ ...rest, meta: { ...meta, floorMs: meta.floorMs - 86_400_000 } }),
    }),
  },
  {
    name: 'wrong codes are forgotten over a reboot',
    breaks: 'I9',
    wire: () => ({
      load: ({ meta, ...rest }) => ({
        ...rest,
        meta: { ...meta, codeFailures: 0, codeBlockedUntilPoweredMs: 0 },
      }),
    }),
  },
  { name: 'a stale want is believed', breaks: 'I11', wire: () => ({ passing: freshened }) },
  {
    name: 'events are acknowledged before they are kept',
    breaks: 'I2',
    wire: () => ({ passing: acknowledgedEarly }),
  },
  {
    name: 'only what was not acknowledged is carried over',
    breaks: 'I1',
    wire: () => ({
      carried: (entries, tables) => entries.filter(({ seq }) => seq > (tables?.meta.ackedSeq ?? 0)),
    }),
  },
  {
    name: 'the journal is trimmed at acknowledgement',
    breaks: 'I1',
    wire: () => ({ passing: durableAtOnce }),
  },
  { name: 'an effect is taken again', breaks: 'I2', wire: () => ({ forgetsEffects: true }) },
  {
    name: 'the next epoch is the last one and one more',
    breaks: 'I7',
    wire: () => ({ nextEpoch: (_nowMs, highestSeen) => highestSeen + 1 }),
  },
  {
    name: 'plans keep their epoch when the server is restored',
    breaks: 'I7',
    wire: () => ({ nextEpoch: (_nowMs, highestSeen) => highestSeen }),
  },
  { name: 'cancelled timers go on', breaks: 'I14', wire: () => ({ keepsTimers: true }) },
  {
    name: 'an incarnation goes on without proof of its head',
    breaks: 'I16',
    wire: () => ({ passing: headBelieved }),
  },
  {
    name: 'facts are lost on the way for good',
    breaks: 'I16',
    wire: () => ({ passing: ({ topic, payload }) => (topic.endsWith('/events') ? undefined : payload) }),
  },
  {
    name: 'openings are forgotten over a reboot',
    breaks: 'parcels',
    wire: () => ({ load: (tables) => ({ ...tables, openings: new Map() }) }),
  },
  {
    name: 'a commit is torn by a power cut',
    breaks: 'journal',
    wire: () => ({ torn: (before, { meta }) => ({ ...before, meta }) }),
  },
];

function redeemedEarly(change: Change): Change {
  const early = change.openings
    .filter(
      ({ purpose, phase, allowedBy }) =>
        purpose === 'collect' && phase === 'asked' && allowedBy.means === 'grant',
    )
    .map(({ allowedBy, authorisation }) => ({
      grant: allowedBy.id,
      authorisation,
      expiresAt: Number.MAX_SAFE_INTEGER,
    }));
  return { ...change, redemptions: [...change.redemptions, ...early] };
}

function withSlots(tables: Tables, map: (row: Slot) => Slot): Tables {
  return { ...tables, slots: new Map([...tables.slots].map(([slot, row]) => [slot, map(row)])) };
}
type Slot = Tables['slots'] extends ReadonlyMap<number, infer Row> ? Row : never;

/** Each parcel is looked for one occupied slot further on. */
function parcelsMoved(tables: Tables): Tables {
  const held = [...tables.slots.values()].filter(({ occupancy }) => occupancy === 'occupied');
  const next = new Map(
    held.map(({ slot }, index) => [slot, held[(index + 1) % held.length]?.parcel ?? null]),
  );
  return withSlots(tables, (row) => ({ ...row, parcel: next.get(row.slot) ?? row.parcel }));
}

function lastCodeAgain(): Wiring {
  let last: string | undefined;
  return {
    typed(code) {
      const before = last ?? code;
      last = code;
      return before;
    },
  };
}

/** The first lines of a snapshot, sealed as if they were all. */
function halfOfPlan({ topic, payload, keys }: Passing): Uint8Array {
  const opened = openEnvelope(keys.down, topic, payload);
  const plan = opened.ok ? Plan.safeParse(opened.envelope.header) : undefined;
  if (!opened.ok || !plan?.success || plan.data.body.as !== 'snapshot') return payload;
  const lines = opened.envelope.lines.slice(0, Math.ceil(opened.envelope.lines.length / 2));
  const body = { as: 'snapshot', part: 1, parts: 1, digest: digestOf(lines) };
  return sealEnvelope(keys.down, topic, { ...plan.data, body }, lines);
}

/** What was acknowledged counts as kept for good. */
function durableAtOnce({ topic, payload, keys }: Passing): Uint8Array {
  const opened = openEnvelope(keys.down, topic, payload);
  const want = opened.ok ? Want.safeParse(opened.envelope.header) : undefined;
  if (!want?.success) return payload;
  const { ordinal, from } = want.data;
  return sealEnvelope(keys.down, topic, { ...want.data, durable: { ordinal, seq: from - 1 } });
}

/** Whatever the server has before `from`, the agent finds the same in its journal. */
function headBelieved({ topic, payload, keys, journal }: Passing): Uint8Array {
  const opened = openEnvelope(keys.down, topic, payload);
  const want = opened.ok ? Want.safeParse(opened.envelope.header) : undefined;
  const own = want?.success && journal.find(({ seq }) => seq === want.data.from - 1)?.hash;
  if (!want?.success || !own) return payload;
  return sealEnvelope(keys.down, topic, { ...want.data, headBefore: own });
}

/** Whatever session a want belonged to, it now bears the nonce of this one. */
function freshened({ topic, payload, keys, lastHello }: Passing): Uint8Array {
  const opened = openEnvelope(keys.down, topic, payload);
  const want = opened.ok ? Want.safeParse(opened.envelope.header) : undefined;
  if (!want?.success || !lastHello) return payload;
  return sealEnvelope(keys.down, topic, { ...want.data, agentNonce: String(lastHello.agentNonce) });
}

/** The broker's word is taken for the server's. */
function acknowledgedEarly({ direction, topic, payload, keys, toAgent }: Passing): Uint8Array {
  const opened = direction === 'up' ? openEnvelope(keys.up, topic, payload) : undefined;
  const events = opened?.ok ? Events.safeParse(opened.envelope.header) : undefined;
  if (!opened?.ok || !events?.success) return payload;
  const { locker, incarnation, agentNonce, serverNonce, first, headBefore } = events.data;
  const down = topicFor(locker, 'down/want');
  const want: Want = {
    ...{ v: 1, type: 'want', locker, incarnation, agentNonce, serverNonce },
    headBefore: opened.envelope.lines.reduce(chainNext, headBefore),
    ...{
      ordinal: 1,
      durable: { ordinal: 0, seq: 0 },
      serverEpoch: 0,
      rev: 0,
      now: 0,
      window: 256,
      spreadS: 5,
    },
    from: first + opened.envelope.lines.length,
  };
  toAgent(down, sealEnvelope(keys.down, down, want));
  return payload;
}
