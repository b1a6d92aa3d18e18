import type { BookingView } from '../booking/index.ts';
import type { FoundLocker } from '../search/index.ts';
import { problemMediaType } from './problems.ts';
import { type Booking, type Locker, Problem } from './schemas.ts';

/** For OpenAPI: what every route may answer instead. */
export const refusals = {
  '4xx': { description: 'A refusal.', content: { [problemMediaType]: { schema: Problem } } },
  '5xx': { description: 'A failure.', content: { [problemMediaType]: { schema: Problem } } },
} as const;

export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : timeOf(ms);
}

export function lockerAnswer(locker: FoundLocker): Locker {
  const { distanceKm } = locker;
  return { ...locker, distanceKm: distanceKm === null ? null : Math.round(distanceKm * 1000) / 1000 };
}

export function bookingAnswer(view: BookingView): Booking {
  const { createdAt, expiresAt, locker, package: parcel, ...rest } = view;
  const { lockerId, name, address, pincode, country, lat, long, timeZone } = locker;
  return {
    ...rest,
    createdAt: timeOf(createdAt),
    expiresAt: timeOf(expiresAt),
    locker: { lockerId, name, address, pincode, country, lat, long, timeZone },
    package: {
      ...parcel,
      deliveredAt: timeOrNull(parcel.deliveredAt),
      pickedUpAt: timeOrNull(parcel.pickedUpAt),
    },
  };
}
