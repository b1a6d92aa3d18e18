import type { AgentPorts, FakeKiosk } from '@latchwork/agent';
import type { Clock } from '../clock.ts';
import type { SimulatedCabinet } from '../start-cabinet.ts';
import type { Chance } from '../world/chance.ts';

type Console = NonNullable<AgentPorts['console']>;
export type ConsoleListener = Parameters<Console['start']>[0];
export type Ask = Parameters<ConsoleListener['onAsk']>[0]['ask'];
export type Look = Parameters<Console['show']>[0];

const doorsTouched = { from: 1, to: 4 };
const handMs = { from: 300, to: 2_500 };
const byTwos = 0.4;
const movesParcel = 0.2;
const forgetsToTell = 0.1;
const looksMax = 20;
/** Longer than the questions wait for an answer. */
const lookMs = 3_000;

/**
 * A technician at work: turns service mode on, at the cabinet's switch where there is one, opens doors with the mechanical
 * key or from the console, two at once, too, turns it off, and says what lies in each slot that is asked for.
 */
export async function serviceVisit({
  cabinet,
  kiosk,
  clock,
  chance,
  ask,
  open,
  holds,
  look,
}: {
  cabinet: SimulatedCabinet;
  kiosk: FakeKiosk;
  clock: Clock;
  chance: Chance;
  ask(wish: Ask): void;
  open(slot: number): void;
  holds(slot: number): boolean;
  look(): ReturnType<Look> | undefined;
}): Promise<void> {
  const hand = () =>
    new Promise<void>((resolve) => void clock.after(chance.whole(handMs.from, handMs.to), resolve));
  const atSwitch = chance.maybe(0.5) && cabinet.view().serviceSwitch !== null;
  if (atSwitch) cabinet.setServiceSwitch(true);
  else ask({ do: 'startService', minutes: 2 });
  await hand();
  await hand();

  const free = (look()?.doors ?? []).filter(({ opening }) => opening === null).map(({ slot }) => slot);
  for (let n = chance.whole(doorsTouched.from, doorsTouched.to); n > 0 && free.length > 0; n -= 1) {
    const slot = chance.one(free);
    if (chance.maybe(byTwos)) for (const one of new Set([slot, chance.one(free)])) open(one);
    else await useKey(slot);
    await hand();
  }

  if (atSwitch) cabinet.setServiceSwitch(false);
  else ask({ do: 'endService' });
  for (let looks = 0; looks < looksMax; looks += 1) {
    await new Promise<void>((resolve) => void clock.after(lookMs, resolve));
    const touched = look()?.service?.touched ?? [];
    if (touched.length === 0) return;
    for (const slot of touched) {
      await cabinet.pushShut(slot);
      await hand();
      // Of some nobody is told, and they are unsettled in the end.
      if (chance.maybe(forgetsToTell)) continue;
      kiosk.touch({ do: 'settleSlot', slot, occupied: holds(slot) });
    }
  }

  async function useKey(slot: number): Promise<void> {
    cabinet.turnKey(slot);
    await hand();
    if (chance.maybe(movesParcel)) cabinet.moveParcel(slot, !holds(slot));
    await hand();
    await cabinet.pushShut(slot);
  }
}
