/**
 * What started this process and starts it again when it ends: it is told how things go. Telling never fails and never
 * waits; where nobody listens it does nothing.
 */
export interface ServiceManager {
  /** A process that does not say `alive` for this long is ended and started anew; undefined where nobody watches. */
  readonly watchdogMs: number | undefined;
  /** People are served. */
  ready(): void;
  alive(): void;
  /** An end in order has begun. */
  stopping(): void;
}
