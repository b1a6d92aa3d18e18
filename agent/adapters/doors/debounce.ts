/** When a reading was asked for and when it was there, monotonic. */
export interface Sighting {
  beganMs: number;
  endedMs: number;
}

/** What has become believed, and when it was first seen. */
export interface Settled<T> {
  value: T;
  first: Sighting;
}

/** Believes a value once two polls in a row agree on it. */
export interface Debounce<T> {
  /** Takes what a poll says; returns a value that has just become believed, once. */
  see(value: T, sighting: Sighting): Settled<T> | undefined;
  /** A poll failed: the next two have to agree. */
  miss(): void;
  /** Believes this at once; undefined where it was believed already. */
  force(value: T, sighting: Sighting): Settled<T> | undefined;
  /** True while one more equal poll would change what is believed, or nothing is believed yet. */
  unsure(): boolean;
  /** Whether a poll that began since then said what is believed. */
  confirmedSince(ms: number): boolean;
}

export function debounce<T>(): Debounce<T> {
  let believed: T | undefined;
  let once: Settled<T> | undefined;
  let confirmedMs = Number.NEGATIVE_INFINITY;

  const believe = (settled: Settled<T>) => {
    if (believed === settled.value) return undefined;
    believed = settled.value;
    return settled;
  };
  return {
    see: (value, sighting) => {
      const again = value === once?.value ? once : undefined;
      once = again || value === believed ? undefined : { value, first: sighting };
      const settled = again && believe(again);
      if (value === believed) confirmedMs = sighting.beganMs;
      return settled;
    },
    miss: () => {
      once = undefined;
    },
    force: (value, first) => {
      once = undefined;
      return believe({ value, first });
    },
    unsure: () => believed === undefined || once !== undefined,
    confirmedSince: (ms) => confirmedMs >= ms,
  };
}
