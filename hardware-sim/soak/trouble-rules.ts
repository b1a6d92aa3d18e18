import type { LockerEvent } from '@latchwork/shared';
import type { Untrue } from './door-rules.ts';
import { type Scene, staleMs } from './scene.ts';

/** A share of noise, and a board that is called lost, rest on so long a past. */
const pastMs = 30_000;
/** At most so long a door's changes are counted together. */
const flappingMs = 60_000;

/** Trouble that a fact tells of must have been there. */
export function troubleUntrue(fact: LockerEvent, scene: Scene): Untrue | undefined {
  const { dark, lied, places } = scene;
  switch (fact.kind) {
    case 'board.lost':
    case 'board.noisy':
    case 'supply.sagged': {
      const there = places.filter(({ boardName }) => boardName === fact.board);
      const span = { fromMs: fact.at - pastMs, toMs: fact.at };
      const troubled = there.some(({ door }) => dark(door, span) || lied(door, span));
      if (troubled) return undefined;
      return { slot: there[0]?.door ?? 0, detail: `nothing was wrong with ${fact.board}` };
    }
    case 'door.unknown': {
      const { slot, at } = fact;
      const span = { fromMs: at - pastMs, toMs: at };
      if (dark(slot, span) || lied(slot, span) || unsteady(scene, slot, at)) return undefined;
      return { slot, detail: 'nothing kept it from being read' };
    }
    case 'door.flapping': {
      const { slot, at } = fact;
      const span = { fromMs: at - flappingMs, toMs: at };
      if (unsteady(scene, slot, at) || lied(slot, span) || dark(slot, span)) return undefined;
      return { slot, detail: 'its switch was sound' };
    }
    default:
      return undefined;
  }
}

const kindsUnsteady: readonly string[] = [
  'bounce',
  'flapping switch',
  'stuck switch',
  'inverted switch',
  'lying door switch',
];

/** Whether its switch may have said now this, now that. */
function unsteady({ all }: Scene, slot: number, at: number): boolean {
  return all.some(
    ({ kind, door, fromMs, toMs }) =>
      door === slot && kindsUnsteady.includes(kind) && fromMs <= at && toMs >= at - flappingMs - staleMs,
  );
}
