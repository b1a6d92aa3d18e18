import {
  AnyEvent,
  type LockerEvent,
  limits,
  parseEvent,
  type SlotNumber,
  SlotNumber as SlotNumberSchema,
} from '@latchwork/shared';

/** One line of a locker's journal, read before any book is locked. */
export interface JournalLine {
  /** The exact bytes that the locker hashed. */
  line: string;
  /** What every line has, if it is one. */
  any: AnyEvent | undefined;
  /** The fact, if it can be understood. */
  event: LockerEvent | undefined;
  /** Why it cannot. */
  problem: string | undefined;
}

export function readJournalLine(line: string): JournalLine {
  if (Buffer.byteLength(line) > limits.eventLineBytesMax) return unreadable(line, 'the line is too long');
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return unreadable(line, 'the line is not JSON');
  }
  const any = AnyEvent.safeParse(value);
  if (!any.success) return unreadable(line, 'the line is not an event');
  const parsed = parseEvent(any.data);
  return parsed.ok
    ? { line, any: any.data, event: parsed.event, problem: undefined }
    : { line, any: any.data, event: undefined, problem: parsed.reason };
}

/** The slot that a line speaks of, understood or not. */
export function slotOf(any: AnyEvent | undefined): SlotNumber | null {
  return SlotNumberSchema.safeParse(any?.slot).data ?? null;
}

/** PostgreSQL's text cannot hold the NUL character; the hash beside the stored line tells that it was there. */
export function storable(line: string): string {
  return line.replaceAll('\0', '\u2400');
}

function unreadable(line: string, problem: string): JournalLine {
  return { line, any: undefined, event: undefined, problem };
}
