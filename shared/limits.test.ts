import { describe, expect, it } from 'vitest';
import { limits } from './index.ts';

describe('the limits', () => {
  it('are whole numbers above 0', () => {
    for (const [name, value] of Object.entries(limits))
      expect(Number.isSafeInteger(value) && value > 0, name).toBe(true);
  });

  it('agree with each other', () => {
    expect(limits.eventLineBytesMax * 3).toBeLessThan(limits.envelopeBytesMax);
    expect(limits.planItemBytesMax).toBeLessThanOrEqual(limits.eventLineBytesMax);
    expect(limits.windowEventsMax % limits.envelopeItemsMax).toBe(0);
    expect(limits.beatIntervalMs).toBeLessThan(limits.helloIntervalMs);
  });
});
