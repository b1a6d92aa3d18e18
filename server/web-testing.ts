import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { LockerId, SlotSize } from '@latchwork/shared';
import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { startTestParts, type TestParts } from './access/testing.ts';
import { testApp } from './http/testing.ts';
import type { LockerBook } from './ledger/index.ts';

const pagesFolder = join(import.meta.dirname, 'web/dist');
export const links = ['kiosk', 'panel', 'mailbox'].map((name) => ({
  name,
  url: `http://127.0.0.1:1/${name}`,
}));

/** The built pages over a server with a locker at Mill Lane, one in France and one in Texas, and a person's browser. */
export class WebPages {
  readonly parts: TestParts;
  readonly #browser: Browser;
  #app: FastifyInstance | undefined;
  #url = '';
  #lockerId: LockerId | undefined;
  #visit: { context: BrowserContext; page: Page; complaints: string[] } | undefined;

  private constructor(parts: TestParts, browser: Browser) {
    this.parts = parts;
    this.#browser = browser;
  }

  /** @param connection `inject('postgres')` */
  static async start(browserUrl: string, connection: unknown): Promise<WebPages> {
    const web = new WebPages(await startTestParts(connection), await chromium.connect(browserUrl));
    await web.startServer();
    web.#lockerId = await web.parts.activeLocker({ slots: [...'SSSSSSMMMMLLLL'] as SlotSize[] });
    const paris = { name: 'Rivoli', country: 'fr', pincode: '75001', lat: 48.86, long: 2.34 };
    await web.parts.activeLocker(paris);
    await web.parts.activeLocker({ ...paris, name: 'Plano', country: 'us', lat: 33.0, long: -96.7 });
    return web;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#app?.close();
    await this.parts.stop();
  }

  async startServer(port = 0): Promise<void> {
    const { app } = await testApp(this.parts, { links, pagesFolder });
    this.#app = app;
    await app.listen({ host: '127.0.0.1', port });
    this.#url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  }

  /** @returns the port at which it can come back */
  async stopServer(): Promise<number> {
    await this.#app?.close();
    return Number(new URL(this.#url).port);
  }

  /** The server's own address. */
  get url(): string {
    return this.#url;
  }

  /** A browser that remembers nothing. */
  async arrive(): Promise<void> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A refusal that the page puts in words is also noted by the browser itself.
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
    });
    this.#visit = { context, page, complaints };
  }

  /** Throws when a page complained of anything. */
  async leave(): Promise<void> {
    const { context, complaints } = this.#here;
    await context.close();
    if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`);
  }

  get page(): Page {
    return this.#here.page;
  }

  get context(): BrowserContext {
    return this.#here.context;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#url + path);
  }

  press(button: string): Promise<void> {
    return this.page.getByRole('button', { name: button }).click();
  }

  sees(text: string): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  /** As a domain commits it, at Mill Lane. */
  async change(decide: (book: LockerBook) => void): Promise<void> {
    const lockerId = this.lockerId;
    await this.parts.ledger.commit({ lockers: [lockerId] }, (books) => {
      const book = books.of(lockerId);
      if (book !== undefined) decide(book);
    });
  }

  /** Mill Lane's. */
  get lockerId(): LockerId {
    if (this.#lockerId === undefined) throw new Error('not started');
    return this.#lockerId;
  }

  /** What axe finds, and at a phone's width what makes the page wider than the screen. */
  async faults(): Promise<unknown[]> {
    const { page } = this;
    if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
    const found = (await page.evaluate(`axe.run().then(({ violations }) =>
      violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`)) as unknown[];
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 740 });
    const widerPx = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if (size) await page.setViewportSize(size);
    return widerPx === 0 ? found : [...found, `${widerPx} px wider than a phone`];
  }

  get #here() {
    if (this.#visit === undefined) throw new Error('nobody arrived');
    return this.#visit;
  }
}
