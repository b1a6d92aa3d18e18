import { describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { createWire } from './wire.ts';

const CHARACTER_MS = 10_000 / 9600;

function wireAt9600() {
  const clock = manualClock();
  const wire = createWire({ clock, baud: 9600 });
  const out: { text: string; atMs: number }[] = [];
  const carry = (text: string) =>
    wire.carry(Buffer.from(text), (bytes) =>
      out.push({ text: Buffer.from(bytes).toString(), atMs: clock.nowMs() }),
    );
  return { clock, wire, out, carry };
}

describe('a wire at 9600 baud', () => {
  it('hands a frame over when its last character has passed, 1.042 ms each', () => {
    const { clock, out, carry } = wireAt9600();
    carry('12345');
    clock.advance(5 * CHARACTER_MS - 0.001);
    expect(out).toEqual([]);
    clock.advance(0.001);
    expect(out).toEqual([{ text: '12345', atMs: 5 * CHARACTER_MS }]);
  });

  it('keeps the rate over a long text, and its order', () => {
    const { clock, out, carry } = wireAt9600();
    const text = Array.from({ length: 200 }, (_, index) => String(index % 10)).join('');
    carry(text.slice(0, 77));
    carry(text.slice(77));
    clock.advance(1000);
    expect(out.map((piece) => piece.text).join('')).toBe(text);
    expect(out.at(-1)?.atMs).toBeCloseTo(200 * CHARACTER_MS, 6);
    for (const { atMs } of out) {
      const sent = out
        .filter((piece) => piece.atMs <= atMs)
        .reduce((sum, piece) => sum + piece.text.length, 0);
      expect(atMs).toBeGreaterThanOrEqual(sent * CHARACTER_MS - 1e-6);
    }
  });

  it('starts anew after a rest, and forgets what it held when cleared', () => {
    const { clock, wire, out, carry } = wireAt9600();
    carry('lost');
    wire.clear();
    clock.advance(1000);
    carry('a');
    clock.advance(CHARACTER_MS);
    expect(out).toEqual([{ text: 'a', atMs: 1000 + CHARACTER_MS }]);
  });

  it('refuses what it cannot hold', () => {
    const { carry } = wireAt9600();
    expect(carry('x'.repeat(64 * 1024))).toBe(true);
    expect(carry('y')).toBe(false);
  });
});
