import type { Account, Falsehood } from './account.ts';
import { staleMs } from './scene.ts';
import { everIn } from './spans.ts';

const attemptsMax = 3;

/** Every driven coil hangs on a door that somebody was allowed to open then, and on none more often than that. */
export function wrongPulses({ truths, facts, miswired, downs }: Account): Falsehood[] {
  const strangers = Map.groupBy(miswired, ({ door }) => door ?? 0);
  const spans = new Map<string, { slot: number; fromMs: number; toMs: number; pulses: number }>();
  for (const fact of facts) {
    if (fact.kind === 'access.authorised')
      spans.set(fact.authorisation, {
        slot: fact.slot,
        fromMs: fact.at,
        toMs: Number.POSITIVE_INFINITY,
        pulses: 0,
      });
    const span = fact.kind === 'access.ended' ? spans.get(fact.authorisation) : undefined;
    // A pulse that was under way when its authorisation ended still reaches the coil.
    if (span) span.toMs = fact.at + staleMs;
  }
  const bySlot = Map.groupBy(spans.values(), ({ slot }) => slot);
  return truths.flatMap(({ kind, door: slot, atMs }) => {
    if (kind !== 'pulse' || everIn(strangers, slot, { fromMs: atMs, toMs: atMs })) return [];
    const span = bySlot.get(slot)?.findLast(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
    if (!span)
      return [{ rule: 'wrong door', slot, atMs, detail: 'driven with no authorisation for this slot' }];
    if (downs.some(({ toMs }) => span.fromMs < toMs && toMs <= atMs))
      return [
        { rule: 'repeated', slot, atMs, detail: 'driven after a restart by an authorisation of before' },
      ];
    span.pulses += 1;
    if (span.pulses <= attemptsMax) return [];
    return [{ rule: 'too many pulses', slot, atMs, detail: `pulse ${span.pulses} of one authorisation` }];
  });
}
