/**
 * What this program says of itself. The clock floor of a new locker starts at `builtAtMs`: a constant, changed with the
 * version, since a file's own time is that of its copying, and one from a wrong clock in the future would expire every
 * grant. A floor that is too low is only lenient until the first server time.
 */
export const build = { version: '0.1.0', builtAtMs: Date.UTC(2026, 10, 1) } as const;
