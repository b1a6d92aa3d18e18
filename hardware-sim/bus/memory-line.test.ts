import { describe, expect, it } from 'vitest';
import { memoryLine } from './testing.ts';

const CHARACTER_MS = 10_000 / 9600;
const READ_1 = '80010133B3';
const ANSWER_1 = '8001010080';

describe('a line in memory', () => {
  it('takes a character’s time for every byte, there and back, with one timer each way', async () => {
    const { clock, dial } = await memoryLine([{ address: 1 }]);
    const { say, heard } = await dial();
    await say(READ_1);
    clock.advance(10 * CHARACTER_MS - 0.01);
    expect(heard).toEqual([]);
    clock.advance(0.02);
    expect(heard).toMatchObject([{ hex: ANSWER_1 }]);
    expect(heard[0]?.atMs).toBeCloseTo(10 * CHARACTER_MS);
  });

  it('has one host at a time, and may be closed and opened again', async () => {
    const { clock, dial, host } = await memoryLine([{ address: 1 }]);
    const first = await dial();
    expect(await host.open({ onBytes: () => {}, onClosed: () => {} })).toMatchObject({ reason: 'line busy' });
    await first.stream.close();
    await first.stream.close();
    expect(first.closed).toEqual(['closed']);
    expect(await first.say(READ_1)).toBe(false);
    const second = await dial();
    await second.say(READ_1);
    clock.advance(100);
    expect(second.hex()).toBe(ANSWER_1);
    expect(first.hex()).toBe('');
  });

  it('hangs up when it is unplugged, is missing then, and is there again', async () => {
    const { clock, dial, setFaults } = await memoryLine([{ address: 1 }]);
    const { say, closed, heard } = await dial();
    await say(READ_1);
    await setFaults({ unplugged: true });
    clock.advance(100);
    expect(closed).toEqual(['memory:lock was unplugged']);
    expect(heard).toEqual([]);
    await expect(dial()).rejects.toMatchObject({ code: 'line missing' });
    await setFaults({ unplugged: false });
    const again = await dial();
    await again.say(READ_1);
    clock.advance(100);
    expect(again.hex()).toBe(ANSWER_1);
  });

  it('carries what was handed over, whatever becomes of the buffer', async () => {
    const { clock, dial } = await memoryLine([{ address: 1 }]);
    const { stream, hex } = await dial();
    const bytes = Buffer.from(READ_1, 'hex');
    await stream.write(bytes);
    bytes.fill(0);
    clock.advance(100);
    expect(hex()).toBe(ANSWER_1);
  });
});
