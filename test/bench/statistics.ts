/** The middle value, or the mean of the two in the middle. Throws without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (below === undefined || above === undefined) throw new Error('a median of no values');
  return (below + above) / 2;
}

/** A ratio measured in several rounds: the median of the rounds' own ratios, the lowest and the highest of them. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How `values` compare with `references`, round by round: what slows a whole round down slows both, so a busy machine
 * moves these ratios less than it moves the medians.
 */
export function ratioOf(values: readonly number[], references: readonly number[]): Ratio {
  const ratios = values.map((value, round) => value / (references[round] ?? Number.NaN));
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}
