import { expect, it } from 'vitest';
import { proposeCabinet } from './propose-cabinet.ts';

/** What is proposed for a board whose contacts are made (x) or not (.). */
function propose(contacts: string) {
  const made = [...contacts].map((one) => one === 'x');
  const board = { profile: 'bcc8a', address: 1, channels: made.length, inputs: 0, made } as const;
  const { file, notes } = proposeCabinet('/dev/x', { boards: [board], baudRate: 9_600, garbageAt: [] });
  const [entry] = file.boards;
  const feedback = entry && 'feedback' in entry ? entry.feedback : undefined;
  return { feedback, doors: file.slots.length, note: notes[0] };
}

it.each([
  ['xxxxxxxx', 'closedShorts', 8],
  ['xxx.....', 'closedShorts', 3],
  ['x...............', 'closedShorts', 1],
  ['xxxxxxxxxxx.........................', 'closedShorts', 11],
  ['........', 'openShorts', 8],
  ['xx.xx...', 'none', 8],
  ['.......x', 'none', 8],
])('contacts %s are taken for %s, with %s doors', (contacts, feedback, doors) => {
  expect(propose(contacts)).toMatchObject({ feedback, doors });
});

it('says plainly of mixed contacts that it cannot tell, and what to do', () => {
  const { note } = propose('xx.xx...');
  expect(note).toContain('channels 1, 2, 4, 5 make theirs, 3 do not');
  expect(note).toContain('nobody can tell');
  expect(note).toContain('open one door and run it again');
});
