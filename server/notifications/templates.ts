import type { UnixMs } from '@latchwork/shared';
import type { NotificationKind } from '../ledger/index.ts';

/** What a message to a recipient may speak of. */
export interface MessageFacts {
  /** Digits; only where the kind carries it. */
  code: string | null;
  lockerName: string;
  address: string;
  pincode: string;
  trackingId: string;
  bookedUntil: UnixMs;
  /** IANA name, of the locker's place. */
  timeZone: string;
}

export interface Message {
  subject: string;
  text: string;
  html: string;
}

/** Of these the code is derived at sending, for this one message. */
export const kindsWithCode: ReadonlySet<NotificationKind> = new Set(['codeReady', 'delivered']);

/** A paragraph, or the code set apart. */
type Line = string | { code: string };

/** Renders one message, as plain text and as simple HTML of the same words. */
export function renderMessage(kind: NotificationKind, facts: MessageFacts): Message {
  const { subject, lines } = words[kind](facts);
  const all: Line[] = [...lines, place(facts), 'Latchwork'];
  const text = all.map((line) => (typeof line === 'string' ? line : `Your code: ${line.code}`)).join('\n\n');
  const html = all.map(paragraph).join('\n');
  return {
    subject,
    text: `${text}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html}\n</body></html>\n`,
  };
}

const words: Record<NotificationKind, (facts: MessageFacts) => { subject: string; lines: Line[] }> = {
  booked: (facts) => ({
    subject: `Booked: ${facts.lockerName}`,
    lines: [
      `A slot is held for your parcel ${facts.trackingId} until ${localTime(facts)}.`,
      'Your code follows as soon as the locker knows it.',
    ],
  }),
  codeReady: (facts) => ({
    subject: `Your code for ${facts.lockerName}`,
    lines: [
      `The locker is ready for your parcel ${facts.trackingId}.`,
      codeOf(facts),
      'It opens your slot once the parcel is inside; we will tell you when it is.',
    ],
  }),
  delivered: (facts) => ({
    subject: `Your parcel is in ${facts.lockerName}`,
    lines: [`Your parcel ${facts.trackingId} is waiting for you.`, codeOf(facts), 'Type it at the locker.'],
  }),
  pickedUp: (facts) => ({
    subject: `Picked up from ${facts.lockerName}`,
    lines: [
      `Your parcel ${facts.trackingId} was picked up.`,
      'If that was not you, or not with your word, answer this message at once.',
    ],
  }),
  cancelled: (facts) => ({
    subject: `Cancelled: ${facts.lockerName}`,
    lines: [`Your booking for parcel ${facts.trackingId} was cancelled. Its code opens nothing any more.`],
  }),
  expired: (facts) => ({
    subject: `Expired: ${facts.lockerName}`,
    lines: [
      `Your parcel ${facts.trackingId} did not arrive by ${localTime(facts)}, so its slot was given up. ` +
        'Book again if it is still on its way.',
    ],
  }),
};

function codeOf({ code }: MessageFacts): Line {
  if (code === null) throw new TypeError('a message that carries a code was rendered without one');
  return { code };
}

function place({ lockerName, address, pincode }: MessageFacts): string {
  return `${lockerName}, ${address}, ${pincode}`;
}

function localTime({ bookedUntil, timeZone }: MessageFacts): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone });
  return format.format(bookedUntil);
}

function paragraph(line: Line): string {
  if (typeof line === 'string') return `<p>${escapeHtml(line)}</p>`;
  return `<p>Your code: <strong style="font-size:1.6em;letter-spacing:0.1em">${escapeHtml(line.code)}</strong></p>`;
}

/** Names, addresses and tracking ids come from other people. */
function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
