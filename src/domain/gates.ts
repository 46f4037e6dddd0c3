/** What a capture is measured by when it is compared with another one (DESIGN section 4, quality gates). */
export const SHRINKAGE_MEASURES = ['rows', 'shares', 'venues'] as const;

export type ShrinkageMeasure = (typeof SHRINKAGE_MEASURES)[number];

/** Per measure, the largest loss that is still accepted: a fraction from 0 to 1; a breach is strictly greater. */
export type ShrinkageLimits = Readonly<Record<ShrinkageMeasure, number>>;

/** The limits that decide whether a capture is accepted, or warned about. */
export interface QualityGates {
  /** Rejected share of a capture's raw rows, a fraction from 0 to 1. */
  readonly maxRejectShare: number;
  /** Loss against the latest accepted capture of the same partition; a breach fails it. */
  readonly maxShrinkage: ShrinkageLimits;
  /** Loss against the nearest stored week of the tier; a breach is a WARN. */
  readonly warnShrinkage: ShrinkageLimits;
  /** Days by which `lastUpdateDate` may precede the week ending. */
  readonly maxUpdateLeadDays: number;
}

const HALF: ShrinkageLimits = Object.freeze({ rows: 0.5, shares: 0.5, venues: 0.5 });

/** The limits of a run that sets none. */
export const DEFAULT_GATES: QualityGates = Object.freeze({
  maxRejectShare: 0.05,
  maxShrinkage: HALF,
  warnShrinkage: HALF,
  maxUpdateLeadDays: 0,
});
