import type { LockerEvent } from '@latchwork/shared';
import type { Truth } from './account.ts';
import { type Scene, since, staleMs } from './scene.ts';
import { allOf, everIn, msWithin, type Span } from './spans.ts';

/** What is wrong, and at which slot. */
export interface Untrue {
  slot: number;
  detail: string;
}

/** What a fact says of a door, held against what its door and coil truly did. */
export function doorUntrue(fact: LockerEvent, scene: Scene): Untrue | undefined {
  const { open, keys, askedAt, lying, seen } = scene;
  const wrong = (slot: number, detail: string) => ({ slot, detail });
  switch (fact.kind) {
    case 'door.opened':
      if (lying(fact.slot, fact.at) || everIn(open, fact.slot, seen(fact.slot, fact.at))) return;
      return wrong(fact.slot, 'the door was shut');
    case 'door.closed':
      if (lying(fact.slot, fact.at) || !allOf(open, fact.slot, seen(fact.slot, fact.at))) return;
      return wrong(fact.slot, 'the door stood open');
    case 'door.known': {
      const isOpen = fact.position === 'open';
      const span = seen(fact.slot, fact.at);
      const untrue = isOpen ? !everIn(open, fact.slot, span) : allOf(open, fact.slot, span);
      return untrue && !lying(fact.slot, fact.at)
        ? wrong(fact.slot, `it was not ${fact.position}`)
        : undefined;
    }
    case 'door.stuck': {
      const stood = msWithin(open, fact.slot, { fromMs: askedAt(fact.authorisation), toMs: fact.at });
      if (lying(fact.slot, fact.at) || stood < staleMs) return;
      return wrong(fact.slot, `the door had stood open for ${stood} ms`);
    }
    case 'door.forced':
      if (served(fact, scene)) return wrong(fact.slot, 'a technician was at work');
      if (lying(fact.slot, fact.at) || happened(keys.get(fact.slot), standing(fact, scene))) return;
      return wrong(fact.slot, 'nobody forced a door');
    case 'door.leftOpen':
      return leftOpen(fact, scene);
    case 'door.pulsed': {
      const driven = happened(scene.pulses.get(fact.slot), {
        fromMs: askedAt(fact.authorisation),
        toMs: fact.at,
      });
      // A board at another one's address drives its own coil and answers in that one's place.
      if (!fact.acknowledged || driven || stranger(fact, scene)) return;
      return wrong(fact.slot, 'the board acknowledged what it did not drive');
    }
    case 'door.notPulsed': {
      const asked = { fromMs: askedAt(fact.authorisation), toMs: fact.at };
      const driven = scene.pulses.get(fact.slot)?.filter(within(asked)) ?? [];
      const told = scene.facts.filter(
        (other) =>
          other.kind === 'door.pulsed' && other.authorisation === fact.authorisation && other.at <= fact.at,
      );
      if (driven.length <= told.length) return;
      return wrong(fact.slot, 'a coil was driven');
    }
    case 'grant.redeemed':
    case 'package.deposited':
    case 'package.collected': {
      const asked = since(scene, fact);
      // On a line in trouble a door is seen open late: its person came again and has had the parcel already.
      const span = {
        ...asked,
        fromMs: Math.min(asked.fromMs, seen(fact.slot, askedAt(fact.authorisation)).fromMs),
      };
      const lied = lying(fact.slot, fact.at) || lying(fact.slot, span.fromMs) || scene.lied(fact.slot, span);
      if (lied || everIn(open, fact.slot, span)) return;
      return wrong(fact.slot, 'the door was never open');
    }
    default:
      return;
  }
}

/** Since the door that is told open sprang open, however long nobody could see it. */
function standing({ slot, at }: { slot: number; at: number }, { open, seen }: Scene): Span {
  const span = seen(slot, at);
  const stood = open.get(slot)?.findLast(({ fromMs, toMs }) => fromMs <= span.toMs && toMs >= span.fromMs);
  return { fromMs: Math.min(span.fromMs, stood?.fromMs ?? span.fromMs), toMs: at };
}

function stranger({ slot, at }: { slot: number; at: number }, { miswired }: Scene): boolean {
  return miswired.some(({ door, fromMs, toMs }) => door === slot && fromMs <= at && at <= toMs);
}

/** A fact of a time at which service mode was on, as the journal has it. */
function served({ at }: LockerEvent, { service }: Scene): boolean {
  return service.some(({ fromMs, toMs }) => fromMs < at && at < toMs);
}

function leftOpen(
  { slot, at, openForMs }: Extract<LockerEvent, { kind: 'door.leftOpen' }>,
  { open, lying, dark, lies }: Scene,
): Untrue | undefined {
  const span = { fromMs: at - openForMs, toMs: at };
  const lied = lies.some((lie) => lie.door === slot && lie.fromMs <= at && lie.toMs >= span.fromMs);
  if (lied || lying(slot, at) || dark(slot, span)) return;
  const stood = msWithin(open, slot, span);
  // Pushed shut and sprung open again within a reading, it was not seen shut.
  if (stood >= openForMs - staleMs) return;
  return { slot, detail: `of ${openForMs} ms it stood open for ${stood}` };
}

function happened(truths: readonly Truth[] | undefined, span: { fromMs: number; toMs: number }): boolean {
  return truths?.some(within(span)) ?? false;
}

function within({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  return ({ atMs }: Truth) => atMs >= fromMs && atMs <= toMs;
}
