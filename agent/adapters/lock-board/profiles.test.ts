import { describe, expect, it } from 'vitest';
import { KerongCu12Entry } from './kerong-cu12-board.ts';
import { startScripted } from './testing-board.ts';

const sent = (frame: Uint8Array) => [frame];

describe('kerong-cu12', () => {
  /** An unlock's answer with this ASK byte. */
  const withAsk = (ask: number) => (frame: Uint8Array, asked: Uint8Array) =>
    asked[3] === 0x81 ? [frame.with(4, ask).with(7, (frame[7] ?? 0) - 0x10 + ask)] : [frame];

  it.each([
    [0x10, { ok: true, acknowledged: true }],
    [0x11, { ok: true, acknowledged: false }],
    [0x12, { ok: true, acknowledged: false }],
    [0x13, { ok: false, reason: 'refused', detail: 'board: the board says: unknown command' }],
    [0x14, { ok: false, reason: 'refused', detail: 'board: the board says: bad checksum' }],
  ])('answers an unlock with ASK %i', async (ask, outcome) => {
    const { clock, board, far, peer } = startScripted('kerong-cu12');
    far.reply = withAsk(ask);
    expect(await clock.until(board.pulse(1, 500))).toEqual(outcome);
    expect(peer.opened).toBe(1);
  });

  const unlockTime = '02020082000203C20037';
  it('is told its unlock time where the order of its bytes is known, and again after it was away', async () => {
    const { clock, board, far } = startScripted('kerong-cu12', {
      pulseMs: 550,
      unlockTimeOrder: 'highFirst',
    });
    const told = () => far.heard.filter((frame) => frame === unlockTime).length;
    await clock.until(board.read());
    await clock.until(board.pulse(1, 500));
    await clock.until(board.read());
    expect([told(), far.heard[1]]).toEqual([1, unlockTime]);
    far.dead = true;
    await clock.until(board.read());
    far.dead = false;
    expect(await clock.until(board.read())).toMatchObject({ ok: true });
    expect(told()).toBe(2);
  });

  it('is told nothing where it is not known', async () => {
    const { clock, board, far } = startScripted('kerong-cu12', { pulseMs: 550 });
    await clock.until(board.read());
    expect(far.heard).toHaveLength(2);
    expect(board.fixedPulseMs).toBe(550);
  });

  it('is refused with an order of bytes and no time to tell', () => {
    const entry = { name: 'b', profile: 'kerong-cu12', line: 'bus', address: 2, unlockTimeOrder: 'lowFirst' };
    const { error } = KerongCu12Entry.safeParse(entry);
    expect(error?.issues).toMatchObject([
      { path: ['unlockTimeOrder'], message: expect.stringContaining('give pulseMs too') },
    ]);
    expect(KerongCu12Entry.safeParse({ ...entry, pulseMs: 550 }).success).toBe(true);
  });

  it('says so when the board will not take the time', async () => {
    const { clock, board, far } = startScripted('kerong-cu12', { pulseMs: 550, unlockTimeOrder: 'lowFirst' });
    far.reply = (frame, asked) =>
      asked[3] === 0x82 ? [frame.with(4, 0x13).with(7, (frame[7] ?? 0) + 3)] : [frame];
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'refused' });
  });
});

describe('wkly', () => {
  it('does not take a failure for an opening, nor for a refusal', async () => {
    const { clock, board, far } = startScripted('wkly');
    far.reply = () => [Uint8Array.of(0x57, 0x4b, 0x4c, 0x59, 9, 0, 0x80, 0xff, 0x7f)];
    expect(await clock.until(board.pulse(1, 500))).toEqual({ ok: true, acknowledged: false });
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'refused' });
  });

  it('calls unknown what is neither open nor closed, or was not told', async () => {
    const { clock, board, far } = startScripted('wkly');
    const frame = [0x57, 0x4b, 0x4c, 0x59, 0x0d, 0, 0x84, 0, 3, 1, 0, 7];
    far.reply = () => [
      Uint8Array.of(
        ...frame,
        frame.reduce((check, byte) => check ^ byte, 0),
      ),
    ];
    const reading = await clock.until(board.read());
    expect(reading.ok && reading.doors.slice(0, 4)).toEqual(['closed', 'open', 'unknown', 'unknown']);
  });
});

describe('kerong-cu16', () => {
  it('takes whatever it says after an unlock for nothing', async () => {
    const { clock, board, far, peer } = startScripted('kerong-cu16');
    far.reply = sent;
    peer.send(Uint8Array.of(0x02, 0x30, 0x35, 0, 0, 0, 0, 3, 0x6a));
    expect(await clock.until(board.pulse(16, 500))).toEqual({ ok: true, acknowledged: false });
    expect(await clock.until(board.read())).toMatchObject({ ok: true, noise: 0 });
    expect(peer.opened).toBe(1);
  });
});

describe('modbus-relay', () => {
  const allOff = '010500FF0000FDFA';

  it('drives nothing before all relays are known to be off', async () => {
    const { clock, board, far } = startScripted('modbus-relay');
    far.dead = true;
    expect(await clock.until(board.pulse(1, 500))).toMatchObject({ ok: false, reason: 'no answer' });
    far.dead = false;
    expect(await clock.until(board.pulse(1, 500))).toEqual({ ok: true, acknowledged: true });
    expect(far.driven).toEqual([1]);
  });

  it('switches all off once, so that no later one cuts a pulse short, and again at the end', async () => {
    const { clock, board, far } = startScripted('modbus-relay');
    await clock.until(Promise.all([board.read(), board.pulse(1, 500), board.read()]));
    far.dead = true;
    await clock.until(board.read());
    far.dead = false;
    await clock.until(board.read());
    const times = () => far.heard.filter((frame) => frame === allOff).length;
    expect([far.heard[1], times()]).toEqual([allOff, 1]);
    await clock.until(board.close());
    expect(far.heard.slice(-2)).toContain(allOff);
    expect(times()).toBe(2);
  });

  it('says nothing at the end when nothing was ever asked', async () => {
    const { clock, board, peer } = startScripted('modbus-relay');
    await clock.until(board.close());
    expect(peer.opened).toBe(0);
  });

  it('reads its inputs beside the doors, of which it knows no more than it has inputs', async () => {
    const { clock, board, far } = startScripted('modbus-relay', { channels: 8, inputs: 4 });
    far.open.add(2);
    expect(await clock.until(board.read())).toMatchObject({
      doors: ['closed', 'open', 'closed', 'closed', 'unknown', 'unknown', 'unknown', 'unknown'],
      inputs: ['on', 'off', 'on', 'on'],
    });
    expect(board).toMatchObject({ blind: false, inputs: 4 });
    expect(board.fixedPulseMs).toBe(undefined);
  });

  it('is blind without inputs, and says that it is alive', async () => {
    const { clock, board, far } = startScripted('modbus-relay', { inputs: 0 });
    expect(board).toMatchObject({ blind: true, inputs: 0 });
    expect(await clock.until(board.read())).toMatchObject({
      ok: true,
      doors: Array(8).fill('unknown'),
      inputs: [],
    });
    far.dead = true;
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'no answer' });
  });

  it('tells an exception from silence, and does not ask again', async () => {
    const { clock, board, far } = startScripted('modbus-relay');
    await clock.until(board.read());
    far.reply = (frame, asked) => (asked[1] === 5 ? [Uint8Array.of(0x01, 0x85, 0x02, 0xc3, 0x51)] : [frame]);
    const refused = await clock.until(board.pulse(1, 500));
    expect(refused).toEqual({ ok: false, reason: 'refused', detail: 'board: Modbus exception 2' });
    far.reply = () => [Uint8Array.of(0x01, 0x82, 0x02, 0xc1, 0x61)];
    const before = far.heard.length;
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'refused' });
    expect(far.heard).toHaveLength(before + 1);
  });
});
