import type { OpsLockerDetail, OpsSlot } from '../../http/index.ts';
import { sizeName } from '../common/sizes.ts';
import { faultWords } from './fault-words.ts';
import { slotSizes } from './slot-sizes.ts';

const looks = [
  ['free', 'free'],
  ['booked', 'booked'],
  ['occupied', 'parcel inside'],
  ['reopenable', 'just collected'],
  ['unsettled', 'nobody knows'],
  ['out', 'out of service'],
] as const;

/** The doors of one locker, as the server last heard of them. */
export function CabinetView({ locker }: { locker: OpsLockerDetail }) {
  return (
    <section class="card" aria-label={`Slots of ${locker.name}`}>
      <h2>{locker.name}</h2>
      <div class="cabinet">
        {slotSizes.map((size) => {
          const slots = locker.slotList.filter((slot) => slot.size === size);
          if (slots.length === 0) return null;
          return (
            <div class={`column size-${size}`} key={size}>
              <h3>{sizeName(size)}</h3>
              <ul>
                {slots.map((slot) => (
                  <Door key={slot.slot} slot={slot} />
                ))}
              </ul>
            </div>
          );
        })}
      </div>
      <ul class="legend">
        {looks.map(([look, words]) => (
          <li key={look}>
            <span class={`swatch ${look}`} aria-hidden="true" /> {words}
          </li>
        ))}
        <li>
          <span class="swatch open" aria-hidden="true" /> door open
        </li>
      </ul>
    </section>
  );
}

function Door({ slot }: { slot: OpsSlot }) {
  const look = lookOf(slot);
  const words = looks.find(([name]) => name === look)?.[1] ?? look;
  const isOpen = slot.door === 'open';
  return (
    <li class={`slot ${look} ${isOpen ? 'open' : ''}`} data-slot={slot.slot}>
      <strong>{slot.slot}</strong>
      <span class="what">
        <span>{words}</span>
        {(isOpen || slot.opening) && <em>{isOpen ? 'door open' : `opening: ${slot.opening}`}</em>}
        {slot.door === 'unknown' && (
          <em>{slot.boardLost ? 'door unknown: its board does not answer' : 'door unknown'}</em>
        )}
        {slot.faulty && <em>{faultWords(slot)}</em>}
        {slot.package && <small>{slot.package.trackingId}</small>}
      </span>
    </li>
  );
}

/** One word for what matters most about a slot. */
function lookOf({ status, faulty, occupancy, booking }: OpsSlot): (typeof looks)[number][0] {
  if (occupancy === 'unsettled' || occupancy === 'occupied') return occupancy;
  if (faulty || status === 'blocked') return 'out';
  if (occupancy === 'reopenable') return 'reopenable';
  return booking ? 'booked' : 'free';
}
