import { type LockerId, type LockerKeys, openEnvelope, parseTopic, UpMessage } from '@latchwork/shared';
import { type JournalLine, readJournalLine } from './journal-line.ts';

/** A message whose seal, topic and shape are right. Whether it is fresh depends on the locker's session. */
export interface Received {
  locker: LockerId;
  message: UpMessage;
  /** Of `events` only. */
  lines: JournalLine[];
}

export type Opened = { ok: true; received: Received } | { ok: false; locker?: LockerId; reason: string };

/** What a broker delivered, judged in the order seal, header, items. Rejects only when `keysOf` does. */
export async function openMessage(
  topic: string,
  payload: Uint8Array,
  keysOf: (locker: LockerId) => Promise<LockerKeys | undefined>,
): Promise<Opened> {
  const parsed = parseTopic(topic);
  if (parsed?.direction !== 'up') return { ok: false, reason: 'foreign topic' };
  const { locker } = parsed;
  const keys = await keysOf(locker);
  if (!keys) return { ok: false, locker, reason: 'unknown locker' };
  const opened = openEnvelope(keys.up, topic, payload);
  if (!opened.ok) return { ok: false, locker, reason: opened.reason };
  const { header, lines } = opened.envelope;
  const message = UpMessage.safeParse(header);
  if (!message.success) return { ok: false, locker, reason: 'unknown header' };
  if (message.data.locker !== locker || message.data.type !== parsed.kind)
    return { ok: false, locker, reason: 'header does not fit its topic' };
  if (lines.length > 0 !== (message.data.type === 'events'))
    return { ok: false, locker, reason: 'wrong number of items' };
  return { ok: true, received: { locker, message: message.data, lines: lines.map(readJournalLine) } };
}
