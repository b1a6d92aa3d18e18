import { once } from 'node:events';
import { connect } from 'node:net';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { CabinetLayout } from '../cabinet/layout.ts';
import { type CabinetOptions, type SimulatedCabinet, startCabinet } from '../start-cabinet.ts';

const browserUrl = inject('browser') ?? '';

describe.skipIf(!browserUrl)('the panel’s page', () => {
  let browser: Browser;
  let cabinet: SimulatedCabinet;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.connect(browserUrl);
  });
  afterAll(() => browser?.close());

  const show = async (options: CabinetOptions = {}) => {
    cabinet = await startCabinet({ panelPort: 0, ...options });
    complaints = [];
    page = await browser.newPage({ viewport: { width: 800, height: 480 } });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(cabinet.panel ?? '');
    await page.locator('[data-door]').first().waitFor();
  };
  const leave = async () => {
    await page.close();
    await cabinet.stop();
    expect(complaints).toEqual([]);
  };
  const door = (number: number) => cabinet.view().doors.find((state) => state.number === number);

  beforeEach(() => show({ quickScans: [{ label: 'Badge', text: 'BADGE-7' }] }));
  afterEach(leave);

  it('shows a door spring open, takes a parcel in, and pushes it shut', async () => {
    const host = connect(Number(new URL(cabinet.lockLine).port), '127.0.0.1');
    host.write(Buffer.from('8A01021198', 'hex'));
    await page.getByText('Put parcel in').click();
    await page.getByText('Take out').waitFor();
    await page.getByText('Push shut').click();
    await cabinet.waitFor(({ doors }) =>
      doors.some(({ number, open, parcel }) => number === 2 && !open && parcel),
    );
    await page.getByText('Door 2: was pushed shut').waitFor();
    host.destroy();
  });

  it('jams the door that was chosen, and mends it', async () => {
    await page.getByRole('button', { name: 'Door 5 shut' }).click();
    await page.getByLabel('Jammed').selectOption('For good');
    await cabinet.waitFor(({ doors }) =>
      doors.every(({ number, jam }) => (jam === 'forGood') === (number === 5)),
    );
    await page.getByLabel('Jammed').selectOption('No');
    await cabinet.waitFor(({ doors }) => doors.every(({ jam }) => jam === null));
  });

  it('kills and revives a board, cuts and restores the network', async () => {
    await page.getByLabel('Board 1').selectOption('Dead');
    await cabinet.waitFor(({ lockLines }) => lockLines[0]?.deadBoards.includes(1) ?? false);
    await page.getByLabel('Board 1').selectOption('Sound');
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

  it('breaks and mends whatever of a door can break', async () => {
    await page.getByRole('button', { name: 'Door 5 shut' }).click();
    for (const [label, option] of [
      ['Dirty', 'Springs after 3 s'],
      ['Pressed by its parcel', 'Yes'],
      ['Switch lies', 'The opposite'],
      ['Switch bounces', '40 ms after a move'],
      ['Switch flaps', 'Every 3 s'],
    ] as const) {
      await page.getByLabel(label).selectOption(option);
    }
    await cabinet.waitFor(() => door(5)?.flapping !== null);
    expect(door(5)).toMatchObject({
      ...{ slow: { delayMs: 3000 }, pressed: true, lyingSwitch: 'inverted' },
      ...{ bounce: { forMs: 40, everyMs: 5 }, flapping: { everyMs: 3000 } },
    });
    await page.getByRole('button', { name: 'Push it in' }).click();
    await page.getByText('Door 5: is being pushed in').waitFor();
    await page.getByRole('button', { name: 'Open with the key' }).click();
    await cabinet.waitFor(() => door(5)?.open === true);
  });

  it('breaks and mends a line and its boards', async () => {
    for (const [label, option] of [
      ['Noise', 'Garbles every 3rd reply'],
      ['Replies cut short', 'Every 3rd'],
      ['Replies late', 'All, by 2 s'],
      ['Garbage flood', 'A trickle'],
      ['Board 1', 'Answers in another name'],
    ] as const) {
      await page.getByLabel(label).selectOption(option);
    }
    await page.getByLabel('Adapter echoes').check();
    const [line] = (await cabinet.waitFor(({ lockLines }) => lockLines[0]?.echo === true)).lockLines;
    expect(line).toMatchObject({
      ...{ late: { delayMs: 2000, everyNth: 1 }, flood: { bytesPerS: 50 } },
      wrongAnswers: [{ board: 1, as: 2 }],
    });
    await page.getByRole('button', { name: 'Reset board 1' }).click();
    await page.getByText('Board 1 of line lock reset').waitFor();
  });

  describe('of a large cabinet', () => {
    beforeEach(async () => {
      await leave();
      await show({ layout: largeLayout() });
    });

    it('shows each line, and sets a board to another’s address', async () => {
      const right = page.locator('[data-line=right]');
      await right.getByLabel('Board 3').selectOption('Set to address 2, too');
      await cabinet.waitFor(({ lockLines }) => lockLines[1]?.misaddressed.length === 1);
      expect(cabinet.view().lockLines.map(({ misaddressed }) => misaddressed)).toEqual([
        [],
        [{ board: 3, as: 2 }],
      ]);
      await right.getByLabel('Board 3').selectOption('Sound');
      await cabinet.waitFor(({ lockLines }) => lockLines[1]?.misaddressed.length === 0);
    });

    it('has a service switch, and sensors that lie', async () => {
      await page.getByRole('switch', { name: 'Service switch off' }).click();
      await cabinet.waitFor(({ serviceSwitch }) => serviceSwitch === true);
      await page.getByRole('button', { name: 'Door 96 shut' }).click();
      await page.getByLabel('Sensor lies').selectOption('Always occupied');
      await page.getByLabel('Door switch lies').selectOption('The opposite');
      await cabinet.waitFor(() => door(96)?.lyingDoorSwitch === 'inverted');
      expect(door(96)?.lyingOccupancy).toBe('stuckOccupied');
    });

    it('leaves each door large enough for a finger, at any width', async () => {
      for (const size of [
        { width: 1280, height: 800 },
        { width: 390, height: 780 },
      ]) {
        await page.setViewportSize(size);
        const smallest =
          await page.evaluate(`Math.min(...[...document.querySelectorAll('.leaf')].map((leaf) =>
          Math.min(leaf.offsetHeight, leaf.offsetWidth)))`);
        expect(smallest).toBeGreaterThanOrEqual(40);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      }
    });
  });

  it('can be worked by keyboard alone', async () => {
    const focused = () => page.evaluate('document.activeElement?.textContent ?? ""');
    for (let steps = 0; steps < 10 && !String(await focused()).startsWith('Door 3 '); steps++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByLabel('Jammed').focus();
    await page.keyboard.press('End');
    await cabinet.waitFor(() => door(3)?.jam === 'forGood');
  });

  it.each([
    { width: 1280, height: 800 },
    { width: 390, height: 780 },
  ])('has nothing that axe finds at $width × $height, with a door open, another broken', async (size) => {
    await page.setViewportSize(size);
    cabinet.turnKey(2);
    cabinet.changeDoorFaults(3, { jam: 'forGood', pressed: true, flapping: { everyMs: 500 } });
    await page.getByRole('button', { name: 'Door 3 shut' }).click();
    await page.getByText('Put parcel in').waitFor();
    await page.evaluate(axe.source);
    const found =
      await page.evaluate(`axe.run({ rules: { 'label-content-name-mismatch': { enabled: true } } })
      .then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`);
    expect(found).toEqual([]);
  });
});

/** 96 small doors on two lines, the last one with a door switch and a sensor, and a service switch. */
function largeLayout(): CabinetLayout {
  const places = [
    { line: 'left', address: 1, profile: 'kerong-cu48' },
    { line: 'right', address: 2, profile: 'kerong-cu16' },
    { line: 'right', address: 3, profile: 'kerong-cu16' },
    { line: 'right', address: 4, profile: 'kerong-cu16' },
  ];
  const doors = places.flatMap(({ line, address, profile }) =>
    Array.from({ length: profile === 'kerong-cu48' ? 48 : 16 }, (_, n) => ({
      line,
      board: address,
      channel: n + 1,
    })),
  );
  const input = (number: number) => ({ line: 'right', board: 4, input: number });
  return CabinetLayout.parse({
    lines: [{ name: 'left' }, { name: 'right' }],
    boards: places,
    doors: doors.map((place, n) => ({
      ...{ ...place, number: n + 1, size: 'S' },
      ...(n === 95 && { doorSwitch: input(1), occupancy: input(2) }),
    })),
    serviceSwitch: input(16),
  });
}
