import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchPlace, Figures } from './bench.ts';
import { floorCommits } from './floor-commits.ts';
import { openEveryDoor } from './open-every-door.ts';
import { median, quantile, rounded, spread } from './statistics.ts';

const lives = 2;
/** Five characters of ten bits at 9600 baud. */
const frameMs = (5 * 10 * 1000) / 9600;

/** From a code typed at the kiosk to the coil's command on the wire. */
export const open: Bench = {
  name: 'open',
  says: 'milliseconds from a code typed at the kiosk socket to the first byte of the pulse on the serial line',
  load: `${lives} lives of agent/main.ts without a network and one of the same agent with a watch at its ports, each opening 40 doors behind one board, one after another; between them bare commits of the same rows`,
  reach: {
    ratio:
      'p50 to the first byte by the floor (a bare commit and the five characters of the frame at 9600 baud)',
    atMost: 1.5,
  },
  run: measure,
};

async function measure(place: BenchPlace): Promise<Figures> {
  const { folder, say } = place;
  const floor = floorCommits(folder);
  const openMs: number[] = [];
  for (let life = 0; life < lives; life += 1) {
    say(`life ${life + 1} of ${lives}`);
    const samples = await openEveryDoor({
      place: { ...place, folder: join(folder, `life-${life}`) },
      program: 'agent/main.ts',
      between: floor.commitOnce,
    });
    openMs.push(...samples.map(({ typedAt, pulseAt }) => pulseAt - typedAt));
  }
  say('once more, with a watch at the ports');
  const split = await timedLife({ ...place, folder: join(folder, 'timed') }, floor.commitOnce);
  const floorMs = median(floor.commitMs) + frameMs;
  floor.close();
  return {
    ratio: rounded(median(openMs) / floorMs),
    openP50Ms: rounded(median(openMs)),
    openP99Ms: rounded(quantile(openMs, 0.99)),
    openP10Ms: rounded(quantile(openMs, 0.1)),
    openP90Ms: rounded(quantile(openMs, 0.9)),
    ...split,
    floorMs: rounded(floorMs),
    ...spread('floorCommit', 'Ms', floor.commitMs),
    floorFrameMs: rounded(frameMs),
    samples: openMs.length,
  };
}

/** The same with a watch held at the agent's ports, in processes of one machine and therefore one clock. */
async function timedLife(place: BenchPlace, between: () => void): Promise<Record<string, number>> {
  const samples = await openEveryDoor({ place, program: 'scripts/bench/timed-agent.ts', between });
  const times = readFileSync(join(place.folder, 'agent.log'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"timed"'))
    .map((line) => (JSON.parse(line) as { timed: AgentTimes }).timed);
  if (times.length !== samples.length) throw new Error(`${times.length} times for ${samples.length} samples`);
  const parts = samples.map(({ typedAt, pulseAt }, n) => {
    const { heardAt, commitAt, committedAt } = times[n] ?? { heardAt: 0, commitAt: 0, committedAt: 0 };
    return {
      socket: heardAt - performance.timeOrigin - typedAt,
      decide: commitAt - heardAt,
      commit: committedAt - commitAt,
      wire: performance.timeOrigin + pulseAt - committedAt,
    };
  });
  return Object.fromEntries(
    (['socket', 'decide', 'commit', 'wire'] as const).flatMap((part) =>
      Object.entries(
        spread(
          part,
          'Ms',
          parts.map((of) => of[part]),
        ),
      ),
    ),
  );
}

interface AgentTimes {
  heardAt: number;
  commitAt: number;
  committedAt: number;
}
