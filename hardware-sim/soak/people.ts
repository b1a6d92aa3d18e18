import type { FakeScanner } from '@latchwork/agent';
import type { Deed } from './account.ts';
import { type Visitor, type VisitorOptions, visitorAt } from './visitor.ts';

export interface Parcel {
  barcode: string;
  code: string;
}

export interface PeopleOptions extends VisitorOptions {
  scanner: FakeScanner;
  badge: string;
  onDeed(deed: Deed): void;
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
  const { kiosk, scanner, clock, chance, hands, badge } = options;
  const { sleep, pause, see, opened, shut } = visitorAt(options);
  const move = (slot: number, barcode: string, goesIn: boolean) => {
    if (hands.moveParcel(slot, goesIn)) options.onDeed({ atMs: clock.nowMs(), slot, barcode, goesIn });
  };

  async function leaveParcel({ barcode }: Parcel): Promise<boolean> {
    scanner.scan(barcode);
    // The same screen may still stand there from before the scan.
    await sleep(20);
    const slot = await opened();
    if (slot === undefined) return false;
    await pause();
    move(slot, barcode, true);
    const takesBack = chance.maybe(oddities.takesItBack);
    if (takesBack) {
      kiosk.touch({ do: 'cancel' });
      await pause();
      move(slot, barcode, false);
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
    async fetch({ code, barcode }: Parcel): Promise<boolean> {
      kiosk.touch({ do: 'enterCode', code });
      await sleep(20);
      const slot = await opened();
      if (slot === undefined) {
        kiosk.touch({ do: 'finish' });
        await see(['idle']);
        return false;
      }
      await pause();
      move(slot, barcode, false);
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
