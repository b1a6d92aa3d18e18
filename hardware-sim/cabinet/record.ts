/** What truly happened in the cabinet, whatever any board or switch said of it. */
export type RecordEntry = { seq: number; atMs: number } & (
  | ({ door: number } & Happening)
  | ({ door: null } & PowerHappening)
);

/**
 * At a door. `pulse`: the coil was driven, for `durationMs` or (null) until its relay is let go, `coilsOn` coils at once
 * counting this one. `coilOff`: the coil is driven no longer, after `drivenMs`; `cut` where it ended before its time.
 * `keyTurned`: somebody opened it with a mechanical key. The rest is what a bystander would have seen.
 */
export type Happening =
  | { kind: 'pulse'; durationMs: number | null; coilsOn: number }
  | { kind: 'coilOff'; drivenMs: number; cut: boolean }
  | { kind: 'keyTurned' | 'pushedIn' | 'opened' | 'closed' | 'parcelIn' | 'parcelOut' };

/** At no door. `supplySagged`: more coils pulled at once than it bears, and freed nothing. */
export type PowerHappening =
  | { kind: 'supplySagged'; supply: string; coilsOn: number }
  | { kind: 'boardReset'; line: string; board: number };

/**
 * The cabinet's own account, oldest first; beyond its limit the oldest entries are dropped and counted. Whoever needs
 * every one of them listens.
 */
export interface CabinetRecord {
  add(door: number, happening: Happening): void;
  addPower(happening: PowerHappening): void;
  entries(): readonly RecordEntry[];
  /** The last `count` of them. */
  last(count: number): readonly RecordEntry[];
  dropped(): number;
  onEntry(listener: (entry: RecordEntry) => void): () => void;
}

const ENTRIES_MAX = 10_000;

export function createRecord(nowMs: () => number): CabinetRecord {
  const listeners = new Set<(entry: RecordEntry) => void>();
  let kept: RecordEntry[] = [];
  let nextSeq = 1;

  const add = (entry: RecordEntry) => {
    kept.push(entry);
    nextSeq += 1;
    // Cut back seldom, by half: to move ten thousand entries for each new one would slow a long run down.
    if (kept.length === 2 * ENTRIES_MAX) kept = kept.slice(-ENTRIES_MAX);
    for (const listener of listeners) listener(entry);
  };
  return {
    add: (door, happening) => add({ seq: nextSeq, atMs: nowMs(), door, ...happening }),
    addPower: (happening) => add({ seq: nextSeq, atMs: nowMs(), door: null, ...happening }),
    entries: () => kept.slice(-ENTRIES_MAX),
    last: (count) => kept.slice(-count),
    dropped: () => nextSeq - 1 - Math.min(kept.length, ENTRIES_MAX),
    onEntry: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
