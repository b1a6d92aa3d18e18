import { z } from 'zod';
import { ClockState } from './clock.ts';
import { type EventKind, eventBodies, type Fact } from './event-bodies.ts';
import { Uuid } from './ids.ts';
import { limits } from './limits.ts';
import { Hash } from './messages.ts';
import { UnixMs } from './units.ts';

export const Origin = z
  .object({
    incarnation: Uuid.describe('The one that wrote the fact first.'),
    seq: z.int().min(1).describe('Its number there.'),
    hash: Hash.describe("The chain's hash after it there."),
  })
  .describe('Where a fact stood first that a later incarnation carries over.');
export type Origin = z.infer<typeof Origin>;

const base = {
  id: Uuid.describe('Of the fact: it stays when a later incarnation carries the fact over.'),
  seq: z.int().min(1).describe('Counts the lines of one incarnation, from 1, without gaps.'),
  origin: Origin.optional().describe(
    'Only on a line that was carried over; the rest of the line is as it was.',
  ),
  at: UnixMs.describe("When it happened, by the locker's clock."),
  clock: ClockState.describe('How far that clock was trusted then.'),
};

export const AnyEvent = z
  .looseObject({
    ...base,
    kind: z
      .string()
      .regex(/^[!-~]{1,64}$/, 'a kind is 1 to 64 printable characters')
      .describe('One of the kinds below, or one that is newer than the reader.'),
  })
  .describe(
    'What every journal line has, whatever its kind: enough to keep a fact that cannot be understood.',
  );
export type AnyEvent = z.infer<typeof AnyEvent>;

export type LockerEvent = z.infer<z.ZodObject<typeof base>> & Fact;

/** The event, or why it must be set aside. */
export function parseEvent(
  event: AnyEvent,
): { ok: true; event: LockerEvent } | { ok: false; reason: string } {
  if (!Object.hasOwn(eventBodies, event.kind)) return { ok: false, reason: `unknown kind ${event.kind}` };
  const kind = event.kind as EventKind;
  const { id, seq, origin, at, clock, kind: _kind, ...rest } = event;
  const body = eventBodies[kind].safeParse(rest);
  if (!body.success) return { ok: false, reason: shortReason(body.error) };
  const carried = origin === undefined ? {} : { origin };
  return { ok: true, event: { id, seq, ...carried, at, clock, kind, ...body.data } as LockerEvent };
}

/** Names of unknown fields come from outside; the reason must fit a {@link ShortText} all the same. */
function shortReason(error: z.ZodError): string {
  return z.prettifyError(error).replaceAll('\0', '').slice(0, limits.textCharactersMax).toWellFormed();
}
