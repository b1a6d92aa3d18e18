import { z } from 'zod';
import { type KioskView, type PublicDoors, until } from './doors.ts';

/** Where in the walk someone stands; told so that a test can cut the power right there. */
export type Moment =
  | 'badge scanned'
  | 'door open for the deposit'
  | 'parcel in'
  | 'door shut on the parcel'
  | 'code typed'
  | 'door open for the pick-up'
  | 'parcel taken'
  | 'door shut again';
export type At = (moment: Moment) => Promise<void>;

const CabinetState = z.looseObject({
  doors: z.array(z.looseObject({ number: z.number(), open: z.boolean(), parcel: z.boolean() })),
});

/** A courier who does what the screen says until this parcel is in. */
export async function courierDelivers(
  doors: PublicDoors,
  { badge, barcode }: { badge: string; barcode: string },
  at: At,
): Promise<void> {
  const told = once(at);
  let finished = false;
  await until('the parcel to be deposited', async () => {
    const { kiosk } = doors;
    const { view } = kiosk;
    if (!view) return undefined;
    if (view.notice?.reason === 'already deposited') return leave(doors, view);
    switch (view.screen.name) {
      case 'thanks':
        if (finished) return true;
        return act(doors, view, () => doors.panel('/scan', { text: badge }));
      case 'idle':
        return act(doors, view, () => doors.panel('/scan', { text: badge }));
      case 'courierReady':
        await told('badge scanned');
        return act(doors, view, () => doors.panel('/scan', { text: barcode }));
      case 'doorOpen':
        await told('door open for the deposit');
        await putParcel(doors, view, true);
        await told('parcel in');
        await pushShut(doors, view);
        return undefined;
      case 'doorClosed':
        await told('door shut on the parcel');
        return act(doors, view, () => {
          finished = kiosk.touch({ do: 'finish' });
        });
    }
    return undefined;
  });
}

/** A recipient who types the code and does what the screen says until the parcel is out. */
export async function recipientCollects(doors: PublicDoors, code: string, at: At): Promise<void> {
  const told = once(at);
  let typed = false;
  await until('the parcel to be collected', async () => {
    const { kiosk } = doors;
    const { view } = kiosk;
    if (!view) return undefined;
    if (view.notice?.reason === 'spent') return true;
    switch (view.screen.name) {
      case 'thanks':
      case 'idle':
        if (view.screen.name === 'thanks' && typed) return true;
        return act(doors, view, () => kiosk.touch({ do: 'enterCode', code }));
      case 'unlocking':
        await told('code typed');
        return undefined;
      case 'doorOpen':
        typed = true;
        await told('door open for the pick-up');
        await putParcel(doors, view, false);
        await told('parcel taken');
        await pushShut(doors, view);
        return undefined;
      case 'doorClosed':
        await told('door shut again');
        return act(doors, view, () => kiosk.touch({ do: 'finish' }));
    }
    return undefined;
  });
}

/** Does something, then gives the unit a moment to answer it before it is done again. */
async function act(doors: PublicDoors, before: KioskView, doing: () => unknown): Promise<undefined> {
  await doing();
  await until('the screen to change', () => (doors.kiosk.view === before ? undefined : true), 3_000).catch(
    () => undefined,
  );
  return undefined;
}

async function leave(doors: PublicDoors, view: KioskView): Promise<true | undefined> {
  if (view.screen.name === 'idle' || view.screen.name === 'thanks') return true;
  doors.kiosk.touch({ do: 'finish' });
  return undefined;
}

async function putParcel(doors: PublicDoors, view: KioskView, isIn: boolean): Promise<void> {
  const state = CabinetState.parse((await doors.panel('/cabinet', undefined)).body);
  const door = state.doors.find((candidate) => candidate.number === view.screen.slot);
  if (door?.open && door.parcel !== isIn) await doors.panel(`/doors/${door.number}/parcel`, { in: isIn });
}

async function pushShut(doors: PublicDoors, view: KioskView): Promise<void> {
  const { slot } = view.screen;
  await doors.panel(`/doors/${slot}/push-shut`, {});
  const shut = () => (doors.kiosk.view?.screen.name === 'doorOpen' ? undefined : true);
  await until('the door to be seen shut', shut, 3_000).catch(() => undefined);
}

/** A moment is told the first time only: what is repeated after a power cut is not cut again. */
function once(at: At): At {
  const told = new Set<Moment>();
  return async (moment) => {
    if (told.has(moment)) return;
    told.add(moment);
    await at(moment);
  };
}
