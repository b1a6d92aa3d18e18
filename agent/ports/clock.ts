/**
 * The only source of time in the agent. Never fails.
 *
 * `wallMs` may be 1970, jump or go back: it is a claim, judged by the core. `monotonicMs` only
 * grows while the process lives; every timeout, pulse and rest is measured with it.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, as the machine believes. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start, never going back. */
  monotonicMs(): number;
  /** Calls `action` once after `delayMs` of monotonic time; returns its cancellation. */
  after(delayMs: number, action: () => void): () => void;
}
