import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KioskAction } from '../core/input.ts';
import type { KioskView, Screen } from '../core/screen.ts';
import type { Kiosk } from '../ports/kiosk.ts';
import { inbox } from './inbox.ts';

export interface KioskHarness {
  kiosk: Kiosk;
  /** Someone comes to stand before the screen. */
  open(): Promise<KioskEye>;
  dispose(): Promise<void>;
}

export interface KioskEye {
  /** What is shown next, from the moment of coming. */
  next(): Promise<KioskView>;
  touch(action: KioskAction): void;
}

/** What every kiosk must do. */
export function kioskContract(name: string, create: () => Promise<KioskHarness>): void {
  describe(`kiosk contract: ${name}`, () => {
    let harness: KioskHarness;
    let actions: ReturnType<typeof inbox<KioskAction>>;
    beforeEach(async () => {
      harness = await create();
      actions = inbox();
      harness.kiosk.show(viewWith({ name: 'starting' }));
      await harness.kiosk.start({ onAction: actions.push });
    });
    afterEach(() => harness.dispose());

    it('shows what was shown before it started', async () => {
      const eye = await harness.open();
      expect((await eye.next()).screen.name).toBe('starting');
    });

    it('shows each change to everyone, and the latest to whoever comes', async () => {
      const first = await harness.open();
      expect((await first.next()).screen.name).toBe('starting');
      harness.kiosk.show(viewWith({ name: 'idle' }));
      expect((await first.next()).screen.name).toBe('idle');
      const second = await harness.open();
      expect((await second.next()).screen.name).toBe('idle');
      harness.kiosk.show(viewWith({ name: 'courierReady', carrier: 'Swift', deposited: 2 }));
      const seen = [await first.next(), await second.next()].map((view) => view.screen);
      const courier = { name: 'courierReady', carrier: 'Swift', deposited: 2 };
      expect(seen).toEqual([courier, courier]);
    });

    it('passes on what is touched, in order', async () => {
      const eye = await harness.open();
      const touched: KioskAction[] = [
        { do: 'enterCode', code: '00123456' },
        { do: 'finish' },
        { do: 'reopen' },
        { do: 'cancel' },
        { do: 'confirmDoor', position: 'open' },
        { do: 'doorIsShut' },
        { do: 'touchSlot', slot: 4 },
        { do: 'endService' },
        { do: 'settleSlot', slot: 4, occupied: true },
        { do: 'reportProblem', slot: 3, problem: 'slot dirty' },
        { do: 'reportProblem', problem: 'slot empty' },
      ];
      for (const action of touched) eye.touch(action);
      for (const action of touched) expect(await actions.next()).toEqual(action);
    });

    it('shows nothing and hears nothing once it was stopped', async () => {
      const eye = await harness.open();
      await eye.next();
      await harness.kiosk.stop();
      harness.kiosk.show(viewWith({ name: 'idle' }));
      eye.touch({ do: 'finish' });
      await harness.kiosk.stop();
      expect(actions.waiting()).toEqual([]);
    });
  });
}

export function viewWith(screen: Screen): KioskView {
  return { lockerName: 'Test Street', helpNumber: '0800 1', online: false, notice: null, screen };
}
