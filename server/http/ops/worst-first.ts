import type { OpsDoor } from '../ops-door-schemas.ts';

/** The doors that need somebody first: see {@link OpsDoors}. Among equals the slower one, then by number. */
export function worstFirst(doors: readonly OpsDoor[]): OpsDoor[] {
  return doors
    .map((door) => ({ door, rank: rankOf(door) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ door }) => door);
}

/** The smaller, the worse. One that was not used says nothing, and comes after those that always opened. */
function rankOf({ slot, faulty, wearing, days30 }: OpsDoor): number[] {
  const { firstOpenPercent, opensInMs } = days30;
  return [Number(!faulty), Number(wearing === null), firstOpenPercent ?? 101, -(opensInMs ?? 0), slot];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
