import { expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { fakeBoard } from '../lock-board/fake-board.ts';
import { boardDoors } from './board-doors.ts';
import { withRemedy } from './trouble-words.ts';

it.each([
  ['no answer: left: no answer on /dev/bus', /power.*address.*A and B.*baud rate/],
  ['garbage: left: garbage on /dev/bus', /another baud rate/],
  ['refused: relays: Modbus exception 2', /lower inputs or channels/],
  ['line lost: left: line missing: connect ECONNREFUSED 10.0.0.9:4001', /host.*port.*power/],
  ['line lost: left: line missing: getaddrinfo ENOTFOUND converter', /host.*port.*power/],
  ['line lost: left: line missing: no connection to tcp://10.0.0.9:1 within 3000 ms', /host.*port.*power/],
  ['line lost: left: line missing: /dev/bus is not there', /adapter plugged in/],
  ['line lost: left: line busy: /dev/bus is held by another program', /fuser/],
])('%s', (detail, says) => {
  const words = withRemedy(detail);
  expect(words.startsWith(detail)).toBe(true);
  expect(words.slice(detail.length)).toMatch(says);
});

it('adds nothing to what it does not know', () => {
  expect(withRemedy('left was closed')).toBe('left was closed');
});

it('is told with a lost board', async () => {
  const clock = manualClock();
  const board = fakeBoard({ name: 'left', channels: 1 });
  board.fail('no answer');
  const slots = [{ number: 1, board: 'left', channel: 1 }];
  const doors = boardDoors({ clock, boards: [board], supplies: [], slots });
  const told: string[] = [];
  await clock.until(
    doors.start({
      onDoor() {},
      onContents() {},
      onServiceSwitch() {},
      onBoard: (_board, state, detail) => told.push(`${state} ${detail}`),
      onSupply() {},
    }),
  );
  expect(told).toEqual([expect.stringMatching(/^lost no answer: .*baud rate/)]);
  await clock.until(doors.stop());
});
