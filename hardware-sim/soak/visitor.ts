import type { FakeKiosk, KioskView, Screen } from '@latchwork/agent';
import type { Clock } from '../clock.ts';
import type { Chance } from '../world/chance.ts';

/** What people at the unit can do with their hands. */
export interface Hands {
  isOpen(door: number): boolean;
  pushShut(door: number): void;
  /** Pushes the door in, as the screen asks for, until it is let go again. */
  lean(door: number, on: boolean): void;
  /** False where there is nothing to move, or no room. */
  moveParcel(door: number, goesIn: boolean): boolean;
}

export interface VisitorOptions {
  kiosk: FakeKiosk;
  clock: Clock;
  chance: Chance;
  hands: Hands;
}

/** What a person at the unit sees, and does about one door. */
export interface Visitor {
  sleep(ms: number): Promise<void>;
  /** As long as a hand takes. */
  pause(): Promise<void>;
  /** Resolves with the first of these screens, or with undefined once patience is at its end. */
  see(names: readonly Screen['name'][], forMs?: number): Promise<Screen | undefined>;
  /** The slot that stands open for this, as the screen says and the eye sees. */
  opened(): Promise<number | undefined>;
  /** Shuts the door, mostly soon, and sees it said. */
  shut(slot: number): Promise<void>;
}

const patienceMs = 120_000;
const handMs = { from: 200, to: 1_200 };
/** Longer than an alarm takes. */
const forgetsMs = 40_000;
const oddities = { leavesDoorOpen: 0.01, doesNotLean: 0.2 } as const;
const looksMax = 8;

export function visitorAt({ kiosk, clock, chance, hands }: VisitorOptions): Visitor {
  const sleep = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const pause = () => sleep(chance.whole(handMs.from, handMs.to));
  let leaningOn: number | undefined;
  let sentTo: number | undefined;
  const waiting = new Set<(view: KioskView) => void>();
  kiosk.look((view) => {
    lean(view);
    if (view.screen.name === 'unlocking' || view.screen.name === 'confirmOpen') sentTo = view.screen.slot;
    for (const see of [...waiting]) see(view);
  });

  /** While the screen asks for it, most people push the door in. */
  function lean({ screen }: KioskView): void {
    const asked = screen.name === 'unlocking' && screen.stage === 'pushAndWait' ? screen.slot : undefined;
    if (asked === leaningOn) return;
    if (leaningOn !== undefined) hands.lean(leaningOn, false);
    leaningOn = asked !== undefined && !chance.maybe(oddities.doesNotLean) ? asked : undefined;
    if (leaningOn !== undefined) hands.lean(leaningOn, true);
  }

  function see(names: readonly Screen['name'][], forMs = patienceMs): Promise<Screen | undefined> {
    return new Promise((resolve) => {
      const done = (screen: Screen | undefined) => {
        waiting.delete(look);
        cancel();
        resolve(screen);
      };
      const look = ({ screen }: KioskView) => {
        if (names.includes(screen.name)) done(screen);
      };
      const cancel = clock.after(forMs, () => done(undefined));
      waiting.add(look);
      if (kiosk.view) look(kiosk.view);
    });
  }

  /** Where the screen goes dark, whoever stands there uses the door that opened before their eyes. */
  async function opened(): Promise<number | undefined> {
    sentTo = undefined;
    const { screen } = kiosk.view ?? {};
    if (screen && 'slot' in screen) sentTo = screen.slot;
    const shown = await openedOnScreen();
    if (shown !== undefined || sentTo === undefined) return shown;
    return hands.isOpen(sentTo) ? sentTo : undefined;
  }

  async function openedOnScreen(): Promise<number | undefined> {
    for (let look = 0; look < looksMax; look += 1) {
      const screen = await see(['doorOpen', 'confirmOpen', 'stuck', 'courierReady', 'idle', 'thanks']);
      if (screen?.name === 'doorOpen') return hands.isOpen(screen.slot) ? screen.slot : undefined;
      if (screen?.name !== 'confirmOpen') return undefined;
      await sleep(600);
      const open = hands.isOpen(screen.slot);
      kiosk.touch(
        open
          ? { do: 'confirmDoor', position: 'open' }
          : { do: 'reportProblem', slot: screen.slot, problem: 'door did not open' },
      );
      if (open) return screen.slot;
      await sleep(50);
    }
    return undefined;
  }

  async function shut(slot: number): Promise<void> {
    await sleep(chance.maybe(oddities.leavesDoorOpen) ? forgetsMs : chance.whole(handMs.from, handMs.to));
    hands.pushShut(slot);
    const screen = await see(['doorOpen', 'doorClosed', 'courierReady', 'idle'], 3_000);
    if (screen?.name === 'doorOpen' && screen.blind) kiosk.touch({ do: 'confirmDoor', position: 'closed' });
    else await see(['doorClosed', 'courierReady', 'idle', 'thanks'], 3_000);
  }

  return { sleep, pause, see, opened, shut };
}
