import { openBoards, realClock } from '@latchwork/agent';
import type { Bench, BenchPlace, Figures } from './bench.ts';
import { doors, openPollLine, sweepFloorMs } from './poll-line.ts';
import { median, quantile, rounded } from './statistics.ts';

const sweeps = 60;

/** How long the agent takes to look at every door once. */
export const doorsPoll: Bench = {
  name: 'doors-poll',
  says: `milliseconds for the status of ${doors} doors on four boards on one line of 9600 baud`,
  load: `${sweeps} sweeps, each a status query to every board, one after another, by the real drivers over a real line to simulated boards`,
  reach: {
    ratio:
      "p50 of a sweep by the line's floor (bytes × character time, and 50 ms of silence after each exchange)",
    atMost: 1.3,
  },
  run: measure,
};

async function measure(place: BenchPlace): Promise<Figures> {
  const { file, line } = await openPollLine(place);
  const { boards, close } = openBoards(file, { clock: realClock() });
  place.atEnd(close);
  const sweepMs: number[] = [];
  let startedAt = 0;
  // The first sweep opens the line and looks for an echo.
  for (let sweep = 0; sweep <= sweeps; sweep += 1) {
    startedAt = performance.now();
    const readings = await Promise.all(boards.map((board) => board.read()));
    if (!readings.every((reading) => reading.ok)) throw new Error('a board did not answer');
    if (sweep > 0) sweepMs.push(performance.now() - startedAt);
  }
  return {
    ratio: rounded(median(sweepMs) / sweepFloorMs),
    sweepP50Ms: rounded(median(sweepMs)),
    sweepP99Ms: rounded(quantile(sweepMs, 0.99)),
    floorMs: rounded(sweepFloorMs),
    doors,
    sweeps,
    line,
  };
}
