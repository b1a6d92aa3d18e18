import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { LockerBook } from './ledger/index.ts';
import { WebPages } from './web-testing.ts';

const browserUrl = inject('browser') ?? '';

describe.skipIf(!browserUrl)('the operations page', () => {
  let web: WebPages;

  beforeAll(async () => {
    web = await WebPages.start(browserUrl, inject('postgres'));
  });
  afterAll(() => web?.stop());
  beforeEach(() => web.arrive());
  afterEach(() => web.leave());

  const uuid = () => web.parts.random.uuidv7(web.parts.clock.nowMs());
  const incarnation = '01900000-0000-7000-8000-000000000001';

  /** As the event processor commits it: rows of the log, with what they did. */
  const happens = (kinds: string[], decide: (book: LockerBook) => void = () => {}) =>
    web.change((book) => {
      const nowMs = web.parts.clock.nowMs();
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
      const row = {
        incarnation,
        ordinal: 1,
        nextSeq,
        head: 'h',
        fence: null,
        firstSeenAt: nowMs,
        durableSeq: 0,
        markedSeq: 0,
        markedAt: nowMs,
      };
      book.putIncarnation(row);
      decide(book);
    });
  const newest = () => web.page.locator('.events li').first();

  it('shows lockers and slots, and everything that happens, as it happens', async () => {
    await happens(['agent.started']);
    await web.open('/ops');
    await web.press('Mill Lane');
    await newest().getByText('agent.started').waitFor();
    await web.page.locator('[data-slot="2"]').getByText('free').waitFor();
    expect(await web.faults()).toEqual([]);

    await happens(['door.opened'], (book) => book.putSlot({ ...book.slot(2)!, door: 'open' }));
    await newest().getByText('door.opened').waitFor();
    await web.page.locator('[data-slot="2"]').getByText('door open').waitFor();
    await happens(['door.closed', 'package.deposited'], (book) => {
      book.putSlot({ ...book.slot(2)!, door: 'closed', occupancy: 'occupied' });
      const at = web.parts.clock.nowMs();
      book.raise({ v: 1, id: uuid(), locker: web.lockerId, alarm: 'board lost', at, detail: 'board-1' });
      const { serverEpoch, rev } = book.plan;
      book.setPresence({
        ...{ online: true, since: at, lastHeardAt: at, digestsAgree: true, session: null },
        ...{ confirmedEpoch: serverEpoch, confirmedRev: rev },
      });
    });
    await newest().getByText('package.deposited').waitFor();
    await web.page.locator('[data-slot="2"]').getByText('parcel inside').waitFor();
    await web.page.locator('tr', { hasText: 'Mill Lane' }).getByText('online').waitFor();
    await web.page.locator('tr', { hasText: 'Mill Lane' }).getByText('agreed').waitFor();
    await web.page.locator('.alarms').getByText('board lost').waitFor();
    expect(await web.faults()).toEqual([]);
  });

  it('shows how the doors do, the worst first, and why a slot is out of service', async () => {
    const row = (slot: number) => web.page.locator(`[data-door="${slot}"]`);
    const day = new Date(web.parts.clock.nowMs()).toISOString().slice(0, 10);
    const health = { day, pulses: 50, ordinal: 1 };
    await happens(['door.health'], (book) => {
      book.putSlot({ ...book.slot(9)!, faulty: true, faultReason: 'flapping', door: 'unknown' });
      book.putSlot({ ...book.slot(8)!, wearing: 'needs more attempts' });
      book.putSlot({ ...book.slot(6)!, occupancy: 'unsettled', door: 'open' });
      book.putSlot({ ...book.slot(2)!, door: 'closed', boardLost: true });
      const numbers = { openings: 40, firstOpens: 39, stuck: 0, opensInMs: 280 };
      book.noteDoorHealth({ ...health, ...numbers, slot: 1, seq: 1 });
      book.noteDoorHealth({
        ...health,
        ...numbers,
        slot: 8,
        seq: 2,
        firstOpens: 30,
        stuck: 2,
        opensInMs: 640,
      });
      book.noteDoorHealth({ ...health, ...numbers, slot: 6, seq: 3, firstOpens: 36 });
    });
    await web.open('/ops');
    await web.press('Mill Lane');
    await row(8).getByText('75 %').first().waitFor();
    const order = await web.page
      .locator('[data-door]')
      .evaluateAll((rows) => rows.map((one) => Number(one.getAttribute('data-door'))));
    expect(order.slice(0, 5)).toEqual([9, 8, 6, 1, 2]);
    expect(await row(9).textContent()).toMatch(/unknown.*out of service its switch flaps.*not used/s);
    expect(await row(8).textContent()).toMatch(/latch wearing needs more attempts.*of 40, 2 stuck.*640 ms/s);
    expect(await row(1).textContent()).toMatch(/in service.*98 % of 40.*280 ms/s);
    await web.page.locator('[data-slot="9"]').getByText('its switch flaps').waitFor();
    expect(await row(2).textContent()).toMatch(/unknown its board does not answer/);
    await web.page.locator('[data-slot="2"]').getByText('its board does not answer').waitFor();
    await web.sees('All doors of this site: in 30 days 88 % of 120 openings at the first pulse');
    expect(await web.faults()).toEqual([]);

    await happens(['latch.recovered'], (book) => book.putSlot({ ...book.slot(8)!, wearing: null }));
    await row(8).getByText('in service').waitFor();
    await happens(['board.back'], (book) => book.putSlot({ ...book.slot(2)!, boardLost: false }));
    await row(2).getByText('closed').waitFor();
    await happens(['slot.inService'], (book) =>
      book.putSlot({ ...book.slot(9)!, faulty: false, faultReason: null, door: 'closed' }),
    );
    await row(9).getByText('in service').waitFor();
  });

  it('says when the server is gone, and loads what was missed when it is back', async () => {
    await happens(['agent.started']);
    await web.open('/ops');
    await web.press('Mill Lane');
    await newest().waitFor();
    const port = await web.stopServer();
    await web.sees('The live connection is lost');
    await happens(['board.back']);
    await web.startServer(port);
    await newest().getByText('board.back').waitFor();
    await web.page.getByText('The live connection is lost').waitFor({ state: 'detached' });
  });
});
