import type { Clock, KioskAction, KioskView } from '@latchwork/agent';
import { hashCredential, type LockerKeys } from '@latchwork/shared';
import type { Centre } from './centre.ts';
import type { Chance } from './chance.ts';
import type { Breach } from './promises.ts';
import type { Site } from './site.ts';
import type { Trace } from './trace.ts';
import type { Unit } from './unit.ts';
import type { Witness } from './witness.ts';

export interface SceneOptions {
  unit: Unit;
  site: Site;
  centre: Centre;
  clock: Clock;
  chance: Chance;
  witness: Witness;
  trace: Trace;
  keys: LockerKeys;
  breach: Breach;
  /** In a polite world people come one at a time and do as told; what lies in a slot is then known at all times. */
  isPolite: boolean;
}

type Screen = KioskView['screen'];
export type ScreenOf<Name extends Screen['name']> = Extract<Screen, { name: Name }>;

/** How people meet the unit: they look, touch, type, scan and wait. Nothing here knows what the agent thinks. */
export interface Scene extends SceneOptions {
  sleep(ms: number): Promise<void>;
  /** Whether something impolite is done that is done so often in a world of all sorts. */
  rudely(probability: number): boolean;
  /** The time that a person takes for a movement. */
  pause(): Promise<void>;
  /** One of these screens, once it is shown; undefined when patience ends first. */
  see<Name extends Screen['name']>(
    names: readonly Name[],
    patienceMs: number,
  ): Promise<ScreenOf<Name> | undefined>;
  touch(action: Exclude<KioskAction, { do: 'enterCode' }>): void;
  typeCode(code: string): void;
  scanBadge(): void;
  scan(barcode: string): void;
}

const lookEachMs = 350;

export function createScene(options: SceneOptions): Scene {
  const { unit, clock, chance, witness, trace, keys, centre, isPolite } = options;
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const show = (kind: 'code' | 'badge', secret: string) => {
    const hash = hashCredential(keys.codeChecking, kind, secret);
    witness.shown(hash);
    return hash;
  };
  return {
    ...options,
    sleep,
    rudely: (probability) => !isPolite && chance.maybe(probability),
    pause: () => sleep(chance.whole(700, 6_000)),
    async see<Name extends Screen['name']>(names: readonly Name[], patienceMs: number) {
      for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += lookEachMs) {
        const screen = unit.view?.screen;
        if (screen && (names as readonly string[]).includes(screen.name)) return screen as ScreenOf<Name>;
        await sleep(lookEachMs);
      }
      return undefined;
    },
    touch(action) {
      trace.add(`touches ${action.do}`);
      unit.touch(action);
    },
    typeCode(code) {
      const hash = show('code', code);
      const items = [...(unit.disk.tables?.planItems.values() ?? [])];
      const isRight = items.some(({ kind, line }) => kind === 'grant' && line.includes(hash));
      witness.keypad.typed(isRight ? 'right' : 'wrong');
      trace.add(`types ${code}`);
      unit.touch({ do: 'enterCode', code });
    },
    scanBadge() {
      show('badge', centre.courier.badge);
      trace.add('scans the badge');
      unit.scan(centre.courier.badge);
    },
    scan(barcode) {
      trace.add(`scans ${barcode.slice(0, 40)}`);
      unit.scan(barcode);
    },
  };
}
