import type { SlotSize } from '@latchwork/shared';
import type { Locker } from '../../http/index.ts';
import { sizeName, sizes } from '../common/sizes.ts';

interface Props {
  lockers: Locker[];
  size: SlotSize;
  chosen: Locker | null;
  onChoose: (locker: Locker) => void;
}

/** Nearest first, each with the room it has. */
export function FoundLockers({ lockers, size, chosen, onChoose }: Props) {
  if (lockers.length === 0) {
    return <p class="card">No locker has a free slot for a {sizeName(size).toLowerCase()} parcel now.</p>;
  }
  return (
    <section aria-label="Lockers found">
      <ol class="found">
        {lockers.map((locker) => (
          <li key={locker.lockerId} class={`card ${locker === chosen ? 'chosen' : ''}`}>
            <div>
              <h2>{locker.name}</h2>
              <p class="quiet">
                {locker.address}, {locker.pincode}
                {locker.distanceKm !== null && <strong> · {distance(locker.distanceKm)}</strong>}
              </p>
              <p>
                Free:{' '}
                {sizes.map((one) => (
                  <span key={one.size} class={`badge ${one.size === size ? 'good' : ''}`}>
                    {one.name} {locker.free[one.size]}
                  </span>
                ))}
              </p>
            </div>
            <button
              type="button"
              class={locker === chosen ? '' : 'primary'}
              aria-pressed={locker === chosen}
              onClick={() => onChoose(locker)}
            >
              {locker === chosen ? 'Chosen' : 'Choose'}
              <span class="unseen"> {locker.name}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function distance(km: number): string {
  if (km < 1) return `${Math.round(km * 1000)} m`;
  return `${km < 10 ? km.toFixed(1) : Math.round(km).toLocaleString('en')} km`;
}
