import type { Booking } from '../../http/index.ts';

type Step = { name: string; at: string | null; state: 'done' | 'now' | 'ahead' | 'ended' };

const words = {
  done: 'done',
  now: 'now',
  ahead: 'still to come',
  ended: 'the end',
} as const;

/** Booked, delivered, picked up; or where it ended instead. */
export function Timeline({ booking }: { booking: Booking }) {
  const { timeZone } = booking.locker;
  return (
    <ol class="timeline">
      {stepsOf(booking).map(({ name, at, state }) => (
        <li key={name} class={state} aria-current={state === 'now' ? 'step' : undefined}>
          <strong>{name}</strong>
          <span class="unseen"> ({words[state]})</span>
          {at && <time dateTime={at}>{shortTime(at, timeZone)}</time>}
        </li>
      ))}
    </ol>
  );
}

const endings = { EXPIRED: 'Given up', RETURNED: 'Sent back', CANCELLED: 'Cancelled' } as const;

function stepsOf({ createdAt, package: parcel }: Booking): Step[] {
  const { status, deliveredAt, pickedUpAt } = parcel;
  const booked: Step = { name: 'Booked', at: createdAt, state: 'done' };
  const delivered: Step = { name: 'In the locker', at: deliveredAt, state: 'done' };
  switch (status) {
    case 'WAITING':
      return [
        booked,
        { name: 'Waiting for the courier', at: null, state: 'now' },
        { ...delivered, state: 'ahead' },
        { name: 'Picked up', at: null, state: 'ahead' },
      ];
    case 'DELIVERED':
      return [booked, { ...delivered, state: 'now' }, { name: 'Picked up', at: null, state: 'ahead' }];
    case 'PICKED_UP':
      return [booked, delivered, { name: 'Picked up', at: pickedUpAt, state: 'now' }];
    default:
      return [
        booked,
        ...(deliveredAt === null ? [] : [delivered]),
        { name: endings[status], at: null, state: 'ended' },
      ];
  }
}

function shortTime(time: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return format.format(new Date(time));
}
