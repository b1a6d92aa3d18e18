import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialTables, sqliteStore } from '@latchwork/agent';
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
import { defaultLayout } from '../index.ts';

const lockerId = 'gb-testlock';
const lockerKey = Buffer.alloc(32, 7);
const madeAtMs = Date.UTC(2026, 0, 1);
const ids = uuidBase(madeAtMs, new Uint8Array(10));
const idOf = (n: number) => entityId('gb', uuidAt(ids, n));

export const badge = badgeFrom(new Uint8Array(26).fill(3));
/** The one parcel that is expected: it wishes for slot 2. */
export const parcel = { barcode: 'PARCEL1', code: '12345678', slot: 2 };

/** Makes the data folder of a locker with the default layout, enrolled and with its plan; nobody listens at its server. */
export function makeEnrolledFolder(
  folder: string,
  { lockLine, scannerLine, baudRate }: { lockLine: string; scannerLine: string; baudRate: number },
): void {
  mkdirSync(folder, { mode: 0o700 });
  const write = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content), { mode: 0o600 });
  const { doors } = defaultLayout();
  write('locker.key', { lockerId, lockerKey: lockerKey.toString('base64url') });
  write('agent.json', {
    brokerUrl: 'mqtt://127.0.0.1:9',
    kioskPort: 0,
    scanner: { url: scannerLine, baudRate },
    cabinet: {
      lines: [{ name: 'locks', url: lockLine, baudRate }],
      boards: [{ name: 'sim', profile: 'bcc8a', line: 'locks', address: 1, channels: 16 }],
      slots: doors.map(({ number, channel, size }) => ({ number, board: 'sim', channel, size })),
    },
  });
  const slots = doors.map(({ number, size }) => ({ slot: number, size, blind: false, board: 'sim' }));
  const tables = initialTables({ lockerId, version: 'test', builtAtMs: madeAtMs, pulseMs: 300, slots }, ids);
  const store = sqliteStore(folder);
  store.commit({
    ...{ lines: [], openings: [], openingsEnded: [], planItemsEnded: [] },
    ...{ redemptions: [], redemptionsEnded: [], health: [] },
    meta: tables.meta,
    slots: [...tables.slots.values()],
    planItems: plan().map((item) => {
      const { kind, id, rev } = item;
      return { kind, id, rev, line: planLine(item) };
    }),
  });
  store.close();
}

function plan(): PlanItem[] {
  const { codeChecking } = deriveLockerKeys(lockerKey);
  const expiresAt = Date.UTC(2100, 0, 1);
  const codeHash = hashCredential(codeChecking, 'code', parcel.code);
  const badgeHash = hashCredential(codeChecking, 'badge', badge);
  const policy = {
    ...{ lockerName: 'Mill Lane', helpNumber: '0800 1', unknownBarcodes: 'refuse' as const },
    ...{ reopenGraceS: 0, visitIdleS: 60, settleS: 30, leftOpenS: 120 },
  };
  const booking = { slot: parcel.slot, size: 'S' as const, barcodes: [parcel.barcode], expiresAt };
  return [
    { kind: 'policy', id: 'locker', rev: 1, body: policy },
    { kind: 'courier', id: idOf(1), rev: 2, body: { carrier: 'Swift', badgeHash } },
    { kind: 'booking', id: idOf(2), rev: 3, body: booking },
    { kind: 'grant', id: idOf(3), rev: 4, body: { booking: idOf(2), codeHash, expiresAt } },
  ];
}
