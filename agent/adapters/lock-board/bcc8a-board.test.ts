import { describe, expect, it } from 'vitest';
import {
  type LockBoardHarness,
  type LockBoardMeans,
  lockBoardContract,
} from '../../contracts/lock-board.contract.ts';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { Bcc8aEntry, bcc8a } from './bcc8a-board.ts';
import { QUIET_MS } from './bus-exchange.ts';
import { fakeBoard } from './fake-board.ts';
import { openSerialBoard } from './profiles.ts';
import { serialBus } from './serial-bus.ts';
import { type ScriptedBoards, scriptedBoards } from './testing.ts';

const plain = { name: 'left', profile: 'bcc8a', line: 'bus', address: 1, channels: 12 };

function start(options: object = {}, manner: Partial<ScriptedBoards> = {}) {
  const clock = manualClock();
  const { line, peer } = fakeLine();
  const boards = scriptedBoards(peer, { 1: 12, 2: 12 });
  Object.assign(boards, manner);
  const bus = serialBus({ line, clock, echoProbe: bcc8a.echoProbe(1) });
  const board = openSerialBoard(Bcc8aEntry.parse({ ...plain, ...options }), bus);
  return { clock, peer, boards, bus, board };
}

function scripted(options: object = {}, manner: Partial<ScriptedBoards> = {}) {
  return async (): Promise<LockBoardHarness> => {
    const { clock, peer, boards, bus, board } = start(options, manner);
    return {
      board,
      acknowledges: boards.unlockReply !== 'silent',
      driven: () => boards.driven(1),
      pushShut: (channel) => boards.setOpen(1, channel, false),
      silence: (on) => void (on ? boards.dead.add(1) : boards.dead.delete(1)),
      makeNoise: (count) => {
        boards.reply = (frame) => [new Uint8Array(count).fill(0xa5), frame];
      },
      unplug: (on) => (on ? peer.unplug() : peer.plug()),
      clock,
      until: clock.until,
      dispose: () => clock.until(bus.close()),
    };
  };
}

lockBoardContract(
  'fake',
  async () => {
    const board = fakeBoard();
    const clock = manualClock();
    return {
      board,
      acknowledges: true,
      driven: () => board.pulses.map((pulse) => pulse.channel),
      pushShut: (channel) => board.setDoor(channel, 'closed'),
      silence: (on) => board.fail(on ? 'no answer' : undefined),
      unplug: (on) => board.fail(on ? 'line lost' : undefined),
      clock,
      until: clock.until,
      dispose: async () => {},
    };
  },
  { without: ['setInput', 'makeNoise'] },
);
const noInputs: LockBoardMeans = { without: ['setInput'] };
lockBoardContract('bcc8a', scripted(), noInputs);
lockBoardContract('bcc8a, the older reply header', scripted({}, { unlockReply: 'header80' }), noInputs);
lockBoardContract(
  'bcc8a, silent unlock',
  scripted({ silentUnlock: true }, { unlockReply: 'silent' }),
  noInputs,
);
lockBoardContract(
  'bcc8a, silent unlock that nobody told of',
  scripted({}, { unlockReply: 'silent' }),
  noInputs,
);
lockBoardContract('bcc8a, echoing adapter', scripted({}, { echo: true }), noInputs);
lockBoardContract(
  'bcc8a, noise before each reply',
  scripted({}, { reply: (frame) => [Uint8Array.of(0xfa, 0xfd, 0x99, 0x99), frame] }),
  noInputs,
);

describe('reading', () => {
  it('takes the other wiring, per board and per door', async () => {
    const openShorts = start({
      feedback: 'openShorts',
      feedbackByChannel: { '2': 'closedShorts', '3': 'none' },
    });
    const reading = await openShorts.clock.until(openShorts.board.read());
    expect(reading).toMatchObject({ ok: true });
    expect(reading.ok && reading.doors.slice(0, 4)).toEqual(['open', 'closed', 'unknown', 'open']);
  });

  it('takes the other order of groups', async () => {
    const { clock, board, boards } = start({ statusOrder: 'lowFirst' });
    boards.reply = (_frame, asked) =>
      asked[2] === 0 ? [Uint8Array.of(0x80, 1, 0xfe, 0x0f, 0x33, 0x80 ^ 1 ^ 0xfe ^ 0x0f ^ 0x33)] : [];
    const reading = await clock.until(board.read());
    expect(reading.ok && reading.doors.indexOf('open')).toBe(0);
    expect(reading.ok && reading.doors.filter((door) => door === 'open')).toHaveLength(1);
  });

  it('calls unknown what the reply does not hold, and ignores what it holds beyond', async () => {
    const few = start();
    few.boards.reply = () => [Uint8Array.of(0x80, 1, 0xff, 0x33, 0x80 ^ 1 ^ 0xff ^ 0x33)];
    const reading = await few.clock.until(few.board.read());
    expect(reading.ok && reading.doors.slice(6)).toEqual([
      'closed',
      'closed',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
    const many = start({ channels: 8 });
    many.boards.reply = () => [Uint8Array.of(0x80, 1, 0, 0, 0xff, 0x33, 0x80 ^ 1 ^ 0xff ^ 0x33)];
    const wide = await many.clock.until(many.board.read());
    expect(wide.ok && wide.doors).toEqual(Array(8).fill('closed'));
  });

  it('asks at most three times', async () => {
    const { clock, board, boards } = start();
    boards.reply = (frame, asked) => [asked[2] === 0 ? frame.with(2, 0x55) : frame];
    expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'garbage' });
    expect(boards.heard.filter((frame) => frame === '80010033B2')).toHaveLength(3);
  });

  it('is not led astray by another board on the line', async () => {
    const { clock, bus, boards, board } = start();
    const right = openSerialBoard(Bcc8aEntry.parse({ ...plain, name: 'right', address: 2 }), bus);
    boards.setOpen(2, 5, true);
    boards.dead.add(1);
    const [left, other] = await clock.until(Promise.all([board.read(), right.read()]));
    expect(left.ok).toBe(false);
    expect(other.ok && other.doors.indexOf('open')).toBe(4);
  });
});

describe('frames that nobody asked for', () => {
  const event = [0x81, 1, 3, 0x00, 0x81 ^ 1 ^ 3];
  it.each(['before', 'behind'])('are neither a reply nor noise: %s the reply', async (where) => {
    const { clock, board, boards } = start();
    boards.reply = (frame) => {
      const told = Uint8Array.from(event);
      return where === 'before' ? [told, frame] : [frame, told];
    };
    const reading = await clock.until(board.read());
    expect(reading).toMatchObject({ ok: true, noise: 0, doors: Array(12).fill('closed') });
    expect(await clock.until(board.pulse(3, 300))).toEqual({ ok: true, acknowledged: true });
  });

  it('are no answer alone', async () => {
    const { clock, board, boards } = start();
    boards.reply = () => [Uint8Array.from(event)];
    expect(await clock.until(board.read())).toMatchObject({ ok: false });
    expect(await clock.until(board.pulse(3, 300))).toEqual({ ok: true, acknowledged: false });
  });
});

describe('the end of a status reply', () => {
  const took = async ({ clock, board }: ReturnType<typeof start>) => {
    await clock.advance(1_000);
    const beganMs = clock.monotonicMs();
    expect(await clock.until(board.read())).toMatchObject({ ok: true });
    return clock.monotonicMs() - beganMs;
  };

  it('is waited for until its length is known', async () => {
    const built = start();
    await built.clock.until(built.board.pulse(1, 300));
    expect(await took(built)).toBe(QUIET_MS);
    expect(await took(built)).toBe(0);
  });

  it('is waited for again when another length comes', async () => {
    const built = start();
    await built.clock.until(built.board.read());
    built.boards.reply = () => [Uint8Array.of(0x80, 1, 0, 0, 0xff, 0x33, 0x80 ^ 1 ^ 0xff ^ 0x33)];
    expect([await took(built), await took(built)]).toEqual([QUIET_MS, 0]);
  });

  it('is not taken where more than the usual follows', async () => {
    const { clock, board, boards } = start({ channels: 24 });
    boards.reply = () => [Uint8Array.of(0x80, 1, 0xff, 0x33, 0x80 ^ 1 ^ 0xff ^ 0x33)];
    await clock.until(board.read());
    // The first five bytes are a whole frame of one status byte, the whole is one of three.
    const prefix = 0x80 ^ 1 ^ 0x05 ^ 0x33;
    boards.reply = () => [Uint8Array.of(0x80, 1, 0x05, 0x33, prefix, 0x33, prefix ^ prefix ^ 0x33)];
    const reading = await clock.until(board.read());
    expect(reading.ok && reading.doors.filter((door) => door !== 'unknown')).toHaveLength(24);
  });
});

it('tells what it is: its own pulse, blind or not', () => {
  expect(start().board).toMatchObject({ fixedPulseMs: 300, blind: false });
  expect(start({ feedback: 'none', pulseMs: 550 }).board).toMatchObject({ fixedPulseMs: 550, blind: true });
});

it('tells a silence where an answer was due from one where none is', async () => {
  const due = start();
  due.boards.unlockReply = 'silent';
  const silent = { ok: true, acknowledged: false, silent: true };
  expect(await due.clock.until(due.board.pulse(1, 300))).toEqual(silent);
  const mute = start({ silentUnlock: true }, { unlockReply: 'silent' });
  expect(await mute.clock.until(mute.board.pulse(1, 300))).toEqual({ ok: true, acknowledged: false });
});

it('tells how often it had to ask before anything came', async () => {
  const { clock, board, boards } = start();
  expect(await clock.until(board.read())).not.toHaveProperty('unanswered');
  let asked = 0;
  boards.reply = (frame) => (asked++ === 0 ? [] : [frame]);
  expect(await clock.until(board.read())).toMatchObject({ ok: true, unanswered: 1 });
});

it('says that it is alive although it is blind', async () => {
  const { clock, board, boards } = start({ feedback: 'none' });
  expect(await clock.until(board.read())).toMatchObject({ ok: true, doors: Array(12).fill('unknown') });
  boards.dead.add(1);
  expect(await clock.until(board.read())).toMatchObject({ ok: false, reason: 'no answer' });
});
