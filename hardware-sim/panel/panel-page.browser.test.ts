import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type SimulatedCabinet, startCabinet } from '../start-cabinet.ts';

const browserUrl = inject('browser') ?? '';

describe.skipIf(!browserUrl)('the panel’s page', () => {
  let browser: Browser;
  let cabinet: SimulatedCabinet;
  let host: Socket;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.connect(browserUrl);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    cabinet = await startCabinet({ panelPort: 0, quickScans: [{ label: 'Badge', text: 'BADGE-7' }] });
    host = connect(Number(new URL(cabinet.lockLine).port), '127.0.0.1');
    complaints = [];
    page = await browser.newPage({ viewport: { width: 800, height: 480 } });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(cabinet.panel ?? '');
    await page.locator('[data-door]').first().waitFor();
  });
  afterEach(async () => {
    await page.close();
    host.destroy();
    await cabinet.stop();
    expect(complaints).toEqual([]);
  });

  it('shows a door spring open, takes a parcel in, and pushes it shut', async () => {
    host.write(Buffer.from('8A01021198', 'hex'));
    await page.getByText('Put parcel in').click();
    await page.getByText('Take out').waitFor();
    await page.getByText('Push shut').click();
    await cabinet.waitFor(({ doors }) =>
      doors.some(({ number, open, parcel }) => number === 2 && !open && parcel),
    );
    await page.getByText('Door 2: was pushed shut').waitFor();
  });

  it('jams the door that was chosen, and mends it', async () => {
    await page.getByLabel('Door 5,').click();
    await page.getByLabel('Jammed').selectOption('For good');
    await cabinet.waitFor(({ doors }) =>
      doors.every(({ number, jam }) => (jam === 'forGood') === (number === 5)),
    );
    await page.getByLabel('Jammed').selectOption('No');
    await cabinet.waitFor(({ doors }) => doors.every(({ jam }) => jam === null));
  });

  it('kills and revives a board, cuts and restores the network', async () => {
    await page.getByLabel('Board 1 is dead').check();
    await cabinet.waitFor(({ lockLines }) => lockLines[0]?.deadBoards.includes(1) ?? false);
    await page.getByLabel('Board 1 is dead').uncheck();
    await cabinet.waitFor(({ lockLines }) => lockLines[0]?.deadBoards.length === 0);
    await page.getByRole('switch').click();
    await cabinet.waitFor(({ network }) => network.cut);
    await page.getByText('Network cut').click();
    await cabinet.waitFor(({ network }) => !network.cut);
  });

  it('scans what is typed, and the usual things by a button', async () => {
    const scanner = connect(Number(new URL(cabinet.scannerLine).port), '127.0.0.1');
    await once(scanner, 'connect');
    let heard = '';
    scanner.on('data', (bytes) => (heard += bytes.toString()));
    const hears = async (text: string) => {
      while (heard.length < text.length) await once(scanner, 'data');
      expect(heard).toBe(text);
    };
    await page.getByLabel('Text to scan').fill('RB123456785GB');
    await page.getByLabel('Sent after the text').selectOption('LF');
    await page.getByRole('button', { name: 'Scan', exact: true }).click();
    await hears('RB123456785GB\n');
    await page.getByRole('button', { name: 'Badge' }).click();
    await hears('RB123456785GB\nBADGE-7\n');
    scanner.destroy();
  });

  it.each([
    { width: 1280, height: 800 },
    { width: 800, height: 480 },
  ])('fits a screen of $width × $height', async (size) => {
    await page.setViewportSize(size);
    const overflow = await page.evaluate(
      '[document.body.scrollWidth - innerWidth, document.body.scrollHeight - innerHeight]',
    );
    expect(overflow).toEqual([0, 0]);
  });
});
