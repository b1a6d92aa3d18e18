import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { realClock } from './adapters/clock/real-clock.ts';
import { type HttpKiosk, httpKiosk } from './adapters/kiosk/http-kiosk.ts';
import type { KioskAction } from './core/input.ts';
import type { AtSlot, KioskView, Screen } from './core/screen.ts';

const sizes = [
  { width: 800, height: 480 },
  { width: 1280, height: 800 },
  { width: 480, height: 800 },
];

/** Within this, what a screen does once it is shown has begun: it begins a frame later. */
export const frameMs = 100;

export const helpNumber = '0800 555 0100';
export const collect: AtSlot = { slot: 12, size: 'M', purpose: 'collect', blind: false };
export const deposit: AtSlot = { ...collect, purpose: 'deposit' };

/** The kiosk's page in a browser, with the real kiosk behind it and the test in the agent's place. */
export class KioskPage {
  readonly page: Page;
  /** What reached the agent, in order. */
  readonly actions: KioskAction[] = [];
  readonly #complaints: string[] = [];
  #kiosk: HttpKiosk | undefined;
  #onAction = () => {};

  private constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => message.type() === 'error' && this.#complaints.push(message.text()));
    page.on('pageerror', (error) => this.#complaints.push(error.message));
  }

  /** Opens the page on the idle screen, its clock in the test's hands. */
  static async open(browser: Browser): Promise<KioskPage> {
    const page = await browser.newPage({ viewport: sizes[0] ?? null, reducedMotion: 'reduce' });
    const kiosk = new KioskPage(page);
    await page.clock.install();
    await kiosk.startAgent();
    await page.goto(kiosk.url);
    await kiosk.shows('Collect your parcel');
    return kiosk;
  }

  /** Leaves nothing running. Throws when the page complained of anything. */
  async close(): Promise<void> {
    await this.page.close();
    await this.stopAgent();
    // The browser itself notes each try at a port where nobody listens.
    const own = this.#complaints.filter((complaint) => !complaint.includes('ERR_CONNECTION_REFUSED'));
    if (own.length > 0) throw new Error(`the page complained:\n${own.join('\n')}`);
  }

  get url(): string {
    return this.#kiosk?.url ?? '';
  }

  /** Idle, at the port that it had before. */
  async startAgent(port = 0): Promise<void> {
    const kiosk = httpKiosk({ port, clock: realClock() });
    await kiosk.start({
      onAction: (action) => {
        this.actions.push(action);
        this.#onAction();
      },
    });
    this.#kiosk = kiosk;
    this.show({ name: 'idle' });
  }

  /** @returns the port at which it can come back */
  async stopAgent(): Promise<number> {
    const port = Number(new URL(this.url).port);
    await this.#kiosk?.stop();
    return port;
  }

  /** From here on time passes on the page only by `pass`: a slow machine then sees what a fast one sees. */
  async holdClock(): Promise<void> {
    // Any moment ahead of the page's own time will do.
    await this.page.clock.pauseAt(Number(await this.page.evaluate('Date.now()')) + 60_000);
    await this.pass(frameMs);
  }

  async pass(durationMs: number): Promise<void> {
    await this.page.clock.runFor(durationMs);
  }

  show(screen: Screen, more: Partial<KioskView> = {}): void {
    this.#kiosk?.show({
      ...{ lockerName: 'Harbour Street 12', helpNumber, online: true, notice: null },
      ...{ screen, ...more },
    });
  }

  shows(heading: string): Promise<void> {
    return this.page.getByRole('heading', { name: heading, exact: true }).waitFor();
  }

  touch(button: string): Promise<void> {
    return this.page.getByRole('button', { name: button, exact: true }).click();
  }

  typed(): Promise<string | null> {
    return this.page.getByLabel('Code typed so far').textContent();
  }

  /** The next action that reaches the agent. */
  async nextAction(touching: () => Promise<void>): Promise<KioskAction | undefined> {
    const came = new Promise<void>((resolve) => {
      this.#onAction = resolve;
    });
    await touching();
    await came;
    return this.actions.at(-1);
  }

  /** What axe finds and what does not fit. */
  async faults(): Promise<unknown[]> {
    return [...(await this.layoutFaults()), ...(await axeFindings(this.page))];
  }

  /** At each screen size: what does not fit, and what is too small for a finger. */
  async layoutFaults(): Promise<string[]> {
    const faults: string[] = [];
    for (const size of sizes) {
      await this.page.setViewportSize(size);
      const found = (await this.page.evaluate(findLayoutFaults)) as string[];
      faults.push(...found.map((fault) => `${size.width}×${size.height} ${fault}`));
    }
    return faults;
  }
}

const findLayoutFaults = `(() => {
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
})()`;

async function axeFindings(page: Page): Promise<unknown[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  return (await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`)) as unknown[];
}
