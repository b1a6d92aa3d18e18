import { manualClock } from '../manual-clock.ts';
import { createCabinet } from './cabinet.ts';
import { type CabinetLayout, defaultLayout } from './layout.ts';

/** A cabinet with all doors shut on a manual clock, and what happens to it, in words. */
export function cabinetAtRest(layout: CabinetLayout = defaultLayout()) {
  const clock = manualClock();
  const tally = { changes: 0 };
  const sagged: string[] = [];
  const contacts: number[] = [];
  const cabinet = createCabinet({
    clock,
    layout,
    changed: () => {
      tally.changes += 1;
    },
    contactChanged: ({ channel }) => contacts.push(channel),
    boardSagged: ({ line, board }) => sagged.push(`${line}/${board}`),
  });
  const at = (channel: number) => ({ line: 'lock', board: 1, channel });
  return {
    cabinet,
    clock,
    tally,
    sagged,
    contacts,
    at,
    door: (number: number) => {
      const found = cabinet.doors().find((state) => state.number === number);
      if (!found) throw new Error(`no door ${number}`);
      return found;
    },
    pulse: (channel: number, durationMs: number | null = 300) => cabinet.energise(at(channel), durationMs),
    happenings: () => cabinet.record.entries().map(({ kind, door: number }) => `${kind} ${number ?? '-'}`),
  };
}
