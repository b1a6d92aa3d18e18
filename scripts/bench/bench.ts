/** One thing that is measured, on real processes or the real store, against what this machine could do at best. */
export interface Bench {
  name: string;
  /** For the list: what is measured. */
  says: string;
  /** What is run, how much of it, and how often. */
  load: string;
  reach: Reach;
  /** Resolves with what was measured, units in the names; rejects when the bench could not be run. */
  run(place: BenchPlace): Promise<Figures>;
}

/** What the figures are to reach. `ratio` names what `Figures.ratio` is; the other limits are of figures by name. */
export interface Reach {
  ratio: string;
  atLeast?: number;
  atMost?: number;
  figuresAtMost?: Readonly<Record<string, number>>;
}

export interface BenchPlace {
  /** Empty, and removed afterwards; on the disk of the checkout, since a disk in memory would have no commits. */
  folder: string;
  /** Tells a person how far it is. */
  say(line: string): void;
  /** Called when the bench is over, fails or is interrupted: the newest first. May be called for what has ended. */
  atEnd(close: () => unknown): void;
}

export interface Figures {
  /** The figure that the reach speaks of; null where none is defined. */
  ratio: number | null;
  [figureWithUnit: string]: number | string | null;
}

/** The reach as a person reads it. */
export function reachInWords({ ratio, atLeast, atMost, figuresAtMost = {} }: Reach): string {
  const limit = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  const others = Object.entries(figuresAtMost).map(([figure, most]) => `${figure} at most ${most}`);
  return [`${ratio} ${limit}`, ...others].join('; ');
}

/** Null where there is no ratio to judge. */
export function isReached({ atLeast, atMost, figuresAtMost = {} }: Reach, figures: Figures): boolean | null {
  const { ratio } = figures;
  if (ratio === null) return null;
  const others = Object.entries(figuresAtMost).every(([figure, most]) => Number(figures[figure]) <= most);
  return (
    ratio >= (atLeast ?? Number.NEGATIVE_INFINITY) && ratio <= (atMost ?? Number.POSITIVE_INFINITY) && others
  );
}
