import { describe, expect, inject, it } from 'vitest';
import { badge, parcel } from './enrolled-folder.ts';
import { startLocker, type WholeLocker } from './testing.ts';

const { slot, barcode, code } = parcel;
const kinds = ['tcp', 'pty'] as const;

/** A whole agent on a simulated cabinet. On a real clock most of the time is waiting, so all wait side by side. */
describe('a lock line', { concurrent: true }, () => {
  it('that is missing at the start: nobody is led to a door, and it opens once the line is there', () =>
    withLocker({ unplugged: true }, async (locker) => {
      await bring(locker);
      await locker.see(({ notice }) => notice?.kind === 'refused' && notice.reason === 'slot out of service');
      await locker.cabinet.changeLineFaults({ unplugged: false });
      await locker.told(slot, 'closed');
      await locker.cabinet.scan(barcode);
      await shutBehindParcel(locker);
      expect(pulsed(locker)).toEqual([slot]);
    }));

  for (const kind of kinds)
    it.skipIf(kind === 'pty' && !inject('tools').socat)(
      `unplugged mid-open and put back, over ${kind}: the same slot opens, for the same visit`,
      () =>
        withLocker({ kind }, async (locker) => {
          locker.pullBeforePulse = true;
          await bring(locker);
          await locker.has('board.lost');
          locker.pullBeforePulse = false;
          await locker.cabinet.changeLineFaults({ unplugged: false });
          await shutBehindParcel(locker);
          expect(pulsed(locker)).toEqual([slot]);
          expect(count(locker, 'access.authorised')).toBe(1);
        }),
    );

  it('unplugged mid-open, at a deposit: the courier is refused, and the slot is not lost', () =>
    withLocker({}, async (locker) => {
      locker.pullBeforePulse = true;
      await bring(locker);
      const { screen } = await locker.see(
        ({ notice }) => notice?.kind === 'refused' && notice.reason === 'slot out of service',
      );
      expect(screen).toMatchObject({ name: 'courierReady', deposited: 0 });
      locker.pullBeforePulse = false;
      await locker.cabinet.changeLineFaults({ unplugged: false });
      await locker.told(slot, 'closed');
      await locker.cabinet.scan(barcode);
      await shutBehindParcel(locker);
      expect(pulsed(locker)).toEqual([slot]);
      for (const kind of ['door.stuck', 'slot.outOfService'] as const) expect(count(locker, kind)).toBe(0);
    }));

  it('unplugged mid-open, at a pick-up: the code is not spent, and opens once the line is back', () =>
    withLocker({}, async (locker) => {
      await bring(locker);
      await shutBehindParcel(locker);
      locker.pullBeforePulse = true;
      locker.touch({ do: 'enterCode', code });
      await locker.see(({ screen }) => screen.name === 'stuck' && screen.slot === slot);
      expect(count(locker, 'grant.redeemed')).toBe(0);
      locker.pullBeforePulse = false;
      await locker.cabinet.changeLineFaults({ unplugged: false });
      await locker.told(slot, 'closed');
      locker.touch({ do: 'enterCode', code });
      await locker.see(({ screen }) => screen.name === 'doorOpen' && screen.purpose === 'collect');
      locker.cabinet.moveParcel(slot, false);
      await locker.cabinet.pushShut(slot);
      await locker.has('door.closed', 2);
      locker.touch({ do: 'finish' });
      await locker.has('package.collected');
      expect([count(locker, 'grant.redeemed'), pulsed(locker)]).toEqual([1, [slot, slot]]);
    }));
});

async function withLocker(
  manner: Parameters<typeof startLocker>[0],
  play: (locker: WholeLocker) => Promise<void>,
): Promise<void> {
  const locker = await startLocker(manner);
  try {
    await play(locker);
  } finally {
    await locker.stop();
  }
}

async function bring(locker: WholeLocker): Promise<void> {
  await locker.see(({ screen }) => screen.name === 'idle');
  await locker.cabinet.scan(badge);
  await locker.see(({ screen }) => screen.name === 'courierReady');
  await locker.cabinet.scan(barcode);
}

async function shutBehindParcel(locker: WholeLocker): Promise<void> {
  const { screen } = await locker.see((view) => view.screen.name === 'doorOpen');
  expect(screen).toMatchObject({ slot, purpose: 'deposit' });
  locker.cabinet.moveParcel(slot, true);
  await locker.cabinet.pushShut(slot);
  await locker.has('door.closed');
  locker.touch({ do: 'finish' });
  await locker.has('package.deposited');
}

/** Doors whose coil was driven. */
function pulsed({ cabinet }: WholeLocker): (number | null)[] {
  return cabinet
    .record()
    .entries.filter(({ kind }) => kind === 'pulse')
    .map(({ door }) => door);
}

function count(locker: WholeLocker, kind: ReturnType<WholeLocker['facts']>[number]['kind']): number {
  return locker.facts().filter((fact) => fact.kind === kind).length;
}
