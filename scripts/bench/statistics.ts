/** Of measured values, in their own unit. Throws RangeError for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Nearest rank: a value that was really measured. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  if (value === undefined) throw new RangeError('nothing was measured');
  return value;
}

/** Median and spread under one name: `spread('commit', 'Ms', …)` yields commitMs, commitP10Ms and commitP90Ms. */
export function spread(name: string, unit: string, values: readonly number[]): Record<string, number> {
  return {
    [`${name}${unit}`]: rounded(median(values)),
    [`${name}P10${unit}`]: rounded(quantile(values, 0.1)),
    [`${name}P90${unit}`]: rounded(quantile(values, 0.9)),
  };
}

/** Four significant digits: more would pretend. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
