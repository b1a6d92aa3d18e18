export interface Claim {
  bookingId: string;
  token: string;
}

/** The page of one booking. Its token stays in the fragment, which a browser sends to nobody. */
export function parcelLink({ bookingId, token }: Claim): string {
  return `/parcel#${new URLSearchParams({ booking: bookingId, token })}`;
}

export function readParcelLink(fragment: string): Claim | null {
  const values = new URLSearchParams(fragment.replace(/^#/, ''));
  const [bookingId, token] = [values.get('booking'), values.get('token')];
  return bookingId && token ? { bookingId, token } : null;
}
