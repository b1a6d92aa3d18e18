import type { Effect, Input } from '@latchwork/agent';
import {
  badgeFrom,
  entityId,
  hashCredential,
  type PlanBody,
  type PlanItem,
  planLine,
  type SlotSize,
  uuidAt,
  uuidBase,
} from '@latchwork/shared';

/** What a bench's locker knows of one parcel. */
export interface BenchParcel {
  booking: string;
  grant: string;
  barcode: string;
  code: string;
}

const epochMs = Date.UTC(2030, 0, 1);
const ids = uuidBase(epochMs, new Uint8Array(8));
const badge = badgeFrom(new Uint8Array(26).fill(3));
const courier = entityId('gb', uuidAt(ids, 0));

/** The n-th parcel, always the same one. */
export function benchParcel(n: number): BenchParcel {
  return {
    booking: entityId('gb', uuidAt(ids, 2 * n + 1)),
    grant: entityId('gb', uuidAt(ids, 2 * n + 2)),
    barcode: `PARCEL${n}`,
    code: String(10_000_000 + n * 7),
  };
}

/** The plan for some parcels, one courier and one policy, as rows of the agent's database. */
export function benchPlan(
  parcels: readonly BenchParcel[],
  options: { codeChecking: Uint8Array; size: SlotSize },
) {
  const expiresAt = epochMs + 365 * 86_400_000;
  const hash = (kind: 'code' | 'badge', secret: string) => hashCredential(options.codeChecking, kind, secret);
  const items: PlanItem[] = [
    { kind: 'policy', id: 'locker', rev: 1, body: policy },
    {
      kind: 'courier',
      id: courier,
      rev: 2,
      body: { carrier: 'Swift Parcels', badgeHash: hash('badge', badge) },
    },
    ...parcels.flatMap(({ booking, grant, barcode, code }, n): PlanItem[] => [
      {
        kind: 'booking',
        id: booking,
        rev: 3 + 2 * n,
        body: { size: options.size, barcodes: [barcode], expiresAt },
      },
      {
        kind: 'grant',
        id: grant,
        rev: 4 + 2 * n,
        body: { booking, codeHash: hash('code', code), expiresAt },
      },
    ]),
  ];
  return items.map((item) => ({ kind: item.kind, id: item.id, rev: item.rev, line: planLine(item) }));
}

/** Reopening is off, so that a slot is free again at once. */
const policy: PlanBody<'policy'> = {
  lockerName: 'Bench',
  helpNumber: '0800 000000',
  unknownBarcodes: 'refuse',
  reopenGraceS: 0,
  visitIdleS: 60,
  settleS: 8,
  leftOpenS: 120,
};

/** The inputs of a part of a parcel's life at the unit; it is told the effects of each. */
type Life = Generator<Input, void, readonly Effect[]>;

export function* brought({ barcode }: BenchParcel, codeChecking: Uint8Array): Life {
  yield { kind: 'badgeScanned', badgeHash: hashCredential(codeChecking, 'badge', badge) };
  yield* doorOpensAndShuts(yield { kind: 'barcodeScanned', barcode });
  yield { kind: 'touched', action: { do: 'finish' } };
}

export function* fetched({ code }: BenchParcel, codeChecking: Uint8Array): Life {
  const codeHash = hashCredential(codeChecking, 'code', code);
  yield* doorOpensAndShuts(yield { kind: 'codeEntered', codeHash });
  yield { kind: 'touched', action: { do: 'finish' } };
}

function* doorOpensAndShuts(effects: readonly Effect[]): Life {
  const pulse = effects.find((effect) => effect.kind === 'pulse');
  if (!pulse) throw new Error('the locker did not open a door: the bench does not fit the core any more');
  const { slot, authorisation, attempt } = pulse;
  yield { kind: 'pulseDone', slot, authorisation, attempt, outcome: { driven: true, acknowledged: true } };
  yield { kind: 'doorSeen', slot, position: 'open' };
  yield { kind: 'doorSeen', slot, position: 'closed' };
}
