export const opsLimits = {
  /** Changes of one locker within this time make one summary. */
  coalesceMs: 250,
  /** Lockers that wait for a summary, and lockers whose last summary is known. */
  lockersMax: 20_000,
  lockersPerRoundMax: 256,
  alarmsPerRoundMax: 50,
  /** News may be lost, so both outboxes are looked at this often anyway. */
  pollMs: 15_000,
} as const;
