import type { AgentPorts, FakeKiosk } from '@latchwork/agent';
import type { Clock } from '../clock.ts';
import type { SimulatedCabinet } from '../start-cabinet.ts';
import type { Chance } from '../world/chance.ts';
import { type Ask, type ConsoleListener, type Look, serviceVisit } from './service-visit.ts';

type Console = NonNullable<AgentPorts['console']>;

const roundEveryMs = 20_000;
const serviceEveryMs = 400_000;
const handMs = { from: 400, to: 2_500 };

/**
 * Looks by every now and then, tests the doors that are out of service, opens one for no reason, says what lies in slots
 * of which nobody knows, and shuts what stands open without anybody at it. More seldom comes to work with a key.
 */
export function technician(options: {
  cabinet: SimulatedCabinet;
  kiosk: FakeKiosk;
  clock: Clock;
  chance: Chance;
  serves: boolean;
}) {
  const { cabinet, clock, chance } = options;
  let listener: ConsoleListener | undefined;
  let look: Look | undefined;
  let asked = 0;
  let stopped = false;
  let serving = false;
  const ask = (wish: Ask) => {
    asked += 1;
    listener?.onAsk({ request: `request-${asked}`, user: 'soak', ask: wish });
  };
  const holds = (slot: number) =>
    cabinet.view().doors.some(({ number, parcel }) => number === slot && parcel);

  const shutSoon = (door: number) =>
    void clock.after(chance.whole(handMs.from, handMs.to), () => void cabinet.pushShut(door));
  const open = (slot: number) => {
    ask({ do: 'open', slot });
    // What opens for a technician is shut by one, whenever it opens.
    const off = cabinet.onRecord((entry) => {
      if (entry.kind !== 'opened' || entry.door !== slot) return;
      off();
      shutSoon(slot);
    });
    clock.after(roundEveryMs, off);
  };

  const round = () => {
    if (stopped) return;
    clock.after(chance.waitMs(roundEveryMs), round);
    const doors = look?.().doors ?? [];
    const idle = doors.filter(({ opening }) => opening === null);
    const unattended = new Set(idle.map(({ slot }) => slot));
    for (const { number, open: stands } of cabinet.view().doors)
      if (stands && unattended.has(number)) shutSoon(number);
    const unsure = idle.find(({ contents, position }) => contents === 'unsettled' && position === 'closed');
    if (unsure) ask({ do: 'settle', slot: unsure.slot, occupied: holds(unsure.slot) });
    const faulty = idle.filter(({ outOfService }) => outOfService.length > 0);
    if (faulty.length > 0 && chance.maybe(0.7)) open(chance.one(faulty).slot);
    else if (idle.length > 0 && chance.maybe(0.3)) open(chance.one(idle).slot);
  };
  clock.after(chance.waitMs(roundEveryMs), round);

  const serve = async () => {
    if (stopped) return;
    serving = true;
    await serviceVisit({ ...options, ask, open, holds, look: () => look?.() });
    serving = false;
    clock.after(chance.waitMs(serviceEveryMs), serve);
  };
  if (options.serves) clock.after(chance.waitMs(serviceEveryMs), serve);

  const console: Console = {
    start: async (toListener) => {
      listener = toListener;
    },
    show: (toLook) => {
      look = toLook;
    },
    tell() {},
    answer() {},
    stop: async () => {
      stopped = true;
    },
  };
  return {
    console,
    stop() {
      stopped = true;
      for (const { number, open: stands } of cabinet.view().doors)
        if (stands && !serving) void cabinet.pushShut(number);
    },
  };
}
