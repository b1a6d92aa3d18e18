import type { LockerEvent } from '@latchwork/shared';
import type { Account, Falsehood } from './account.ts';
import { type Scene, staleMs } from './scene.ts';
import { everIn, type Span, type Spans } from './spans.ts';

/** A door that stood open for so long, in no trouble, has to be in the journal. */
const plainlyOpenMs = 3_000;

/** Openings that everybody could have seen and that the journal does not know. */
export function untold({ facts, places, downs }: Account, scene: Scene): Falsehood[] {
  const { open, lying, dark } = scene;
  const blind = new Set(places.filter((place) => place.blind).map(({ door }) => door));
  const told = Map.groupBy(
    facts.filter((fact) => fact.kind === 'door.opened'),
    ({ slot }) => slot,
  );
  const last = facts.at(-1)?.at ?? 0;
  const mad = flapping(facts);
  return [...open].flatMap(([slot, spans]) =>
    (blind.has(slot) ? [] : withoutBlinks(spans).flatMap((span) => lived(span, downs))).flatMap(
      ({ fromMs, toMs }) => {
        const plain = Math.min(toMs, last) - fromMs >= plainlyOpenMs;
        if (
          !plain ||
          everIn(mad, slot, { fromMs, toMs }) ||
          lying(slot, fromMs + plainlyOpenMs) ||
          dark(slot, { fromMs: fromMs - 1_000, toMs })
        )
          return [];
        if (told.get(slot)?.some(({ at }) => at >= fromMs && at <= toMs + staleMs)) return [];
        const detail = `stood open for ${toMs - fromMs} ms and the journal does not know`;
        return [{ rule: 'untold', slot, atMs: fromMs, detail }];
      },
    ),
  );
}

/** A door shut between two readings, or for one of them, was not seen shut: it stood open all the time. */
function withoutBlinks(spans: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const span of spans) {
    const before = whole.at(-1);
    if (before && span.fromMs - before.toMs < staleMs) before.toMs = span.toMs;
    else whole.push({ ...span });
  }
  return whole;
}

/** What of it an agent could see: whoever is started reads every door and tells which stand open. */
function lived(span: Span, downs: readonly Span[]): Span[] {
  const pieces: Span[] = [];
  let { fromMs } = span;
  for (const down of downs) {
    if (down.toMs <= fromMs || down.fromMs >= span.toMs) continue;
    if (down.fromMs > fromMs) pieces.push({ fromMs, toMs: down.fromMs });
    fromMs = down.toMs;
  }
  return fromMs < span.toMs ? [...pieces, { fromMs, toMs: span.toMs }] : pieces;
}

/** When the locker did not believe a door's switch, and said so. */
function flapping(facts: readonly LockerEvent[]): Spans {
  const spans = new Map<number, Span[]>();
  for (const fact of facts) {
    if (fact.kind !== 'door.flapping' && fact.kind !== 'door.steady') continue;
    const ofDoor = spans.get(fact.slot) ?? [];
    spans.set(fact.slot, ofDoor);
    if (fact.kind === 'door.flapping') ofDoor.push({ fromMs: fact.at, toMs: Number.POSITIVE_INFINITY });
    const last = fact.kind === 'door.steady' ? ofDoor.at(-1) : undefined;
    if (last) last.toMs = fact.at;
  }
  return spans;
}
