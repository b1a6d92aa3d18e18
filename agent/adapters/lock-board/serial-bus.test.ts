import { describe, expect, it } from 'vitest';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { bcc8a } from './bcc8a-board.ts';
import { encodeOpen, encodeReadAll, findOpenReply, findReadAllReply } from './bcc8a-frames.ts';
import { QUIET_MS } from './bus-exchange.ts';
import { RETRY_FIRST_MS, RETRY_MOST_MS } from './bus-link.ts';
import { COMMAND_GAP_MS, STATUS_TIMEOUT_MS } from './bus-ready.ts';
import type { FindReply } from './find-reply.ts';
import { QUEUE_MAX, serialBus } from './serial-bus.ts';
import { scriptedBoards } from './testing.ts';

const PROBE = '80010133B3';
const READ = '80010033B2';

function start() {
  const clock = manualClock();
  const { line, peer } = fakeLine('bus');
  const boards = scriptedBoards(peer, { 1: 8 });
  const sentAtMs: number[] = [];
  const answer = peer.onBytes;
  peer.onBytes = (bytes) => {
    sentAtMs.push(clock.monotonicMs());
    answer(bytes);
  };
  const bus = serialBus({ line, clock, echoProbe: bcc8a.echoProbe(1) });
  const read = () =>
    bus.ask({
      bytes: encodeReadAll(1),
      urgent: false,
      timeoutMs: STATUS_TIMEOUT_MS,
      replyDue: true,
      findReply: findReadAllReply(1),
    });
  const open = (channel: number, replyDue = true) =>
    bus.ask({
      bytes: encodeOpen(1, channel),
      urgent: true,
      timeoutMs: replyDue ? 1_500 : COMMAND_GAP_MS,
      replyDue,
      findReply: findOpenReply(1, channel),
    });
  return { clock, peer, boards, bus, read, open, sentAtMs };
}

describe('turns', () => {
  it('sends nothing before it is asked, and first of all the echo probe', async () => {
    const { clock, boards, read, peer } = start();
    expect(peer.opened).toBe(0);
    expect(await clock.until(read())).toMatchObject({ ok: true });
    expect(boards.heard).toEqual([PROBE, READ]);
  });

  it('keeps one question in flight, and silence between two', async () => {
    const { clock, read, sentAtMs } = start();
    await clock.until(Promise.all([read(), read(), read()]));
    const gaps = sentAtMs.slice(1).map((atMs, at) => atMs - (sentAtMs[at] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(COMMAND_GAP_MS);
    expect(sentAtMs).toHaveLength(4);
  });

  it('lets an open go ahead of waiting reads and of doubts about the open before, and keeps the order among opens', async () => {
    const { clock, boards, read, open } = start();
    const asked = [read(), read(), open(3), open(2), read()];
    await clock.until(Promise.all(asked));
    expect(boards.heard).toEqual([PROBE, '8A01031199', '8A01021198', PROBE, PROBE, READ, READ, READ]);
  });

  it('lets an open wait for the exchange in flight and its gap, and no longer, whenever it comes', async () => {
    const { clock, boards, peer, read, open, sentAtMs } = start();
    // Five bytes there and five back, at 9600 baud.
    const exchangeMs = 10;
    boards.reply = (frame) => {
      clock.after(exchangeMs, () => peer.send(frame));
      return [];
    };
    let polling = true;
    const poll = async () => {
      while (polling) await read();
    };
    const polls = [poll(), poll(), poll()];
    await clock.advance(1_000);
    for (let n = 0; n < 100; n++) {
      await clock.advance(n % 67);
      const askedMs = clock.monotonicMs();
      const sentBefore = sentAtMs.length;
      await clock.until(open(1));
      const sent = boards.heard.findIndex((frame, at) => at >= sentBefore && frame.startsWith('8A'));
      expect((sentAtMs[sent] ?? 0) - askedMs).toBeLessThanOrEqual(exchangeMs + COMMAND_GAP_MS);
    }
    polling = false;
    await clock.until(Promise.all(polls));
  });

  it('refuses what is too much, reads and opens apart', async () => {
    const { clock, read, open } = start();
    const reads = Array.from({ length: QUEUE_MAX + 3 }, read);
    expect(await clock.until(open(1))).toMatchObject({ ok: true });
    const answers = await clock.until(Promise.all(reads));
    expect(answers.filter((answer) => !answer.ok && answer.reason === 'queue full')).toHaveLength(3);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(QUEUE_MAX);
  });

  it('answers what waits and what is in flight when it is closed', async () => {
    const { clock, boards, bus, read, open, peer } = start();
    await clock.until(read());
    boards.dead.add(1);
    const asked = [open(1), open(2), read()];
    await clock.advance(COMMAND_GAP_MS);
    await clock.until(bus.close());
    expect(await Promise.all(asked)).toMatchObject([
      { ok: false, sent: true },
      { ok: false, reason: 'closed', sent: false },
      { ok: false, reason: 'closed', sent: false },
    ]);
    expect(peer.isOpen).toBe(false);
    expect(await read()).toMatchObject({ reason: 'closed' });
    await bus.close();
  });
});

describe('trouble', () => {
  it('closes and reopens a line whose board fell silent, and asks it nothing twice by itself', async () => {
    const { clock, boards, read, peer } = start();
    await clock.until(read());
    boards.dead.add(1);
    expect(await clock.until(read())).toMatchObject({ ok: false, reason: 'no answer', sent: true });
    expect(peer.isOpen).toBe(false);
    boards.dead.clear();
    expect(await clock.until(read())).toMatchObject({ ok: true });
    expect(peer.opened).toBe(2);
    expect(boards.heard).toEqual([PROBE, READ, READ, READ]);
  });

  it('calls it garbage when bytes came but no reply', async () => {
    const { clock, boards, read } = start();
    await clock.until(read());
    boards.reply = (frame) => [frame.with(-1, 0x00)];
    expect(await clock.until(read())).toMatchObject({ ok: false, reason: 'garbage' });
  });

  it('finds the reply behind noise, in pieces, and after a pause', async () => {
    const { clock, boards, peer, read } = start();
    await clock.until(read());
    boards.reply = (frame) => {
      clock.after(40, () => peer.send(Uint8Array.of(0xfa, 0xfd, 0x99, 0x99)));
      clock.after(120, () => peer.send(frame.subarray(0, 2)));
      clock.after(120 + 4 * QUIET_MS, () => peer.send(frame.subarray(2)));
      return [];
    };
    expect(await clock.until(read())).toMatchObject({ ok: true, reply: Uint8Array.of(0xff) });
  });

  it('survives a line that never stops talking', async () => {
    const { clock, boards, peer, read } = start();
    await clock.until(read());
    const babble = () => {
      peer.send(Uint8Array.from({ length: 64 }, (_, at) => at));
      if (peer.isOpen) clock.after(5, babble);
    };
    boards.reply = () => {
      babble();
      return [];
    };
    expect(await clock.until(read())).toMatchObject({ ok: false, reason: 'garbage' });
    boards.reply = (frame) => [frame];
    expect(await clock.until(read())).toMatchObject({ ok: true });
  });

  it('keeps only the newest bytes of a flood', async () => {
    const { clock, boards, peer, bus, read } = start();
    await clock.until(read());
    boards.reply = (frame) => {
      for (let chunk = 0; chunk < 100; chunk++) peer.send(new Uint8Array(4_096).fill(0x55));
      return [frame];
    };
    const lengths: number[] = [];
    const find = findReadAllReply(1);
    const findReply: FindReply<Uint8Array> = (received, quiet) => {
      lengths.push(received.length);
      return find(received, quiet);
    };
    const bytes = encodeReadAll(1);
    const flooded = bus.ask({
      bytes,
      urgent: false,
      timeoutMs: STATUS_TIMEOUT_MS,
      replyDue: true,
      findReply,
    });
    expect(await clock.until(flooded)).toMatchObject({ ok: true });
    expect(Math.max(...lengths)).toBe(256);
  });

  it('does not take a late reply for the answer to the next question', async () => {
    const { clock, boards, peer, read, open } = start();
    await clock.until(read());
    boards.reply = () => [];
    expect(await clock.until(open(1))).toMatchObject({ ok: false, reason: 'no answer', sent: true });
    peer.send(Uint8Array.of(0x8a, 1, 1, 0x11, 0x9b));
    expect(await clock.until(open(1))).toMatchObject({ ok: false, reason: 'no answer' });
  });

  it('tells a line that went away mid-question from one that was gone before', async () => {
    const { clock, boards, peer, read, open } = start();
    await clock.until(read());
    boards.reply = () => {
      peer.unplug();
      return [];
    };
    expect(await clock.until(open(1))).toMatchObject({ ok: false, reason: 'line lost', sent: true });
    expect(await clock.until(open(1))).toMatchObject({ ok: false, reason: 'line lost', sent: false });
    boards.reply = (frame) => [frame];
    peer.plug();
    await clock.advance(RETRY_MOST_MS);
    expect(await clock.until(open(2))).toMatchObject({ ok: true });
    expect(boards.driven(1)).toEqual([1, 2]);
  });

  it('tries a missing line again for ever, each time after a longer rest', async () => {
    const { clock, peer, read } = start();
    peer.unplug('permission denied');
    const opening = [0, RETRY_FIRST_MS - 1, 1, 2 * RETRY_FIRST_MS - 1, 1];
    const details: string[] = [];
    for (const restMs of opening) {
      await clock.advance(restMs);
      const answer = await clock.until(read());
      details.push(
        answer.ok ? 'ok' : answer.detail.includes('next try in') ? 'rests' : answer.detail.slice(0, 10),
      );
    }
    expect(details).toEqual(['permission', 'rests', 'permission', 'rests', 'permission']);
  });
});

describe('an echoing adapter', () => {
  it('is found out, and its echo is not taken for an acknowledgement', async () => {
    const { clock, boards, open, read } = start();
    boards.echo = true;
    expect(await clock.until(open(1))).toMatchObject({ ok: true });
    boards.unlockReply = 'silent';
    expect(await clock.until(open(2))).toMatchObject({ ok: false, reason: 'no answer', sent: true });
    expect(await clock.until(read())).toMatchObject({ ok: true, reply: Uint8Array.of(0xfc) });
  });

  it('is found out although the first board is dead', async () => {
    const { clock, boards, open } = start();
    boards.echo = true;
    boards.dead.add(1);
    expect(await clock.until(open(1))).toMatchObject({ ok: false, reason: 'no answer' });
  });

  it('is not taken for an acknowledgement while noise hides whether it is one', async () => {
    const { clock, boards, peer, open } = start();
    boards.unlockReply = 'silent';
    const answer = peer.onBytes;
    let spoilt = true;
    peer.onBytes = (asked) => {
      peer.send(spoilt ? asked.with(2, 0xff) : asked);
      spoilt = false;
      answer(asked.with(0, 0));
    };
    expect(await clock.until(open(1))).toMatchObject({ ok: false, reason: 'no answer', sent: true });
    expect(await clock.until(open(1))).toMatchObject({ ok: false, reason: 'no answer', sent: true });
    expect(boards.heard).toHaveLength(4);
  });

  it('is asked again after the line was away, since another adapter may be in its place', async () => {
    const { clock, boards, peer, open } = start();
    boards.unlockReply = 'header80';
    await clock.until(open(1));
    peer.unplug();
    peer.plug();
    boards.echo = true;
    boards.unlockReply = 'silent';
    expect(await clock.until(open(2))).toMatchObject({ ok: false, reason: 'no answer', sent: true });
    expect(boards.heard.filter((frame) => frame === PROBE)).toHaveLength(2);
  });
});

it('does not call it trouble where no reply is due', async () => {
  const { clock, boards, open, read, peer } = start();
  boards.unlockReply = 'silent';
  await clock.until(read());
  expect(await clock.until(open(5, false))).toMatchObject({ ok: false, reason: 'no answer', sent: true });
  expect(await clock.until(read())).toMatchObject({ ok: true, reply: Uint8Array.of(0xef) });
  expect(peer.opened).toBe(1);
});
