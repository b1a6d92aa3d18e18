import { useEffect, useState } from 'preact/hooks';
import type { Booking } from '../../http/index.ts';
import { Page, Trouble } from '../common/page.tsx';
import { type Claim, readParcelLink } from '../common/parcel-link.ts';
import { sizeName } from '../common/sizes.ts';
import { CancelButton } from './cancel-button.tsx';
import { Timeline } from './timeline.tsx';
import { useBooking } from './use-booking.ts';

/** How one booking goes on, for whoever has its link. */
export function ParcelPage() {
  const claim = useClaim();
  if (!claim) {
    return (
      <Page title="Your parcel">
        <p class="card">
          This address is not whole: it ends with the booking’s own key. Copy all of it, or{' '}
          <a href="/book">book a locker</a>.
        </p>
      </Page>
    );
  }
  return <Followed key={claim.token} claim={claim} />;
}

/** A link to another booking, opened over this one, changes nothing but the fragment. */
function useClaim(): Claim | null {
  const [claim, setClaim] = useState(() => readParcelLink(location.hash));
  useEffect(() => {
    const read = () => setClaim(readParcelLink(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return claim;
}

function Followed({ claim }: { claim: Claim }) {
  const { booking, trouble, cancel } = useBooking(claim);
  return (
    <Page title="Your parcel">
      <div class="stack">
        <Trouble words={trouble} />
        {!booking && !trouble && <p class="card">Looking for your booking…</p>}
        {booking && (
          <>
            <section class="card" aria-live="polite">
              <h2>{headline(booking)}</h2>
              <Timeline booking={booking} />
            </section>
            <Facts booking={booking} />
            {booking.status === 'active' && booking.package.status === 'WAITING' && (
              <CancelButton onCancel={cancel} />
            )}
            <p class="quiet">
              Keep the address of this page: whoever has it can see and cancel this booking, and nobody else.
            </p>
          </>
        )}
      </div>
    </Page>
  );
}

function headline({ status, slot, package: parcel, locker }: Booking): string {
  switch (parcel.status) {
    case 'WAITING':
      return status === 'displaced'
        ? 'The slot that was held is taken: any other that fits will do'
        : `A slot is held for you at ${locker.name}`;
    case 'DELIVERED':
      return slot === null
        ? `Your parcel was delivered to ${locker.name}, and is not where it should be: please ask for help there`
        : `Your parcel is in door ${slot} of ${locker.name}`;
    case 'PICKED_UP':
      return 'Your parcel was picked up';
    case 'EXPIRED':
      return 'The parcel did not come in time, and the slot was given up';
    case 'RETURNED':
      return 'The parcel went back to its sender';
    case 'CANCELLED':
      return 'This booking was cancelled';
  }
}

function Facts({ booking }: { booking: Booking }) {
  const { locker, size, package: parcel, expiresAt } = booking;
  return (
    <section class="card">
      <h2>The booking</h2>
      <dl>
        <dt>Locker</dt>
        <dd>
          {locker.name}, {locker.address}, {locker.pincode}
        </dd>
        <dt>Label, as the courier scans it</dt>
        <dd>
          <code>{parcel.trackingId}</code>
        </dd>
        <dt>Size</dt>
        <dd>{sizeName(size)}</dd>
        {parcel.status === 'WAITING' && (
          <>
            <dt>Held until</dt>
            <dd>{inPlace(expiresAt, locker.timeZone)}</dd>
          </>
        )}
        <dt>Your code</dt>
        <dd>comes by mail, as soon as the locker knows it.</dd>
      </dl>
    </section>
  );
}

/** In the time of the place where the locker stands. */
function inPlace(time: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone });
  return format.format(new Date(time));
}
