import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { badge, parcel } from './enrolled-folder.ts';
import { startLocker, type WholeLocker } from './testing.ts';

let locker: WholeLocker;
beforeEach(async () => {
  locker = await startLocker({ kind: inject('tools').socat ? 'pty' : 'tcp' });
  await locker.see(({ screen }) => screen.name === 'idle');
});
afterEach(() => locker.stop());

const refused = (reason: string) =>
  locker.see(({ notice }) => notice?.kind === 'refused' && notice.reason === reason);

it('what no label holds is refused in plain words, does nothing, and keeps nobody from scanning on', async () => {
  const { scan } = locker.cabinet;
  await scan('9'.repeat(2_000));
  expect((await refused('scan unreadable')).screen.name).toBe('idle');
  await scan('\u0001\u0007\u001b'.repeat(700));
  await scan(badge);
  expect((await locker.see(({ screen }) => screen.name === 'courierReady')).notice).toBeNull();

  await scan('8'.repeat(2_000));
  expect((await refused('scan unreadable')).screen.name).toBe('courierReady');
  await scan('\u001b[2J\u0000\u0008<b>NOBODY</b>\u007f');
  expect((await refused('unknown barcode')).screen.name).toBe('courierReady');
  await scan('7'.repeat(129));
  await refused('scan unreadable');
  expect(locker.cabinet.record().entries.filter(({ kind }) => kind === 'pulse')).toEqual([]);

  await scan(`\u0002${parcel.barcode}\u0003`);
  const { screen } = await locker.see((view) => view.screen.name === 'doorOpen');
  expect(screen).toMatchObject({ slot: parcel.slot, purpose: 'deposit' });
  expect(locker.facts().map(({ kind }) => kind)).toEqual([
    'agent.started',
    'visit.started',
    'access.denied',
    'access.authorised',
    'door.pulsed',
    'door.opened',
  ]);
});
