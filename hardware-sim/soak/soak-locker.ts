import { type Config, initialTables, type MemoryDisk, memoryDisk } from '@latchwork/agent';
import {
  badgeFrom,
  deriveLockerKeys,
  entityId,
  hashCredential,
  type PlanItem,
  planLine,
  uuidAt,
  uuidBase,
} from '@latchwork/shared';
import type { Parcel } from './people.ts';
import type { SoakCabinet } from './soak-cabinet.ts';

const lockerId = 'gb-soak';
/** For boards that do not time their own pulse. */
const pulseMs = 300;

export const keys = deriveLockerKeys(Buffer.alloc(32, 7));
export const badge = badgeFrom(new Uint8Array(26).fill(3));

export function configOf({ file }: SoakCabinet, startMs: number): Config {
  const slots = file.slots.map(({ number, size, blind, board }) => ({ slot: number, size, blind, board }));
  return { lockerId, version: 'soak', builtAtMs: startMs - 86_400_000, pulseMs, slots };
}

/** The disk of a locker that has its plan and never hears of a server again. */
export function enrolledDisk(built: SoakCabinet, parcels: readonly Parcel[], startMs: number): MemoryDisk {
  const ids = uuidBase(startMs, new Uint8Array(10));
  const expiresAt = startMs + 90 * 86_400_000;
  const hash = (kind: 'code' | 'badge', secret: string) => hashCredential(keys.codeChecking, kind, secret);
  const items: PlanItem[] = [
    { kind: 'policy', id: 'locker', rev: 1, body: policy },
    {
      kind: 'courier',
      id: entityId('gb', uuidAt(ids, 0)),
      rev: 2,
      body: { carrier: 'Soak', badgeHash: hash('badge', badge) },
    },
    ...parcels.flatMap(({ barcode, code }, n): PlanItem[] => {
      const booking = entityId('gb', uuidAt(ids, 2 * n + 1));
      const body = { size: 'S' as const, barcodes: [barcode], expiresAt };
      return [
        { kind: 'booking', id: booking, rev: 3 + 2 * n, body },
        {
          kind: 'grant',
          id: entityId('gb', uuidAt(ids, 2 * n + 2)),
          rev: 4 + 2 * n,
          body: { booking, codeHash: hash('code', code), expiresAt },
        },
      ];
    }),
  ];
  const planItems = new Map(
    items.map((item) => {
      const { kind, id, rev } = item;
      return [`${kind} ${id}`, { kind, id, rev, line: planLine(item) }] as const;
    }),
  );
  const disk = memoryDisk();
  disk.tables = { ...initialTables(configOf(built, startMs), uuidAt(ids, 60_000)), planItems };
  return disk;
}

const policy = {
  lockerName: 'Soak',
  helpNumber: '0800 000000',
  unknownBarcodes: 'refuse',
  reopenGraceS: 20,
  visitIdleS: 30,
  settleS: 8,
  leftOpenS: 30,
} as const;
