import type { LockerId } from '@latchwork/shared';
import type { OpsEvent } from '../../http/index.ts';
import { clockTime } from './clock-time.ts';

interface Props {
  events: OpsEvent[];
  nameOf: (locker: LockerId) => string;
}

/** What lockers reported, newest first. */
export function EventLog({ events, nameOf }: Props) {
  return (
    <section class="card">
      <h2>Event log</h2>
      {events.length === 0 ? (
        <p class="quiet">Nothing has happened yet.</p>
      ) : (
        <ol class="events">
          {events.map((event) => (
            <li key={event.eventId} class={event.setAside === null ? '' : 'aside'}>
              <time dateTime={event.receivedAt} title={`By the locker’s clock: ${event.at}`}>
                {clockTime(event.receivedAt)}
              </time>
              <strong>{event.kind}</strong>
              <span>{event.slot === null ? '' : `door ${event.slot}`}</span>
              <span class="quiet">
                {nameOf(event.lockerId)} #{event.seq}
                {detailOf(event)}
                {event.setAside !== null && ` – set aside: ${event.setAside}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** In the row already, or names of rows that no person knows by heart. */
const leftOut = new Set(['id', 'seq', 'at', 'clock', 'kind', 'slot', 'visit', 'authorisation', 'origin']);

function detailOf({ body }: OpsEvent): string {
  const told = Object.entries(body)
    .filter(([name]) => !leftOut.has(name))
    .map(([name, value]) => `${name} ${valueWords(value)}`);
  return told.length === 0 ? '' : ` · ${told.join(', ')}`;
}

function valueWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return shortened(String(value));
  return Object.values(value).map(valueWords).join(' ');
}

/** Enough of an id to tell it from its neighbours. */
function shortened(text: string): string {
  return text.replace(
    /\b([a-z]{2}(-[a-z0-9]+)?_)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{6}([0-9a-f]{6})\b/g,
    '…$4',
  );
}
