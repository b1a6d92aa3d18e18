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
      const row = { incarnation, ordinal: 1, nextSeq, head: 'h', fence: null, firstSeenAt: nowMs };
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
