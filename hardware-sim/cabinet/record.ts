/** What truly happened at a door, whatever any board or switch said of it. */
export type RecordEntry = { seq: number; atMs: number; door: number } & Happening;

/**
 * `pulse`: the coil was driven for `durationMs`, `coilsOn` coils at once counting this one. The rest is what a
 * bystander would have seen.
 */
export type Happening =
  | { kind: 'pulse'; durationMs: number; coilsOn: number }
  | { kind: 'opened' | 'closed' | 'parcelIn' | 'parcelOut' };

/** The cabinet's own account, oldest first; beyond its limit the oldest entries are dropped and counted. */
export interface CabinetRecord {
  add(door: number, happening: Happening): void;
  entries(): readonly RecordEntry[];
  /** The last `count` of them. */
  last(count: number): readonly RecordEntry[];
  dropped(): number;
}

const ENTRIES_MAX = 10_000;

export function createRecord(nowMs: () => number): CabinetRecord {
  const entries: RecordEntry[] = [];
  let nextSeq = 1;

  return {
    add: (door, happening) => {
      entries.push({ seq: nextSeq, atMs: nowMs(), door, ...happening });
      nextSeq += 1;
      if (entries.length > ENTRIES_MAX) entries.shift();
    },
    entries: () => [...entries],
    last: (count) => entries.slice(-count),
    dropped: () => nextSeq - 1 - entries.length,
  };
}
