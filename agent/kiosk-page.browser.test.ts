import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { collect, frameMs, helpNumber, KioskPage } from './kiosk-testing.ts';
import { pageIsHere } from './ports/kiosk.ts';

const browserUrl = inject('browser') ?? '';

describe.skipIf(!browserUrl)('the kiosk’s page in a person’s hands', () => {
  let browser: Browser;
  let kiosk: KioskPage;

  beforeAll(async () => {
    browser = await chromium.connect(browserUrl);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    kiosk = await KioskPage.open(browser);
  });
  afterEach(() => kiosk.close());

  it('counts a wait down', async () => {
    await kiosk.holdClock();
    kiosk.show({ name: 'idle' }, { notice: { kind: 'refused', reason: 'too many tries', retryInS: 30 } });
    await kiosk.page.getByText('Wait 30 seconds').waitFor();
    await kiosk.pass(29_500);
    await kiosk.page.getByText('Wait 1 second', { exact: true }).waitFor();
    await kiosk.pass(1_000);
    await kiosk.page.getByText('You can type now').waitFor();
  });

  it('says four times a minute that it is there', async () => {
    const sent: unknown[] = [];
    kiosk.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload)));
    await kiosk.page.reload();
    await kiosk.shows('Collect your parcel');
    await expect.poll(() => sent).toEqual([pageIsHere]);
    await kiosk.holdClock();
    const before = sent.length;
    await kiosk.pass(60_000);
    await expect.poll(() => sent.length).toBeGreaterThanOrEqual(before + 4);
    expect(new Set(sent)).toEqual(new Set([pageIsHere]));
  });

  it('sends the code that was typed, by touch or on keys, and forgets it', async () => {
    for (const digit of '12345') await kiosk.touch(digit);
    await kiosk.touch('Delete');
    for (const digit of '5678') await kiosk.touch(digit);
    expect(await kiosk.typed()).toBe('1234 5678');
    expect(await kiosk.nextAction(() => kiosk.touch('Open'))).toEqual({ do: 'enterCode', code: '12345678' });
    expect(await kiosk.typed()).toBe('Your code');
    expect(
      await kiosk.nextAction(async () => {
        await kiosk.page.keyboard.type('x87654321');
        await kiosk.page.keyboard.press('Enter');
      }),
    ).toEqual({ do: 'enterCode', code: '87654321' });
    expect(kiosk.actions).toHaveLength(2);
  });

  it('takes no more digits than the agent does, and nothing but digits', async () => {
    await kiosk.page.keyboard.type('1234567890123456');
    expect(await kiosk.typed()).toBe('1234 5678 9012');
  });

  it('wipes what was typed when nobody touches the screen for 20 s', async () => {
    await kiosk.holdClock();
    await kiosk.page.keyboard.type('1234');
    await kiosk.pass(15_000);
    await kiosk.page.keyboard.type('5');
    await kiosk.pass(19_900);
    expect(await kiosk.typed()).toBe('1234 5');
    await kiosk.pass(100);
    expect(await kiosk.typed()).toBe('Your code');
    expect(kiosk.actions).toEqual([]);
  });

  it('wipes what was typed when the screen changes, not when only the network does', async () => {
    await kiosk.page.keyboard.type('1234');
    kiosk.show({ name: 'idle' }, { online: false });
    await kiosk.page.getByText('No network').waitFor();
    expect(await kiosk.typed()).toBe('1234');
    kiosk.show({ name: 'courierReady', carrier: 'Swift Parcels', deposited: 0 });
    await kiosk.shows('Scan a parcel');
    kiosk.show({ name: 'idle' });
    await kiosk.shows('Collect your parcel');
    expect(await kiosk.typed()).toBe('Your code');
  });

  it('reports a problem with the door at hand, or with none', async () => {
    kiosk.show({ name: 'doorOpen', ...collect });
    await kiosk.touch('Report a problem');
    await kiosk.shows('What is wrong with door 12?');
    expect(await kiosk.faults()).toEqual([]);
    expect(await kiosk.nextAction(() => kiosk.touch('The parcel is not inside'))).toEqual({
      do: 'reportProblem',
      slot: 12,
      problem: 'slot empty',
    });
    await kiosk.shows('Door 12 is open');
    kiosk.show({ name: 'idle' });
    await kiosk.shows('Collect your parcel');
    await kiosk.touch('Report a problem');
    expect(await kiosk.nextAction(() => kiosk.touch('A door does not close'))).toEqual({
      do: 'reportProblem',
      problem: 'door does not close',
    });
    await kiosk.touch('Report a problem');
    await kiosk.page.clock.fastForward(20_000);
    await kiosk.shows('Collect your parcel');
  });

  it('says when the agent is gone, whom to call, and finds it again', async () => {
    await kiosk.page.keyboard.type('1234');
    const port = await kiosk.stopAgent();
    await kiosk.shows('This screen has lost its locker');
    await kiosk.page.getByText('Harbour Street 12').waitFor();
    await kiosk.page.locator('footer').getByText(helpNumber).waitFor();
    expect(await kiosk.faults()).toEqual([]);
    await kiosk.page.clock.fastForward(2_000);
    await kiosk.startAgent(port);
    await kiosk.page.clock.fastForward(5_000);
    await kiosk.shows('Collect your parcel');
    expect(await kiosk.typed()).toBe('Your code');
  });

  it('lets a technician answer door by door, on keys too, and takes no second tap for the next door', async () => {
    const [one, two] = [1, 2].map((slot) => ({ slot, door: 'closed', recorded: 'empty' }) as const);
    if (!one || !two) throw new Error('unreachable');
    await kiosk.holdClock();
    kiosk.show({ name: 'serviceLeaving', why: 'left', touched: [one, two] });
    await kiosk.shows('What is behind door 1?');
    const empty = kiosk.page.getByRole('button', { name: 'It is empty' });
    expect(await empty.isDisabled()).toBe(true);
    await kiosk.pass(frameMs + 700);
    await empty.focus();
    const answer = await kiosk.nextAction(() => kiosk.page.keyboard.press('Enter'));
    expect(answer).toEqual({ do: 'settleSlot', slot: 1, occupied: false });
    kiosk.show({ name: 'serviceLeaving', why: 'left', touched: [two] });
    await kiosk.shows('What is behind door 2?');
    expect(await empty.isDisabled()).toBe(true);
    await kiosk.pass(frameMs + 700);
    expect(await empty.isDisabled()).toBe(false);
    expect(kiosk.actions).toHaveLength(1);
  });

  it('says so when a touch was not taken', async () => {
    kiosk.show({ name: 'confirmOpen', ...collect, blind: true });
    await kiosk.shows('Is door 12 open?');
    await kiosk.holdClock();
    await kiosk.page.evaluate(
      'for (let n = 0; n < 60; n += 1) document.querySelector("main button").click()',
    );
    await kiosk.page.getByText('That did not work').waitFor();
    await kiosk.pass(frameMs + 5_000);
    await kiosk.page.getByText('That did not work').waitFor({ state: 'detached' });
  });

  it('loads itself anew when the agent comes back with another page', async () => {
    await kiosk.page.route(`${kiosk.url}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><title>Newer</title><h1>Newer page</h1>',
      }),
    );
    const port = await kiosk.stopAgent();
    await kiosk.shows('This screen has lost its locker');
    await kiosk.startAgent(port);
    await kiosk.page.clock.fastForward(5_000);
    await kiosk.shows('Newer page');
  });
});
