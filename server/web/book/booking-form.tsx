import type { SlotSize } from '@latchwork/shared';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { BookingMade, BookingRequest, Locker } from '../../http/index.ts';
import { ask } from '../common/ask.ts';
import { Field } from '../common/field.tsx';
import { Trouble } from '../common/page.tsx';
import { parcelLink } from '../common/parcel-link.ts';
import { sizeName } from '../common/sizes.ts';

const holds: [hours: number, words: string][] = [
  [24, '1 day'],
  [48, '2 days'],
  [168, '1 week'],
];

/** Who is told, and what the label reads; then the booking's own page. */
export function BookingForm({ locker, size }: { locker: Locker; size: SlotSize }) {
  const [email, setEmail] = useState('');
  const [trackingId, setTrackingId] = useState('');
  const [hours, setHours] = useState(48);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const idempotencyKey = useIdempotencyKey();
  const heading = useRef<HTMLHeadingElement>(null);
  const holdId = useId();

  useEffect(() => heading.current?.focus(), []);

  const book = async () => {
    const label = trackingId.trim();
    const body: BookingRequest = {
      lockerId: locker.lockerId,
      size,
      email: email.trim(),
      expiresInHours: hours,
      ...(label === '' ? {} : { trackingId: label }),
    };
    setBusy(true);
    const headers = { 'idempotency-key': idempotencyKey(body) };
    const answer = await ask<BookingMade>('/v1/bookings', { method: 'POST', body, headers });
    setBusy(false);
    setTrouble(answer.ok ? null : answer.words);
    if (answer.ok) location.assign(parcelLink(answer.value));
  };

  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void book();
      }}
    >
      <h2 ref={heading} tabIndex={-1}>
        {sizeName(size)} slot at {locker.name}
      </h2>
      <Field
        label="E-mail of the recipient"
        hint="Told of the booking, the code and the delivery."
        type="email"
        value={email}
        onInput={setEmail}
        required
        autoComplete="email"
        maxLength={254}
      />
      <Field
        label="Label on the parcel (if you have one)"
        hint="What the courier will scan. Left empty, a label is made up for you."
        value={trackingId}
        onInput={setTrackingId}
        autoComplete="off"
        maxLength={64}
      />
      <p class="field">
        <label for={holdId}>Hold the slot for</label>
        <select id={holdId} value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
          {holds.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </p>
      <Trouble words={trouble} />
      <p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Booking…' : 'Book this locker'}
        </button>
      </p>
    </form>
  );
}

/** The same request sent twice is one booking; a changed one is another. */
function useIdempotencyKey(): (body: BookingRequest) => string {
  const last = useRef({ text: '', key: '' });
  return (body) => {
    const text = JSON.stringify(body);
    if (text !== last.current.text) last.current = { text, key: crypto.randomUUID() };
    return last.current.key;
  };
}
