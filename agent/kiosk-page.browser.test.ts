import { denials } from '@latchwork/shared';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { realClock } from './adapters/clock/real-clock.ts';
import { type HttpKiosk, httpKiosk } from './adapters/kiosk/http-kiosk.ts';
import type { KioskAction } from './core/input.ts';
import type { AtSlot, KioskView, Notice, Screen } from './core/screen.ts';

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
const sizes = [
  { width: 800, height: 480 },
  { width: 1280, height: 800 },
  { width: 480, height: 800 },
];
const helpNumber = '0800 555 0100';
const { chromium: executablePath } = inject('tools');

const collect: AtSlot = { slot: 12, size: 'M', purpose: 'collect', blind: false };
const deposit: AtSlot = { ...collect, purpose: 'deposit' };
const unlocking = { name: 'unlocking', attempt: 1, ...collect } as const;

/** Each screen in each of its forms, and the heading by which a person knows it. */
const screens: [heading: string, screen: Screen][] = [
  ['The locker is starting', { name: 'starting' }],
  ['Collect your parcel', { name: 'idle' }],
  ['Scan a parcel', { name: 'courierReady', carrier: 'Swift Parcels', deposited: 0 }],
  ['Scan the next parcel', { name: 'courierReady', carrier: 'Swift Parcels', deposited: 2 }],
  ['Door 12 opens', { ...unlocking, stage: 'unlocking' }],
  ['Push door 12 in while it clicks', { ...unlocking, stage: 'pushAndWait' }],
  ['Door 12: please wait', { ...unlocking, stage: 'resting' }],
  ['Is door 12 open?', { name: 'confirmOpen', ...collect, blind: true }],
  ['Door 12 is open', { name: 'doorOpen', ...collect }],
  ['Door 12 is open', { name: 'doorOpen', ...deposit, blind: true }],
  ['Door 12 is open again', { name: 'doorOpen', ...collect, purpose: 'reopen' }],
  ['Door 12 is open', { name: 'doorOpen', ...collect, purpose: 'service' }],
  ['Door 12 is shut', { name: 'doorClosed', ...collect }],
  ['Scan the next parcel', { name: 'doorClosed', ...deposit }],
  ['Door 12 does not open', { name: 'stuck', help: 'callForHelp', ...collect }],
  ['Thank you', { name: 'thanks', person: 'recipient', slots: [12] }],
  ['Thank you', { name: 'thanks', person: 'courier', slots: [12, 3] }],
];

const notices: [heading: string, notice: Notice][] = [
  ['Shut door 12 first', { kind: 'closeDoorFirst', slot: 12 }],
  ['Thank you, it is noted', { kind: 'problemReported' }],
  ['Door 12 did not open', { kind: 'slotOutOfService', slot: 12 }],
  ['Too many wrong codes', { kind: 'refused', reason: 'too many tries', retryInS: 30 }],
];

function viewOf(screen: Screen, more: Partial<KioskView> = {}): KioskView {
  return { lockerName: 'Harbour Street 12', helpNumber, online: true, notice: null, screen, ...more };
}

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
  ['Take the parcel back', { name: 'doorOpen', ...deposit }, { do: 'cancel' }],
  ['Done', { name: 'doorClosed', ...collect }, { do: 'finish' }],
  ['Open again', { name: 'doorClosed', ...collect }, { do: 'reopen' }],
  ['No more parcels', { name: 'doorClosed', ...deposit }, { do: 'finish' }],
  ['I took the parcel back', { name: 'doorClosed', ...deposit }, { do: 'cancel' }],
  ['I understand', { name: 'stuck', help: 'callForHelp', ...collect }, { do: 'finish' }],
  ['Next, please', { name: 'thanks', person: 'recipient', slots: [12] }, { do: 'finish' }],
];

describe.skipIf(!executablePath)('the kiosk’s page', () => {
  let browser: Browser;
  let kiosk: HttpKiosk;
  let page: Page;
  let complaints: string[];
  const actions: KioskAction[] = [];
  let onTouch = () => {};

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: chromiumFlags });
  });
  afterAll(() => browser?.close());

  const openPage = async () => {
    actions.length = 0;
    kiosk = await startKiosk(0);
    kiosk.show(viewOf({ name: 'idle' }));
    complaints = [];
    page = await browser.newPage({ viewport: { width: 800, height: 480 }, reducedMotion: 'reduce' });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.clock.install();
    await page.goto(kiosk.url);
    await shows('Collect your parcel');
  };
  const closePage = async () => {
    await page.close();
    await kiosk.stop();
    // The browser itself notes each try at a port where nobody listens.
    expect(complaints.filter((complaint) => !complaint.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  };
  const startKiosk = async (port: number) => {
    const started = httpKiosk({ port, clock: realClock() });
    await started.start({
      onAction(action) {
        actions.push(action);
        onTouch();
      },
    });
    return started;
  };
  const shows = (heading: string) => page.getByRole('heading', { name: heading, exact: true }).waitFor();
  const touch = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const typed = () => page.getByLabel('Code typed so far').textContent();
  /** Resolves with the next action that reaches the agent. */
  const nextAction = async (touching: () => Promise<void>) => {
    const came = new Promise<void>((resolve) => {
      onTouch = resolve;
    });
    await touching();
    await came;
    return actions.at(-1);
  };

  describe('in every state', () => {
    beforeAll(openPage);
    afterAll(closePage);

    it.each(screens)('%s: %j', async (heading, screen) => {
      kiosk.show(viewOf(screen));
      await shows(heading);
      await page.getByText('Harbour Street 12').waitFor();
      await page.locator('footer').getByText(helpNumber).waitFor();
      expect(await layoutFaults(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    });

    it.each(notices)('lays a notice over the screen: %s', async (heading, notice) => {
      kiosk.show(viewOf({ name: 'idle' }, { notice }));
      await page.getByRole('alert').getByRole('heading', { name: heading }).waitFor();
      expect(await layoutFaults(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    });

    it('has a sentence of its own for every refusal', async () => {
      const sentences = new Set<string | null>();
      for (const reason of denials) {
        kiosk.show(viewOf({ name: 'idle' }));
        await page.getByRole('alert').waitFor({ state: 'detached' });
        kiosk.show(viewOf({ name: 'idle' }, { notice: { kind: 'refused', reason } }));
        sentences.add(await page.getByRole('alert').textContent());
        expect(await layoutFaults(page)).toEqual([]);
      }
      expect(sentences.size).toBe(denials.length);
    });

    it.each(buttons)('"%s" on %j sends %j', async (button, screen, action) => {
      kiosk.show(viewOf(screen));
      expect(await nextAction(() => touch(button))).toEqual(action);
    });
  });

  describe('in a person’s hands', () => {
    beforeEach(openPage);
    afterEach(closePage);

    it('counts a wait down', async () => {
      kiosk.show(
        viewOf({ name: 'idle' }, { notice: { kind: 'refused', reason: 'too many tries', retryInS: 30 } }),
      );
      await page.getByText('Wait 30 seconds').waitFor();
      await page.clock.fastForward(29_500);
      await page.getByText('Wait 1 second', { exact: true }).waitFor();
      await page.clock.fastForward(1_000);
      await page.getByText('You can type now').waitFor();
    });

    it('sends the code that was typed, by touch or on keys, and forgets it', async () => {
      for (const digit of '12345') await touch(digit);
      await touch('Delete');
      for (const digit of '5678') await touch(digit);
      expect(await typed()).toBe('1234 5678');
      expect(await nextAction(() => touch('Open'))).toEqual({ do: 'enterCode', code: '12345678' });
      expect(await typed()).toBe('Your code');
      expect(
        await nextAction(async () => {
          await page.keyboard.type('x87654321');
          await page.keyboard.press('Enter');
        }),
      ).toEqual({ do: 'enterCode', code: '87654321' });
      expect(actions).toHaveLength(2);
    });

    it('takes no more digits than the agent does, and nothing but digits', async () => {
      await page.keyboard.type('1234567890123456');
      expect(await typed()).toBe('1234 5678 9012');
    });

    it('wipes what was typed when nobody touches the screen for 20 s', async () => {
      await page.clock.pauseAt(Number(await page.evaluate('Date.now()')) + 60_000);
      // What a fresh keypad listens with starts a frame later, and now frames come only as told.
      await page.clock.runFor(100);
      await page.keyboard.type('1234');
      await page.clock.runFor(15_000);
      await page.keyboard.type('5');
      await page.clock.runFor(19_900);
      expect(await typed()).toBe('1234 5');
      await page.clock.runFor(100);
      expect(await typed()).toBe('Your code');
      expect(actions).toEqual([]);
    });

    it('wipes what was typed when the screen changes, not when only the network does', async () => {
      await page.keyboard.type('1234');
      kiosk.show(viewOf({ name: 'idle' }, { online: false }));
      await page.getByText('No network').waitFor();
      expect(await typed()).toBe('1234');
      kiosk.show(viewOf({ name: 'courierReady', carrier: 'Swift Parcels', deposited: 0 }));
      await shows('Scan a parcel');
      kiosk.show(viewOf({ name: 'idle' }));
      await shows('Collect your parcel');
      expect(await typed()).toBe('Your code');
    });

    it('reports a problem with the door at hand, or with none', async () => {
      kiosk.show(viewOf({ name: 'doorOpen', ...collect }));
      await touch('Report a problem');
      await shows('What is wrong with door 12?');
      expect(await layoutFaults(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
      expect(await nextAction(() => touch('The parcel is not inside'))).toEqual({
        do: 'reportProblem',
        slot: 12,
        problem: 'slot empty',
      });
      await shows('Door 12 is open');
      kiosk.show(viewOf({ name: 'idle' }));
      await shows('Collect your parcel');
      await touch('Report a problem');
      expect(await nextAction(() => touch('A door does not close'))).toEqual({
        do: 'reportProblem',
        problem: 'door does not close',
      });
      await touch('Report a problem');
      await page.clock.fastForward(20_000);
      await shows('Collect your parcel');
    });

    it('says when the agent is gone, whom to call, and finds it again', async () => {
      await page.keyboard.type('1234');
      const port = Number(new URL(kiosk.url).port);
      await kiosk.stop();
      await shows('This screen has lost its locker');
      await page.getByText('Harbour Street 12').waitFor();
      await page.locator('footer').getByText(helpNumber).waitFor();
      expect(await layoutFaults(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
      await page.clock.fastForward(2_000);
      kiosk = await startKiosk(port);
      kiosk.show(viewOf({ name: 'idle' }));
      await page.clock.fastForward(5_000);
      await shows('Collect your parcel');
      expect(await typed()).toBe('Your code');
    });

    it('says so when a touch was not taken', async () => {
      kiosk.show(viewOf({ name: 'confirmOpen', ...collect, blind: true }));
      await shows('Is door 12 open?');
      await page.evaluate('for (let n = 0; n < 60; n += 1) document.querySelector("main button").click()');
      await page.getByText('That did not work').waitFor();
      await page.clock.fastForward(5_000);
      await page.getByText('That did not work').waitFor({ state: 'detached' });
    });

    it('loads itself anew when the agent comes back with another page', async () => {
      const port = Number(new URL(kiosk.url).port);
      await page.route(`${kiosk.url}/`, (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><title>Newer</title><h1>Newer page</h1>',
        }),
      );
      await kiosk.stop();
      await shows('This screen has lost its locker');
      kiosk = await startKiosk(port);
      kiosk.show(viewOf({ name: 'idle' }));
      await page.clock.fastForward(5_000);
      await shows('Newer page');
    });
  });
});

/** At each screen size: what does not fit, and what is too small for a finger. */
async function layoutFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const size of sizes) {
    await page.setViewportSize(size);
    const found = (await page.evaluate(`(() => {
      const faults = [];
      for (const element of document.querySelectorAll('button, h1, h2, p, output')) {
        const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
        const box = element.closest('header, footer, .act, .notice, .say')?.getBoundingClientRect();
        const what = element.textContent;
        if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) faults.push('outside: ' + what);
        if (box && (top < box.top - 1 || bottom > box.bottom + 1)) faults.push('out of its place: ' + what);
        if (element.scrollWidth > element.clientWidth + 1) faults.push('cut off: ' + what);
        if (element.localName === 'button' && Math.min(width, height) < 48) faults.push('too small: ' + what);
      }
      return faults;
    })()`)) as string[];
    faults.push(...found.map((fault) => `${size.width}×${size.height} ${fault}`));
  }
  return faults;
}

async function axeFindings(page: Page): Promise<unknown[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  return (await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`)) as unknown[];
}
