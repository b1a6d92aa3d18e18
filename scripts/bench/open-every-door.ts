import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchPlace } from './bench.ts';
import { type KioskSocket, openKiosk } from './kiosk-socket.ts';
import { type LockerUnit, openUnit } from './locker-unit.ts';

/** One code typed and its door opened. */
export interface Sample {
  /** `performance` times here. */
  typedAt: number;
  pulseAt: number;
}

export interface Opening {
  place: BenchPlace;
  /** Below the root: the agent, or a program that wraps it. */
  program: string;
  /** Done after each sample. */
  between(): void;
}

const doors = 40;
const pulseMs = 100;
/** The supply's own pause after a pulse, and room. */
const supplyMs = pulseMs + 260;

/** One start of an agent, and every one of its doors opened by code, one after another. */
export async function openEveryDoor({ place, program, between }: Opening): Promise<Sample[]> {
  mkdirSync(place.folder);
  const unit = await openUnit({ place, doors, pulseMs });
  const agent = await unit.startAgent(program);
  const kiosk = await openKiosk(agent.kiosk);
  const samples: Sample[] = [];
  for (const { code } of unit.parcels) samples.push(await fetchParcel(unit, kiosk, code, between));
  kiosk.close();
  await agent.stop();
  await unit.cabinet.stop();
  return samples;
}

async function fetchParcel(
  unit: LockerUnit,
  kiosk: KioskSocket,
  code: string,
  between: () => void,
): Promise<Sample> {
  const pulse = unit.nextPulse();
  const typedAt = performance.now();
  kiosk.touch({ do: 'enterCode', code });
  const { door, atMs: pulseAt } = await pulse;
  await kiosk.see('the open door', ({ screen }) => screen.name === 'doorOpen');
  await unit.cabinet.pushShut(door);
  await kiosk.see('the closed door', ({ screen }) => screen.name === 'doorClosed');
  kiosk.touch({ do: 'finish' });
  await kiosk.see('thanks', ({ screen }) => screen.name === 'thanks');
  kiosk.touch({ do: 'finish' });
  await kiosk.see('the idle screen', ({ screen }) => screen.name === 'idle');
  between();
  // At any phase of the board's polling, as people come.
  await pause(Math.max(0, pulseAt + supplyMs - performance.now()) + Math.random() * 100);
  return { typedAt, pulseAt };
}
