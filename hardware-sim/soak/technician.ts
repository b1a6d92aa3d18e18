import type { AgentPorts } from '@latchwork/agent';
import type { Clock } from '../clock.ts';
import type { SimulatedCabinet } from '../start-cabinet.ts';
import type { Chance } from '../world/chance.ts';

type Console = NonNullable<AgentPorts['console']>;

const roundEveryMs = 20_000;
const handMs = { from: 400, to: 2_500 };

/**
 * Looks by every now and then, tests the doors that are out of service, opens one for no reason, and shuts what stands
 * open without anybody at it.
 */
export function technician(options: { cabinet: SimulatedCabinet; clock: Clock; chance: Chance }) {
  const { cabinet, clock, chance } = options;
  let listener: Parameters<Console['start']>[0] | undefined;
  let look: Parameters<Console['show']>[0] | undefined;
  let asked = 0;
  let stopped = false;
  const ask = (wish: Parameters<NonNullable<typeof listener>['onAsk']>[0]['ask']) => {
    asked += 1;
    listener?.onAsk({ request: `request-${asked}`, user: 'soak', ask: wish });
  };

  const shutSoon = (door: number) =>
    void clock.after(chance.whole(handMs.from, handMs.to), () => void cabinet.pushShut(door));

  const round = () => {
    if (stopped) return;
    clock.after(chance.waitMs(roundEveryMs), round);
    const doors = look?.().doors ?? [];
    const idle = doors.filter(({ opening }) => opening === null);
    const faulty = idle.filter(({ outOfService }) => outOfService.length > 0);
    const unattended = new Set(idle.map(({ slot }) => slot));
    for (const { number, open } of cabinet.view().doors) if (open && unattended.has(number)) shutSoon(number);
    const slot = chance.maybe(0.7)
      ? faulty[chance.whole(0, Math.max(0, faulty.length - 1))]?.slot
      : undefined;
    const any = idle.length > 0 && chance.maybe(0.3) ? chance.one(idle).slot : undefined;
    const wanted = slot ?? any;
    if (wanted === undefined) return;
    ask({ do: 'open', slot: wanted });
    // What opens for a technician is shut by one, whenever it opens.
    const off = cabinet.onRecord((entry) => {
      if (entry.kind !== 'opened' || entry.door !== wanted) return;
      off();
      shutSoon(wanted);
    });
    clock.after(roundEveryMs, off);
  };
  clock.after(chance.waitMs(roundEveryMs), round);

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
      for (const { number, open } of cabinet.view().doors) if (open) void cabinet.pushShut(number);
    },
  };
}
