import type { Doors } from '@latchwork/agent';
import { describe, expect, it } from 'vitest';
import { soakShift } from './shift.ts';

const polite = ['bounce', 'slow', 'pressed', 'noise', 'mechanical key'] as const;
const seed = 7;
const rulesBroken = async (sabotage: (doors: Doors) => Doors) => {
  const { falsehoods } = await soakShift(seed, { only: polite, sabotage, parcels: 8 });
  return new Set(falsehoods.map(({ rule }) => rule));
};

describe('a shift at a misbehaving cabinet', () => {
  it('opens doors, and its journal says nothing that is not so', async () => {
    const shift = await soakShift(seed, { parcels: 50 });
    expect(shift.falsehoods).toEqual([]);
    expect(shift.opens).toBeGreaterThan(50);
    expect(shift.troubles.size).toBeGreaterThan(5);
    expect(shift.troubles.get('restart')).toBeGreaterThan(1);
  });

  it('is the same again from the same seed', async () => {
    const [first, second] = [
      await soakShift(seed, { only: [...polite, 'restart', 'service'], parcels: 15 }),
      await soakShift(seed, { only: [...polite, 'restart', 'service'], parcels: 15 }),
    ];
    expect(second.journal).toEqual(first.journal);
    expect(second.truths).toEqual(first.truths);
  });
});

/** Mistakes that an agent could make; each must be found out. */
describe('the soak finds out', () => {
  it('a driver that drives the door beside the one it was told', async () => {
    const found = await rulesBroken((doors) => ({
      ...doors,
      pulse: (slot, pulseMs) => doors.pulse(slot === 1 ? 2 : slot - 1, pulseMs),
    }));
    expect(found).toContain('wrong door');
  });

  it('one that takes an acknowledgement for an opening', async () => {
    let tell: (slot: number) => void = () => {};
    const found = await rulesBroken((doors) => ({
      ...doors,
      start: (listener) => {
        tell = (slot) => listener.onDoor(slot, 'open');
        return doors.start(listener);
      },
      pulse: async (slot, pulseMs) => {
        const pulse = await doors.pulse(slot, pulseMs);
        if (pulse.ok) tell(slot);
        return pulse;
      },
    }));
    expect(found).toContain('door.opened');
  });

  it('one that says it drove nothing when it did', async () => {
    const found = await rulesBroken((doors) => ({
      ...doors,
      pulse: async (slot, pulseMs) => {
        await doors.pulse(slot, pulseMs);
        return { ok: false, reason: 'no answer', detail: 'a lie' };
      },
    }));
    expect(found).toContain('door.notPulsed');
  });

  it('one that acknowledges what it never drove', async () => {
    const found = await rulesBroken((doors) => ({
      ...doors,
      pulse: async () => ({ ok: true, acknowledged: true }),
    }));
    expect(found).toContain('door.pulsed');
  });

  it('one that keeps an open door to itself', async () => {
    const found = await rulesBroken((doors) => ({
      ...doors,
      start: (listener) =>
        doors.start({
          ...listener,
          onDoor: (slot, position, afterPulseMs) =>
            slot % 2 === 0 && position === 'open' ? undefined : listener.onDoor(slot, position, afterPulseMs),
        }),
    }));
    expect(found).toContain('untold');
  });
});
