import { readFileSync } from 'node:fs';
import type { Bench, BenchPlace, Figures } from './bench.ts';
import { openKiosk } from './kiosk-socket.ts';
import { openUnit } from './locker-unit.ts';
import { median, rounded, spread } from './statistics.ts';

const doors = 48;
const starts = 10;
const wantedSeconds = 1.5;
const wantedMebibytes = 120;

/** The agent's process, from nothing to a door opened by a code that only its own disk knows. */
export const boot: Bench = {
  name: 'boot',
  says: 'seconds from starting the agent to the pulse for a code it knows, and its resident memory then',
  load: `${starts} starts of agent/main.ts without a network, on a locker of ${doors} parcels behind one board; a code is typed as soon as the kiosk is there`,
  reach: {
    ratio: `seconds to the first byte of the pulse by ${wantedSeconds}`,
    atMost: 1,
    figuresAtMost: { residentMebibytes: wantedMebibytes },
  },
  run: measure,
};

async function measure(place: BenchPlace): Promise<Figures> {
  const unit = await openUnit({ place, doors, pulseMs: 300 });
  const readySeconds: number[] = [];
  const doorSeconds: number[] = [];
  const residentMebibytes: number[] = [];
  for (const [n, { code }] of unit.parcels.slice(0, starts).entries()) {
    place.say(`start ${n + 1} of ${starts}`);
    const startedAt = performance.now();
    const agent = await unit.startAgent();
    readySeconds.push((performance.now() - startedAt) / 1000);
    const kiosk = await openKiosk(agent.kiosk);
    const pulse = unit.nextPulse();
    kiosk.touch({ do: 'enterCode', code });
    const { door, atMs } = await pulse;
    doorSeconds.push((atMs - startedAt) / 1000);
    residentMebibytes.push(residentKibibytes(agent.pid) / 1024);
    await kiosk.see('the open door', ({ screen }) => screen.name === 'doorOpen');
    kiosk.close();
    await unit.cabinet.pushShut(door);
    await agent.stop();
  }
  return {
    ratio: rounded(median(doorSeconds) / wantedSeconds),
    ...spread('door', 'Seconds', doorSeconds),
    ...spread('ready', 'Seconds', readySeconds),
    ...spread('resident', 'Mebibytes', residentMebibytes),
    line: unit.line,
  };
}

function residentKibibytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
