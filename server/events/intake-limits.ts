export const intakeLimits = {
  /** Messages that wait; a full inbox keeps the broker from sending more. */
  messagesMax: 2_000,
  /** Messages of one locker that wait. It has at most four batches under way, so more is a fault of its own. */
  messagesPerLockerMax: 16,
  /** What one commit takes. */
  messagesPerBatchMax: 256,
  linesPerBatchMax: 2_048,
  /** While the database is out of reach. */
  retryMsMin: 100,
  retryMsMax: 5_000,
  /** What arrived longer ago and is not committed means that the intake is behind: far less than a probe's time. */
  lagMsMax: 5_000,
  /** Warnings about one locker's messages. */
  warnIntervalMs: 60_000,
  lockersRememberedMax: 20_000,
} as const;
