export const planSendLimits = {
  /** A locker further behind than this gets a snapshot: 8 full messages. */
  deltaItemsMax: 512,
  /** Until then a beat that shows a locker behind may have crossed with what was sent. */
  resendAfterMs: 10_000,
  /** Lockers that wait to be looked at, and lockers of which is known what they were sent. */
  lockersMax: 20_000,
  /** Looked at together when news came of them. */
  lockersPerLookMax: 64,
  /** While the database is out of reach. */
  retryMs: 1_000,
} as const;
