import { describe, expect, it } from 'vitest';
import { COMMAND_GAP_MS, STATUS_TIMEOUT_MS } from './bus-ready.ts';
import { answersOf } from './testing-answers.ts';
import { startScripted, tested } from './testing-board.ts';

const FLOOD_BYTES = 10_000_000;
const CHUNK_BYTES = 50_000;

describe.each(tested)('%s', (profile) => {
  it('lives through ten megabytes of noise and reads on', async () => {
    const { clock, board, far, peer } = startScripted(profile);
    await clock.until(board.read());
    const noise = Uint8Array.from({ length: CHUNK_BYTES }, (_, at) => (at * at * 31 + (at >> 3)) % 256);
    // A reply buried under it in one piece is found only by who keeps more than the newest bytes.
    far.reply = (frame) => [Uint8Array.of(...frame, ...noise)];
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'garbage' });
    await clock.advance(1_000);
    far.reply = () => {
      for (let sent = 0; sent < FLOOD_BYTES; sent += CHUNK_BYTES) peer.send(noise);
      return [];
    };
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'garbage' });
    // Until no reply is owed any more.
    await clock.advance(1_000);
    far.reply = (frame) => [noise, frame];
    expect(await clock.until(board.read())).toMatchObject({ ok: true, noise: CHUNK_BYTES });
    far.reply = (frame) => [frame];
    const reading = await clock.until(board.read());
    expect(reading).toMatchObject({ ok: true, noise: 0, doors: Array(board.channels).fill('closed') });
  });

  // A sum or XOR can hold by chance over two frames that went over each other: it then tells each open door of both.
  it('invents nothing where two boards answer at once', async () => {
    const outcomes = new Set<string>();
    for (const [mine, others] of [1, 2, 3, 4, 5, 6, 7].map((door) => [door, door + 1] as const)) {
      const { clock, board, far, bus } = startScripted(profile);
      far.open.add(mine);
      const other = { ...far, open: new Set([others]), drive: () => {} };
      // The line is low where either pulls it down.
      far.reply = (frame, asked) => {
        const second = answersOf[profile]?.(asked, other) ?? [];
        return [frame.map((byte, at) => byte & (second[at] ?? 0xff))];
      };
      const reading = await clock.until(board.read());
      const open = reading.ok ? reading.doors.flatMap((door, at) => (door === 'open' ? [at + 1] : [])) : [];
      outcomes.add(reading.ok ? 'told' : reading.reason);
      expect(open).toEqual(reading.ok ? [mine, others] : []);
      await clock.until(bus.close());
    }
    expect(outcomes).toContain('garbage');
  });

  it.each([
    ['silence', []],
    ['noise', [0xaa, 0x55]],
  ])(
    'does not take a reply that comes after %s for the answer to the next question',
    async (_what, noise) => {
      const { clock, board, far, peer } = startScripted(profile);
      await clock.until(board.read());
      far.reply = (frame) => {
        if (noise.length > 0) clock.after(30, () => peer.send(Uint8Array.from(noise)));
        clock.after(STATUS_TIMEOUT_MS + 130, () => peer.send(frame));
        return [];
      };
      await clock.advance(COMMAND_GAP_MS);
      const reading = board.read();
      await clock.advance(10);
      // Told by the reply to the first question, this door would still be closed.
      far.open.add(1);
      await clock.advance(STATUS_TIMEOUT_MS);
      far.reply = (frame) => {
        clock.after(50, () => peer.send(frame));
        return [];
      };
      const told = await clock.until(reading);
      expect(told.ok && told.doors[0]).toBe('open');
    },
  );

  it.each([130, 900])(
    'says that there is no answer while every answer comes %i ms too late',
    async (lateMs) => {
      const { clock, board, far, peer } = startScripted(profile);
      await clock.until(board.read());
      far.reply = (frame) => {
        clock.after(STATUS_TIMEOUT_MS + lateMs, () => peer.send(frame));
        return [];
      };
      for (let reads = 0; reads < 5; reads++) {
        expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'no answer' });
      }
    },
  );

  it('takes a truncated reply for garbage, also with the next one behind it', async () => {
    const { clock, board, far } = startScripted(profile);
    await clock.until(board.read());
    far.reply = (frame) => [frame.subarray(0, -2)];
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'garbage' });
    far.reply = (frame) => [frame.subarray(0, -2), frame];
    expect(await clock.until(board.read())).toMatchObject({
      ok: true,
      doors: Array(board.channels).fill('closed'),
    });
  });
});
