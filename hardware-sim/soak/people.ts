import type { FakeScanner } from '@latchwork/agent';
import { type Visitor, type VisitorOptions, visitorAt } from './visitor.ts';

export interface Parcel {
  barcode: string;
  code: string;
}

export interface PeopleOptions extends VisitorOptions {
  scanner: FakeScanner;
  badge: string;
}

const oddities = { takesItBack: 0.02, opensAgain: 0.02 } as const;

/** Couriers and recipients who do as the screen says, mostly. */
export interface People extends Pick<Visitor, 'sleep'> {
  /** Resolves with the parcels that the courier left behind. */
  bring(parcels: readonly Parcel[]): Promise<Parcel[]>;
  /** Resolves with whether the recipient had their door open. */
  fetch(parcel: Parcel): Promise<boolean>;
}

export function people(options: PeopleOptions): People {
  const { kiosk, scanner, chance, hands, badge } = options;
  const { sleep, pause, see, opened, shut } = visitorAt(options);

  async function leaveParcel({ barcode }: Parcel): Promise<boolean> {
    scanner.scan(barcode);
    // The same screen may still stand there from before the scan.
    await sleep(20);
    const slot = await opened();
    if (slot === undefined) return false;
    await pause();
    if (!hands.holdsParcel(slot)) hands.moveParcel(slot, true);
    const takesBack = chance.maybe(oddities.takesItBack);
    if (takesBack) {
      kiosk.touch({ do: 'cancel' });
      await pause();
      hands.moveParcel(slot, false);
    }
    await shut(slot);
    return !takesBack;
  }

  return {
    sleep,
    async bring(parcels: readonly Parcel[]): Promise<Parcel[]> {
      scanner.scan(badge);
      if (!(await see(['courierReady'], 5_000))) return [];
      const left: Parcel[] = [];
      for (const parcel of parcels) if (await leaveParcel(parcel)) left.push(parcel);
      kiosk.touch({ do: 'finish' });
      await see(['idle']);
      return left;
    },
    async fetch({ code }: Parcel): Promise<boolean> {
      kiosk.touch({ do: 'enterCode', code });
      await sleep(20);
      const slot = await opened();
      if (slot === undefined) {
        kiosk.touch({ do: 'finish' });
        await see(['idle']);
        return false;
      }
      await pause();
      hands.moveParcel(slot, false);
      await shut(slot);
      if (chance.maybe(oddities.opensAgain) && kiosk.view?.screen.name === 'doorClosed') {
        kiosk.touch({ do: 'reopen' });
        await sleep(20);
        const again = await opened();
        if (again !== undefined) await shut(again);
      }
      kiosk.touch({ do: 'finish' });
      await see(['idle']);
      return true;
    },
  };
}
