import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Booking } from '../../http/index.ts';
import { type Answer, ask } from '../common/ask.ts';
import type { Claim } from '../common/parcel-link.ts';

const lookEachMs = 2_500;
/** While the server does not answer, or what it answers will not change soon. */
const lookSlowlyEachMs = 15_000;

export interface FollowedBooking {
  booking: Booking | null;
  trouble: string | null;
  /** Resolves with the reason why it was not done, or null. */
  cancel(): Promise<string | null>;
}

/** One booking, looked at again and again while its page is seen. */
export function useBooking({ bookingId, token }: Claim): FollowedBooking {
  const [booking, setBooking] = useState<Booking | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const request = useCallback(
    (method: 'GET' | 'DELETE') =>
      ask<Booking>(`/v1/bookings/${encodeURIComponent(bookingId)}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      }),
    [bookingId, token],
  );

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let ended = false;
    const look = async () => {
      clearTimeout(timer);
      const answer = document.hidden ? null : await request('GET');
      if (ended) return;
      if (answer?.ok) setBooking(answer.value);
      if (answer) setTrouble(answer.ok ? null : answer.words);
      // One that waits at its side may have been started meanwhile, by the page being seen again.
      clearTimeout(timer);
      timer = setTimeout(look, pauseMs(answer));
    };
    const onSeen = () => {
      if (!document.hidden) void look();
    };
    document.addEventListener('visibilitychange', onSeen);
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [request]);

  const cancel = useCallback(async () => {
    const answer = await request('DELETE');
    if (answer.ok) setBooking(answer.value);
    return answer.ok ? null : answer.words;
  }, [request]);

  return { booking, trouble, cancel };
}

function pauseMs(answer: Answer<Booking> | null): number {
  if (!answer?.ok) return lookSlowlyEachMs;
  const isGoingOn = ['WAITING', 'DELIVERED'].includes(answer.value.package.status);
  return isGoingOn ? lookEachMs : lookSlowlyEachMs;
}
