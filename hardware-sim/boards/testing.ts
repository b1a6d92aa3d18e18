import { manualClock } from '../manual-clock.ts';
import { createBoard } from './board.ts';
import { BoardConfig } from './board-config.ts';

/** A board alone on a manual clock, with what it sends, as upper-case hex, and what it drives. */
export function testBoard(
  config: object,
  { shorted: shortedChannels = [] as number[], inputs = [] as number[] } = {},
) {
  const clock = manualClock();
  const sent: string[] = [];
  const pulses: { channel: number; durationMs: number | null; atMs: number }[] = [];
  const released: number[] = [];
  const shorted = new Set(shortedChannels);
  const inputsOn = new Set(inputs);
  const parsed = BoardConfig.parse(config);
  const station = { hears: parsed.address, says: parsed.address };
  const board = createBoard({
    clock,
    config: parsed,
    wiring: {
      hears: () => station.hears,
      says: () => station.says,
      contactShorted: (channel) => shorted.has(channel),
      inputOn: (input) => inputsOn.has(input),
      energise: (channel, durationMs) => pulses.push({ channel, durationMs, atMs: clock.nowMs() }),
      release: (channel) => released.push(channel),
    },
    send: (bytes) => sent.push(Buffer.from(bytes).toString('hex').toUpperCase()),
  });
  return {
    board,
    clock,
    sent,
    pulses,
    released,
    shorted,
    inputsOn,
    station,
    hear: (hex: string) =>
      board.receive(Buffer.from(hex, 'hex'), { fromMs: clock.nowMs(), toMs: clock.nowMs() }),
  };
}
