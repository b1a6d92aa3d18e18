import { describe, expect, it } from 'vitest';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { Bcc8aEntry, bcc8a } from './bcc8a-board.ts';
import { findEcho } from './bus-echo.ts';
import { openSerialBoard } from './profiles.ts';
import { serialBus } from './serial-bus.ts';
import { bytes, hex, replyOf, scriptedBoards } from './testing.ts';
import { startScripted } from './testing-board.ts';

const PROBE = '80010133B3';

/** An "8A" board of eight: its whole status is one byte, so that the echo of the query looks like a reply. */
function startEight() {
  const clock = manualClock();
  const { line, peer } = fakeLine();
  const boards = scriptedBoards(peer, { 1: 8 });
  const bus = serialBus({ line, clock, echoProbe: bcc8a.echoProbe(1) });
  const entry = Bcc8aEntry.parse({ name: 'b', profile: 'bcc8a', line: 'bus', address: 1, channels: 8 });
  const board = openSerialBoard(entry, bus);
  const read = () => clock.until(board.read());
  const pulse = (channel = 1) => clock.until(board.pulse(channel, 300));
  return { clock, peer, boards, board, read, pulse };
}

const closed = { ok: true, noise: 0, doors: Array(8).fill('closed') };
const unacknowledged = { ok: true, acknowledged: false };
const acknowledged = { ok: true, acknowledged: true };

describe('what came to the probe', () => {
  const find = findEcho(bcc8a.echoProbe(1));
  it.each([
    ['a reply alone', '8001011191', 'none'],
    ['a reply behind a glitch', 'FA8001011191', 'none'],
    ['an echo and a reply', '80010133B38001011191', 'echo'],
    ['an echo with a wrong bit, and a reply', '81010133B38001011191', 'unclear'],
    ['an echo cut short, and a reply', '800101338001011191', 'unclear'],
    ['noise', 'FAFD9999', 'unclear'],
  ])('%s', (_what, came, judged) => {
    expect(replyOf(find, bytes(came))).toBe(judged);
  });
});

describe('an echo spoilt at the probe', () => {
  it.each([
    ['with a wrong bit', (echo: Uint8Array) => echo.with(0, 0x81)],
    ['cut short', (echo: Uint8Array) => echo.subarray(0, 4)],
  ])('%s is no proof that there is none', async (_how, spoil) => {
    const { peer, boards, read, pulse } = startEight();
    const answer = peer.onBytes;
    let first = true;
    peer.onBytes = (asked) => {
      peer.send(first ? spoil(asked) : asked);
      first = false;
      answer(asked);
    };
    expect(await read()).toMatchObject(closed);
    boards.dead.add(1);
    expect(await read()).toMatchObject({ ok: false });
    expect(await pulse()).toMatchObject(unacknowledged);
  });
});

describe('an adapter that begins to echo', () => {
  it('tells no doors of a board that died meanwhile, and acknowledges nothing for it', async () => {
    const { boards, read, pulse } = startEight();
    expect(await read()).toMatchObject(closed);
    boards.echo = true;
    boards.dead.add(1);
    expect(await pulse()).toMatchObject({ ...unacknowledged, silent: true });
    expect(await read()).toMatchObject({ ok: false, reason: 'no answer' });
    expect(await pulse()).toMatchObject(unacknowledged);
  });

  it('tells no doors of a dead board by the very first echo', async () => {
    const { boards, read } = startEight();
    expect(await read()).toMatchObject(closed);
    boards.echo = true;
    boards.dead.add(1);
    expect(await read()).toMatchObject({ ok: false, reason: 'no answer' });
  });

  it('is worked with as long as it lasts, and after it', async () => {
    const { boards, read, pulse } = startEight();
    await read();
    boards.echo = true;
    expect(await read()).toMatchObject({ ok: true, doors: Array(8).fill('closed') });
    expect(await read()).toMatchObject(closed);
    expect(await pulse()).toEqual(acknowledged);
    boards.echo = false;
    expect(await read()).toMatchObject({ ok: true });
    expect(await pulse(2)).toEqual(acknowledged);
    expect(await read()).toMatchObject({ ok: true, noise: 0 });
  });

  it('acknowledges nothing for a dead relay board, whose every reply to a write equals it', async () => {
    const { clock, board, far } = startScripted('modbus-relay');
    await clock.until(board.read());
    Object.assign(far, { echo: true, dead: true });
    expect(await clock.until(board.pulse(1, 300))).toMatchObject(unacknowledged);
    far.dead = false;
    await clock.until(board.read());
    expect(await clock.until(board.pulse(2, 300))).toEqual(acknowledged);
  });
});

describe('a reply that equals its question', () => {
  it('is believed where the adapter does not echo: eight doors are open', async () => {
    const { boards, read } = startEight();
    for (let door = 1; door <= 8; door++) boards.setOpen(1, door, true);
    for (let reads = 0; reads < 3; reads++) {
      expect(await read()).toEqual({ ok: true, noise: 0, doors: Array(8).fill('open'), inputs: [] });
    }
  });

  it('is not believed where every probe behind it hears noise', async () => {
    const { boards, read, pulse } = startEight();
    await read();
    boards.reply = (frame, asked) => (hex(asked) === PROBE ? [Uint8Array.of(1, 2, 3)] : [frame]);
    expect(await pulse()).toMatchObject(unacknowledged);
  });

  it('is believed where one probe hears noise and the next does not, and where the board is reset by its pulse', async () => {
    const { boards, read, pulse } = startEight();
    await read();
    let probes = 0;
    boards.reply = (frame, asked) =>
      hex(asked) === PROBE && probes++ === 0 ? [Uint8Array.of(1, 2, 3)] : [frame];
    expect(await pulse()).toEqual(acknowledged);
    boards.reply = (frame, asked) => (hex(asked) === PROBE ? [] : [frame]);
    expect(await pulse(2)).toEqual(acknowledged);
  });

  it('is not believed when another adapter came before the probe', async () => {
    const { clock, peer, boards, board, read } = startEight();
    await read();
    boards.echo = true;
    boards.dead.add(1);
    const answer = peer.onBytes;
    peer.onBytes = (asked) => {
      if (hex(asked)?.startsWith('8A0102')) {
        peer.unplug();
        peer.plug();
        boards.echo = false;
        boards.dead.clear();
      } else answer(asked);
    };
    const outcomes = await clock.until(Promise.all([board.pulse(1, 300), board.pulse(2, 300)]));
    expect(outcomes).toMatchObject([unacknowledged, unacknowledged]);
  });
});
