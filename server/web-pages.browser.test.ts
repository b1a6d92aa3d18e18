import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { LockerId, SlotSize } from '@latchwork/shared';
import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContext, chromium, type Page, type Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startTestParts, type TestParts } from './access/testing.ts';
import { testApp } from './http/testing.ts';
import type { LockerBook } from './ledger/index.ts';

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
const pagesFolder = join(import.meta.dirname, 'web/dist');
const links = ['kiosk', 'panel', 'mailbox'].map((name) => ({ name, url: `http://127.0.0.1:1/${name}` }));
const { chromium: executablePath } = inject('tools');

describe.skipIf(!executablePath)('the web pages', () => {
  let parts: TestParts;
  let app: FastifyInstance;
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let lockerId: LockerId;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: chromiumFlags });
    parts = await startTestParts(inject('postgres'));
    await startApp(0);
    lockerId = await parts.activeLocker({ slots: [...'SSSSSSMMMMLLLL'] as SlotSize[] });
    const paris = { name: 'Rivoli', country: 'fr', pincode: '75001', lat: 48.86, long: 2.34 };
    await parts.activeLocker(paris);
    await parts.activeLocker({ ...paris, name: 'Plano', country: 'us', lat: 33.0, long: -96.7 });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await parts?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A refusal that the page puts in words is also noted by the browser itself.
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  async function startApp(port: number) {
    ({ app } = await testApp(parts, { links, pagesFolder }));
    await app.listen({ host: '127.0.0.1', port });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  }
  const open = (path: string) => page.goto(url + path);
  const press = (name: string) => page.getByRole('button', { name }).click();
  const sees = (text: string) => page.getByText(text).first().waitFor();
  const change = (decide: (book: LockerBook) => void) =>
    parts.ledger.commit({ lockers: [lockerId] }, (books) => decide(books.of(lockerId)!));

  /** Books at Mill Lane by the form; the page of the parcel is then open. */
  async function book({ size = 'Small', label = '' } = {}) {
    await open('/book?pincode=CB2+1RX');
    await page.getByLabel(size).check();
    await press('Find lockers');
    await press('Choose Mill Lane');
    await page.getByLabel('E-mail of the recipient').fill('ann@example.org');
    await page.getByLabel('Label on the parcel').fill(label);
    await press('Book this locker');
    await sees('Waiting for the courier');
  }

  it('home leads everywhere, and to a booking at a locker that stands here', async () => {
    await open('/');
    for (const { url: neighbour } of links) await page.locator(`.tiles a[href="${neighbour}"]`).waitFor();
    await page.getByRole('link', { name: 'Book at Mill Lane' }).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Book at Mill Lane' }).click();
    await page.waitForURL('**/book?pincode=CB2%201RX');
    expect(await page.getByLabel('Pincode').inputValue()).toBe('CB2 1RX');
  });

  describe('booking', () => {
    it('finds, chooses, says what is wrong with the request, books, and shows the parcel’s own page', async () => {
      await open('/book');
      await press('Find lockers');
      await sees('Say where');
      await page.getByLabel('Pincode').fill('AA1 1AA');
      await press('Find lockers');
      await sees('No locker stands where this pincode is.');
      await page.getByLabel('Pincode').fill('cb2 1rx');
      await press('Find lockers');
      await press('Choose Mill Lane');
      await page.getByLabel('E-mail of the recipient').fill('ann@localhost');
      await page.getByLabel('Label on the parcel').fill('shop-4711 a');
      expect(await faults(page)).toEqual([]);
      await press('Book this locker');
      await sees('email: Invalid email address');
      await page.getByLabel('E-mail of the recipient').fill('ann@example.org');
      await press('Book this locker');
      await sees('A slot is held for you at Mill Lane');
      await sees('SHOP-4711A');
      expect(page.url()).toMatch(/\/parcel#booking=gb_[0-9a-f-]+&token=.+/);
      expect(await faults(page)).toEqual([]);
    });

    it('asks for the country of a pincode that several have', async () => {
      await open('/book?pincode=75001');
      await press('Find lockers');
      await sees('Several countries have this pincode');
      await page.getByLabel('Country').fill('fr');
      await press('Find lockers');
      await sees('Rivoli');
    });

    it('searches around a position, where the browser may tell it', async () => {
      await context.grantPermissions(['geolocation'], { origin: url });
      await context.setGeolocation({ latitude: 48.85, longitude: 2.35 });
      await open('/book');
      await press('Use my position');
      await sees('1.3 km');
      const names = await page.locator('.found h2').allTextContents();
      expect(names).toEqual(['Rivoli', 'Mill Lane', 'Plano']);
    });

    it('says so where the browser may not tell the position', async () => {
      await context.clearPermissions();
      await open('/book');
      await press('Use my position');
      await sees('Give a pincode instead.');
    });

    it('holds one slot only, when the answer was lost and the form is sent again', async () => {
      const before = await bookings();
      const loseAnswer = async (route: Route) => {
        await route.fetch();
        await route.abort();
      };
      await page.route('**/v1/bookings', loseAnswer, { times: 1 });
      await open('/book?pincode=CB2+1RX');
      await page.getByLabel('Large').check();
      await press('Find lockers');
      await press('Choose Mill Lane');
      await page.getByLabel('E-mail of the recipient').fill('bob@example.org');
      await press('Book this locker');
      await sees('The server does not answer.');
      await press('Book this locker');
      await sees('Waiting for the courier');
      expect(await bookings()).toBe(before + 1);
    });

    it('says when a locker is full', async () => {
      await open('/book?pincode=CB2+1RX');
      await page.getByLabel('Medium').check();
      await press('Find lockers');
      await press('Choose Mill Lane');
      await page.getByLabel('E-mail of the recipient').fill('cy@example.org');
      await change((book) => {
        for (const slot of book.slots) book.putSlot({ ...slot, faulty: true });
      });
      await press('Book this locker');
      await sees('No slot that takes this parcel is free there.');
      await change((book) => {
        for (const slot of book.slots) book.putSlot({ ...slot, faulty: false });
      });
    });

    const bookings = async () => (await parts.db.selectFrom('booking').select('booking_id').execute()).length;
  });

  describe('the page of a parcel', () => {
    it('follows it from waiting to picked up', async () => {
      await page.clock.install();
      await book({ label: 'FOLLOW-1' });
      const nowMs = parts.clock.nowMs();
      await putPackage('FOLLOW1', { status: 'DELIVERED', slot: 1, deliveredAt: nowMs });
      await page.clock.fastForward(3_000);
      await sees('Your parcel is in door 1 of Mill Lane');
      expect(await page.getByRole('button', { name: 'Cancel this booking' }).count()).toBe(0);
      expect(await faults(page)).toEqual([]);
      await putPackage('FOLLOW1', { status: 'PICKED_UP', pickedUpAt: nowMs });
      await page.clock.fastForward(3_000);
      await sees('Your parcel was picked up');
      expect(await page.locator('.timeline li').allTextContents()).toEqual([
        expect.stringContaining('Booked'),
        expect.stringContaining('In the locker'),
        expect.stringContaining('Picked up'),
      ]);
    });

    it('cancels, asked twice', async () => {
      await book();
      await press('Cancel this booking');
      expect(await faults(page)).toEqual([]);
      await press('Keep it');
      await press('Cancel this booking');
      await press('Yes, cancel it');
      await sees('This booking was cancelled');
      expect(await faults(page)).toEqual([]);
    });

    it('is shown to nobody without the whole address', async () => {
      await book();
      const address = page.url();
      await press('Cancel this booking');
      await press('Yes, cancel it');
      await sees('This booking was cancelled');
      await page.goto(address.replace(/token=.*/, 'token=AAAAAAAAAAAAAAAAAAAAAA'));
      await sees('There is no such booking.');
      await page.goto(address.replace(/#.*/, ''));
      await sees('This address is not whole');
      expect(await faults(page)).toEqual([]);
    });

    const putPackage = (label: string, more: object) =>
      change((book) => {
        const parcel = book.packages.find(({ trackingId }) => trackingId.replaceAll('-', '') === label)!;
        book.putPackage({ ...parcel, ...more });
      });
  });

  describe('operations', () => {
    const uuid = () => parts.random.uuidv7(parts.clock.nowMs());
    const incarnation = '01900000-0000-7000-8000-000000000001';

    /** As the event processor commits it: rows of the log, with what they did. */
    const happens = (kinds: string[], decide: (book: LockerBook) => void = () => {}) =>
      change((book) => {
        const nowMs = parts.clock.nowMs();
        const from = book.incarnations[0]?.nextSeq ?? 1;
        for (const [index, kind] of kinds.entries()) {
          const seq = from + index;
          const body = { id: uuid(), seq, at: nowMs, clock: 'good', kind, slot: 2, detail: `fact ${seq}` };
          book.log({
            ...{
              incarnation,
              ordinal: 1,
              seq,
              eventId: body.id,
              kind,
              slot: 2,
              at: nowMs,
              receivedAt: nowMs,
            },
            ...{ line: JSON.stringify(body), hash: 'h', setAside: null },
          });
        }
        const nextSeq = from + kinds.length;
        const row = { incarnation, ordinal: 1, nextSeq, head: 'h', fence: null, firstSeenAt: nowMs };
        book.putIncarnation(row);
        decide(book);
      });
    const newest = () => page.locator('.events li').first();

    it('show lockers and slots, and everything that happens, as it happens', async () => {
      await happens(['agent.started']);
      await open('/ops');
      await press('Mill Lane');
      await newest().getByText('agent.started').waitFor();
      await page.locator('[data-slot="2"]').getByText('free').waitFor();
      expect(await faults(page)).toEqual([]);

      await happens(['door.opened'], (book) => book.putSlot({ ...book.slot(2)!, door: 'open' }));
      await newest().getByText('door.opened').waitFor();
      await page.locator('[data-slot="2"]').getByText('door open').waitFor();
      await happens(['door.closed', 'package.deposited'], (book) => {
        book.putSlot({ ...book.slot(2)!, door: 'closed', occupancy: 'occupied' });
        const at = parts.clock.nowMs();
        book.raise({ v: 1, id: uuid(), locker: lockerId, alarm: 'board lost', at, detail: 'board-1' });
        const { serverEpoch, rev } = book.plan;
        book.setPresence({
          ...{ online: true, since: at, lastHeardAt: at, digestsAgree: true, session: null },
          ...{ confirmedEpoch: serverEpoch, confirmedRev: rev },
        });
      });
      await newest().getByText('package.deposited').waitFor();
      await page.locator('[data-slot="2"]').getByText('parcel inside').waitFor();
      await page.locator('tr', { hasText: 'Mill Lane' }).getByText('online').waitFor();
      await page.locator('tr', { hasText: 'Mill Lane' }).getByText('agreed').waitFor();
      await page.locator('.alarms').getByText('board lost').waitFor();
      expect(await faults(page)).toEqual([]);
    });

    it('say when the server is gone, and load what was missed when it is back', async () => {
      await open('/ops');
      await press('Mill Lane');
      await newest().waitFor();
      await app.close();
      await sees('The live connection is lost');
      await happens(['board.back']);
      await startApp(Number(new URL(url).port));
      await newest().getByText('board.back').waitFor();
      await page.getByText('The live connection is lost').waitFor({ state: 'detached' });
    });
  });
});

/** What axe finds, and at a phone's width what makes the page wider than the screen. */
async function faults(page: Page): Promise<unknown[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const found = (await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`)) as unknown[];
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const widerPx = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  if (size) await page.setViewportSize(size);
  return widerPx === 0 ? found : [...found, `${widerPx} px wider than a phone`];
}
