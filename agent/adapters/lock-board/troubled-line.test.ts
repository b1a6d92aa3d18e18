import { describe, expect, it } from 'vitest';
import { startScripted, tested } from './testing-board.ts';

const FLOOD_BYTES = 10_000_000;
const CHUNK_BYTES = 50_000;

describe.each(tested)('%s', (profile) => {
  it('lives through ten megabytes of noise and reads on', async () => {
    const { clock, board, far, peer } = startScripted(profile);
    await clock.until(board.read());
    const noise = Uint8Array.from({ length: CHUNK_BYTES }, (_, at) => (at * at * 31 + (at >> 3)) % 256);
    far.reply = () => {
      for (let sent = 0; sent < FLOOD_BYTES; sent += CHUNK_BYTES) peer.send(noise);
      return [];
    };
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'garbage' });
    far.reply = (frame) => [noise, frame];
    expect(await clock.until(board.read())).toMatchObject({ ok: true, noise: CHUNK_BYTES });
    far.reply = (frame) => [frame];
    const reading = await clock.until(board.read());
    expect(reading).toMatchObject({ ok: true, noise: 0, doors: Array(board.channels).fill('closed') });
  });

  it('never believes two boards that answer as one, where their states differ', async () => {
    const { clock, board, far } = startScripted(profile);
    far.open.add(1);
    // Both drive the line at once: a bit is 0 where either pulls it down.
    far.reply = (frame) => [frame.map((byte, at) => byte & (frame.at(-1 - at) ?? 0) & 0x7f)];
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'garbage' });
  });

  it('does not take a reply that comes after its time for the answer to the next question', async () => {
    const { clock, board, far, peer } = startScripted(profile);
    await clock.until(board.read());
    const late: Uint8Array[] = [];
    far.reply = (frame) => {
      late.push(frame);
      return [];
    };
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'no answer' });
    for (const frame of late) peer.send(frame);
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'no answer' });
  });

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
