import { describe, expect, it } from 'vitest';
import { memoryLine } from './testing.ts';

const READ_1 = '80010133B3';
const READ_2 = '80020133B0';
const ANSWER_1 = '8001010080';
const ANSWER_2 = '8002010083';
const OPEN_1 = '8A0101119B';
const TWO = [{ address: 1 }, { address: 2 }];

async function asked(faults: object, ...requests: string[]) {
  const made = await memoryLine(TWO, { faults });
  const host = await made.dial();
  for (const request of requests) {
    await host.say(request);
    made.clock.advance(100);
  }
  return { ...made, ...host };
}

describe('replies on a bad line', () => {
  it('lose their last bytes', async () => {
    const { hex } = await asked({ truncated: { bytesLost: 2, everyNth: 2 } }, READ_1, READ_1);
    expect(hex()).toBe(`${ANSWER_1}800101`);
    expect((await asked({ truncated: { bytesLost: 9, everyNth: 1 } }, READ_1)).hex()).toBe('');
  });

  it('are preceded by as much noise as is set', async () => {
    const noise = { style: 'beforeReplies', bytes: 6, everyNth: 1 };
    expect((await asked({ noise }, READ_1)).hex()).toBe(`FAFD9999FAFD${ANSWER_1}`);
  });

  it('are all there, one after the other, where many were asked for in one breath', async () => {
    const { hex } = await asked({}, `${READ_1}${READ_1}${READ_2}`);
    expect(hex()).toBe(`${ANSWER_1}${ANSWER_1}${ANSWER_2}`);
  });

  it('come late only as often as is set', async () => {
    const { hex, clock } = await asked({ late: { delayMs: 500, everyNth: 2 } }, READ_2, READ_1);
    expect(hex()).toBe(ANSWER_2);
    clock.advance(600);
    expect(hex()).toBe(`${ANSWER_2}${ANSWER_1}`);
  });

  it('come late, and not at all once that is healed', async () => {
    const { hex, say, clock, setFaults } = await asked({ late: { delayMs: 500, everyNth: 1 } }, READ_1);
    expect(hex()).toBe('');
    clock.advance(600);
    expect(hex()).toBe(ANSWER_1);
    await say(READ_1);
    clock.advance(100);
    await setFaults({ late: null });
    clock.advance(1000);
    expect(hex()).toBe(ANSWER_1);
    await say(READ_1);
    clock.advance(100);
    expect(hex()).toBe(ANSWER_1.repeat(2));
  });
});

describe('boards that are badly set', () => {
  it('answer in another name', async () => {
    const { hex } = await asked({ wrongAnswers: [{ board: 1, as: 2 }] }, READ_1);
    expect(hex()).toBe(ANSWER_2);
  });

  it('listen to another address only', async () => {
    const { hex, done } = await asked({ misaddressed: [{ board: 1, as: 5 }] }, READ_1, OPEN_1, '8A0501119F');
    expect(hex()).toBe('8A0501008E');
    expect(done).toEqual(['drive 1/1']);
  });

  it('drive together and drown each other out where two have one address', async () => {
    const { line, clock, dial, done, setFaults } = await memoryLine(TWO, { shorted: ['1/1'] });
    const { say, hex, heard } = await dial();
    await setFaults({ misaddressed: [{ board: 2, as: 1 }] });
    await say(OPEN_1);
    clock.advance(100);
    expect(done).toEqual(['drive 1/1', 'drive 2/1']);
    // 8A0101119B of the one and 8A0101008A of the other at once: whoever pulls the line low wins.
    expect(hex()).toBe('8A0101008A');
    heard.length = 0;
    await say('80010033B2');
    clock.advance(100);
    expect(hex()).toBe('8001000033' + 'B2');
    expect(line.boards).toHaveLength(2);
  });
});

describe('a flood of garbage', () => {
  it('comes at its rate, the same on every run, and ends when it is healed', async () => {
    const first = await asked({ flood: { bytesPerS: 1000 } }, READ_1);
    const second = await asked({ flood: { bytesPerS: 1000 } }, READ_1);
    expect(first.hex()).toBe(second.hex());
    expect(first.hex()).toContain(ANSWER_1);
    first.clock.advance(900);
    const bytes = first.hex().length / 2 - ANSWER_1.length / 2;
    expect(bytes).toBeGreaterThanOrEqual(1000);
    expect(bytes).toBeLessThanOrEqual(1050);
    await first.setFaults({ flood: null });
    first.heard.length = 0;
    first.clock.advance(10_000);
    expect(first.hex()).toBe('');
  });
});

describe('boards that reset', () => {
  it('drop their coils in the middle of a pulse and are silent for a while', async () => {
    const resetting = [{ board: 1, afterMs: 30, silentMs: 400 }];
    const { hex, say, clock, done } = await asked({ resetting }, OPEN_1);
    expect(done).toEqual(['drive 1/1', 'reset 1', 'drop 1']);
    await say(READ_1);
    await say(READ_2);
    clock.advance(100);
    expect(hex()).toBe(`8A0101008A${ANSWER_2}`);
    clock.advance(400);
    await say(READ_1);
    clock.advance(100);
    expect(hex()).toBe(`8A0101008A${ANSWER_2}${ANSWER_1}`);
  });

  it('are back at once when they are mended', async () => {
    const resetting = [{ board: 1, afterMs: 0, silentMs: 100_000 }];
    const { hex, say, clock, setFaults } = await asked({ resetting }, OPEN_1, READ_1);
    expect(hex()).toBe('8A0101008A');
    await setFaults({ resetting: [] });
    await say(READ_1);
    clock.advance(100);
    expect(hex()).toBe(`8A0101008A${ANSWER_1}`);
  });

  it('do so at a word, and answer nothing that they were about to say', async () => {
    const made = await memoryLine([{ address: 1, unlockReplyAt: 'pulseEnd' }]);
    const { say, hex } = await made.dial();
    await say(OPEN_1);
    made.clock.advance(50);
    expect(made.line.resetBoard(1, 1000)).toBe(true);
    expect(made.line.resetBoard(9, 1000)).toBe(false);
    made.clock.advance(2000);
    expect(hex()).toBe('');
    expect(made.done).toEqual(['drive 1/1', 'reset 1', 'drop 1']);
  });

  it('lose their coils, too, when they die', async () => {
    const { done, setFaults } = await asked({}, OPEN_1);
    await setFaults({ deadBoards: [1] });
    expect(done).toEqual(['drive 1/1', 'drop 1']);
  });
});
