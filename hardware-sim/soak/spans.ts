/** A time within which something was so. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export type Spans = ReadonlyMap<number, readonly Span[]>;

/** What truly happened at a door, as far as it begins or ends something. */
interface Turn {
  atMs: number;
  door: number;
  kind: string;
}

/** By door, the times from each `begin` to the `end` after it; the last one may have no end. */
export function spansOf(turns: readonly Turn[], { begin, end }: { begin: string; end: string }): Spans {
  const spans = new Map<number, Span[]>();
  for (const { kind, door, atMs } of turns) {
    const ofDoor = spans.get(door) ?? [];
    spans.set(door, ofDoor);
    if (kind === begin) ofDoor.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
    const last = kind === end ? ofDoor.at(-1) : undefined;
    if (last) last.toMs = atMs;
  }
  return spans;
}

/** Whether it was so at any moment of a time. */
export function everIn(spans: Spans, door: number, { fromMs, toMs }: Span): boolean {
  return spans.get(door)?.some((span) => span.fromMs <= toMs && span.toMs >= fromMs) ?? false;
}

/** Whether it was so all the time. */
export function allOf(spans: Spans, door: number, { fromMs, toMs }: Span): boolean {
  return spans.get(door)?.some((span) => span.fromMs <= fromMs && span.toMs > toMs) ?? false;
}

/** For how long in all it was so within a time. */
export function msWithin(spans: Spans, door: number, { fromMs, toMs }: Span): number {
  return (spans.get(door) ?? []).reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs)),
    0,
  );
}
