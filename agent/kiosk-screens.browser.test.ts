import { denials } from '@latchwork/shared';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { KioskAction } from './core/input.ts';
import type { Notice, Screen } from './core/screen.ts';
import { collect, deposit, helpNumber, KioskPage } from './kiosk-testing.ts';

const unlocking = { name: 'unlocking', attempt: 1, attemptsMax: 3, ...collect } as const;

/** As many as anyone touches: every third of them still open. */
const manyTouched = Array.from({ length: 24 }, (_, index) => ({
  slot: index + 2,
  door: index % 3 === 0 ? ('open' as const) : ('closed' as const),
  recorded: 'occupied' as const,
}));

/** Each screen in each of its forms, and the heading by which a person knows it. */
const screens: [heading: string, screen: Screen][] = [
  ['The locker is starting', { name: 'starting' }],
  ['Collect your parcel', { name: 'idle' }],
  ['Scan a parcel', { name: 'courierReady', carrier: 'Swift Parcels', deposited: 0 }],
  ['Scan the next parcel', { name: 'courierReady', carrier: 'Swift Parcels', deposited: 2 }],
  ['Door 12 opens', { ...unlocking, stage: 'unlocking' }],
  ['Go to door 12 and push it in', { ...unlocking, stage: 'pushAndWait' }],
  ['Door 12 opens', { ...unlocking, stage: 'watching' }],
  ['Push door 12 in now', { ...unlocking, stage: 'pushNow' }],
  ['Door 12: please wait', { ...unlocking, stage: 'resting' }],
  ['Is door 12 open?', { name: 'confirmOpen', ...collect, blind: true }],
  ['Door 12 is open', { name: 'doorOpen', ...collect }],
  ['Door 12 is open', { name: 'doorOpen', ...deposit, blind: true }],
  ['Door 12 is open', { name: 'doorOpen', ...deposit, found: true }],
  ['Door 12 is open again', { name: 'doorOpen', ...collect, purpose: 'reopen' }],
  ['Door 12 is open', { name: 'doorOpen', ...collect, purpose: 'service' }],
  ['Door 12 is shut', { name: 'doorClosed', ...collect }],
  ['Scan the next parcel', { name: 'doorClosed', ...deposit }],
  ['Nothing is seen in door 12', { name: 'doorClosed', ...deposit, sensed: 'empty' }],
  ['Something is still inside door 12', { name: 'doorClosed', ...collect, sensed: 'occupied' }],
  ['Door 12 does not open', { name: 'stuck', help: 'callForHelp', why: 'did not open', ...collect }],
  ['Door 12 cannot be opened now', { name: 'stuck', help: 'callForHelp', ...collect, why: 'not reached' }],
  ['Door 12 cannot be opened now', { name: 'stuck', help: 'callForHelp', ...collect, why: 'not seen' }],
  ['Being serviced', { name: 'service', user: '', minutesLeft: 1, touched: [], unseen: [4, 96] }],
  ['Being serviced', { name: 'service', user: 'ada', minutesLeft: 120, touched: manyTouched, unseen: [] }],
  ['Being serviced', { name: 'service', user: 'ada', minutesLeft: 9, touched: [], unseen: [2, 3, 4, 5] }],
  ['What is behind door 3?', { name: 'serviceLeaving', why: 'time is up', touched: manyTouched }],
  [
    'Shut door 7',
    { name: 'serviceLeaving', why: 'left', touched: [{ slot: 7, door: 'open', recorded: 'empty' }] },
  ],
  ['Thank you', { name: 'thanks', person: 'recipient', slots: [12] }],
  ['Thank you', { name: 'thanks', person: 'courier', slots: [12, 3] }],
];

const notices: [heading: string, notice: Notice][] = [
  ['Shut door 12 first', { kind: 'closeDoorFirst', slot: 12 }],
  ['Thank you, it is noted', { kind: 'problemReported' }],
  ['Nothing is seen in door 12', { kind: 'contradicted', slot: 12, sensed: 'empty' }],
  ['Something is still inside door 12', { kind: 'contradicted', slot: 12, sensed: 'occupied' }],
  ['Door 12 did not open', { kind: 'slotOutOfService', slot: 12 }],
  ['Door 12 did not open', { kind: 'slotOutOfService', slot: 12, next: 14 }],
  ['Door 12 cannot be opened now', { kind: 'slotNotReached', slot: 12, next: 14 }],
  ['This locker is being serviced', { kind: 'beingServiced' }],
  ['Door 12 cannot be opened now', { kind: 'slotNotReached', slot: 12 }],
  ['Too many wrong codes', { kind: 'refused', reason: 'too many tries', retryInS: 30 }],
];

const buttons: [button: string, screen: Screen, action: KioskAction][] = [
  ['No more parcels', { name: 'courierReady', carrier: 'Swift', deposited: 1 }, { do: 'finish' }],
  ['Cancel', { ...unlocking, stage: 'resting' }, { do: 'cancel' }],
  [
    'Yes, it is open',
    { name: 'confirmOpen', ...collect, blind: true },
    { do: 'confirmDoor', position: 'open' },
  ],
  [
    'No, it stayed shut',
    { name: 'confirmOpen', ...collect, blind: true },
    { do: 'reportProblem', slot: 12, problem: 'door did not open' },
  ],
  [
    'I have shut the door',
    { name: 'doorOpen', ...collect, blind: true },
    { do: 'confirmDoor', position: 'closed' },
  ],
  ['It is shut', { name: 'doorOpen', ...collect, found: true }, { do: 'doorIsShut' }],
  ['It is open', { ...unlocking, stage: 'pushAndWait' }, { do: 'confirmDoor', position: 'open' }],
  ['It is open', { ...unlocking, stage: 'pushNow' }, { do: 'confirmDoor', position: 'open' }],
  [
    'It is open',
    { name: 'stuck', help: 'callForHelp', why: 'not seen', ...collect },
    { do: 'confirmDoor', position: 'open' },
  ],
  ['Take the parcel back', { name: 'doorOpen', ...deposit }, { do: 'cancel' }],
  ['Done', { name: 'doorClosed', ...collect }, { do: 'finish' }],
  ['Open again', { name: 'doorClosed', ...collect }, { do: 'reopen' }],
  ['No more parcels', { name: 'doorClosed', ...deposit }, { do: 'finish' }],
  ['The parcel is in', { name: 'doorClosed', ...deposit, sensed: 'empty' }, { do: 'finish' }],
  ['I took the parcel back', { name: 'doorClosed', ...deposit }, { do: 'cancel' }],
  ['I understand', { name: 'stuck', help: 'callForHelp', why: 'did not open', ...collect }, { do: 'finish' }],
  [
    'Finish the work',
    { name: 'service', user: 'ada', minutesLeft: 3, touched: [], unseen: [] },
    { do: 'endService' },
  ],
  [
    'I opened door 4 by hand',
    { name: 'service', user: 'ada', minutesLeft: 3, touched: [], unseen: [4] },
    { do: 'touchSlot', slot: 4 },
  ],
  [
    'It is empty',
    { name: 'serviceLeaving', why: 'left', touched: manyTouched },
    { do: 'settleSlot', slot: 3, occupied: false },
  ],
  [
    'Something is inside',
    { name: 'serviceLeaving', why: 'left', touched: manyTouched },
    { do: 'settleSlot', slot: 3, occupied: true },
  ],
  ['Next, please', { name: 'thanks', person: 'recipient', slots: [12] }, { do: 'finish' }],
];

const browserUrl = inject('browser') ?? '';

describe.skipIf(!browserUrl)('the kiosk’s page in every state', () => {
  let browser: Browser;
  let kiosk: KioskPage;

  beforeAll(async () => {
    browser = await chromium.connect(browserUrl);
    kiosk = await KioskPage.open(browser);
  });
  afterAll(async () => {
    await kiosk?.close();
    await browser?.close();
  });

  it.each(screens)('%s: %j', async (heading, screen) => {
    kiosk.show(screen);
    await kiosk.shows(heading);
    await kiosk.page.getByText('Harbour Street 12').waitFor();
    await kiosk.page.locator('footer').getByText(helpNumber).waitFor();
    expect(await kiosk.faults()).toEqual([]);
  });

  it.each(notices)('lays a notice over the screen: %s', async (heading, notice) => {
    kiosk.show({ name: 'idle' }, { notice });
    await kiosk.page.getByRole('alert').getByRole('heading', { name: heading }).waitFor();
    expect(await kiosk.faults()).toEqual([]);
  });

  it('has a sentence of its own for every refusal', async () => {
    const alert = kiosk.page.getByRole('alert');
    const sentences = new Set<string | null>();
    for (const reason of denials) {
      kiosk.show({ name: 'idle' });
      await alert.waitFor({ state: 'detached' });
      kiosk.show({ name: 'idle' }, { notice: { kind: 'refused', reason } });
      sentences.add(await alert.textContent());
      expect(await kiosk.layoutFaults()).toEqual([]);
    }
    expect(sentences.size).toBe(denials.length);
  });

  it('lets a technician choose among many doors that nobody sees', async () => {
    kiosk.show({ name: 'service', user: 'ada', minutesLeft: 9, touched: [], unseen: [2, 3, 4, 5] });
    await kiosk.touch('I opened one of them by hand');
    await kiosk.shows('Which door did you open?');
    expect(await kiosk.faults()).toEqual([]);
    await kiosk.touch('Other doors');
    const chosen = await kiosk.nextAction(() => kiosk.touch('I opened door 5 by hand'));
    expect(chosen).toEqual({ do: 'touchSlot', slot: 5 });
  });

  it.each(buttons)('"%s" on %j sends %j', async (button, screen, action) => {
    kiosk.show(screen);
    expect(await kiosk.nextAction(() => kiosk.touch(button))).toEqual(action);
  });
});
