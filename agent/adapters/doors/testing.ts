import { manualClock } from '../clock/manual-clock.ts';
import { fakeBoard } from '../lock-board/fake-board.ts';
import { boardDoors } from './board-doors.ts';
import { FAST_POLL_MS, IDLE_POLL_MS } from './board-judge.ts';

/** Two polls that agree, wherever in the rhythm it begins. */
const settledMs = IDLE_POLL_MS + FAST_POLL_MS;

/** Slot 1 with a switch of its own and a sensor, slot 2 with a hook alone; the inputs are on a board apart. */
export function signedDoors() {
  const clock = manualClock();
  const locks = fakeBoard({ name: 'locks', channels: 8 });
  const inputs = fakeBoard({ name: 'inputs', channels: 1, inputs: 4 });
  const told: string[] = [];
  const news = () => told.splice(0);
  const doors = boardDoors({
    clock,
    boards: [locks, inputs],
    lines: [['locks', 'inputs']],
    supplies: [{ name: 'main', boards: ['locks', 'inputs'], doorsAtOnce: 1 }],
    slots: [
      {
        number: 1,
        board: 'locks',
        channel: 1,
        doorSwitch: { board: 'inputs', input: 1, openWhen: 'on' },
        occupancySensor: { board: 'inputs', input: 2, occupiedWhen: 'on' },
      },
      { number: 2, board: 'locks', channel: 2 },
    ],
    serviceSwitch: { board: 'inputs', input: 3, onWhen: 'on' },
  });
  const start = async () => {
    await clock.until(
      doors.start({
        onDoor: (slot, position, afterMs) =>
          void told.push(`${slot} ${position}${afterMs === undefined ? '' : ` after ${afterMs}`}`),
        onContents: (slot, contents) => void told.push(`${slot} ${contents}`),
        onServiceSwitch: (on) => void told.push(`service ${on ? 'on' : 'off'}`),
        onBoard: (board, state) => void told.push(`${board} ${state}`),
        onSupply: (supply, board) => void told.push(`supply ${supply} under ${board}`),
      }),
    );
    return news();
  };
  const settle = async () => {
    await clock.advance(settledMs);
    return news();
  };
  return { clock, locks, inputs, doors, start, settle, news };
}
