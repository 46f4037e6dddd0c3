import { plusDays } from '../domain/calendar-date.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import { type QualityGates, SHRINKAGE_MEASURES, type ShrinkageLimits, type ShrinkageMeasure } from '../domain/gates.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { CaptureFigures } from '../store/captures.ts';
import type { VenueType } from '../store/schema.ts';
import type { Measures } from '../store/venue-measures.ts';

/** What two captures hold of one venue type; `before` is what `now` is measured against. */
export interface Comparison {
  /** Null where neither capture holds another one, so that naming it says nothing. */
  readonly venueType: VenueType | null;
  readonly now: Measures;
  readonly before: Measures;
}

/** A candidate for acceptance. */
export interface Candidate {
  readonly weekEnding: WeekEnding;
  readonly rawCount: number;
  readonly figures: CaptureFigures;
  /** The earliest readable `lastUpdateDate` of its rows. */
  readonly earliestUpdate: string | null;
  /** With the latest accepted capture of the same partition; empty where there is none. */
  readonly comparisons: readonly Comparison[];
  readonly force: boolean;
}

/** Why a capture is not accepted; empty when it is (DESIGN section 4, "Quality gates"). */
export function breaches(candidate: Candidate, gates: QualityGates): ErrorDetails[] {
  return [
    ...nothingValid(candidate),
    ...tooManyRejects(candidate, gates.maxRejectShare),
    ...wrongWeek(candidate, gates.maxUpdateLeadDays),
    ...(candidate.force ? [] : shrunk(candidate, gates.maxShrinkage)),
  ];
}

/** A measure that fell by more than its limit, in at least one venue type. */
export interface Shrinkage {
  readonly measure: ShrinkageMeasure;
  /** `lost` is a fraction of `from`. */
  readonly losses: readonly { venueType: VenueType | null; from: number; to: number; lost: number }[];
}

/** The measures that lost more than their limits. */
export function shrinkages(comparisons: readonly Comparison[], limits: ShrinkageLimits): Shrinkage[] {
  return SHRINKAGE_MEASURES.flatMap((measure) => {
    const losses = comparisons.flatMap(({ venueType, now, before }) => {
      const [from, to] = [before[measure], now[measure]];
      // Not 1 - to / from, whose rounding puts a loss of just the limit beyond it.
      const lost = from > 0 ? (from - to) / from : 0;
      return lost > limits[measure] ? [{ venueType, from, to, lost }] : [];
    });
    return losses.length > 0 ? [{ measure, losses }] : [];
  });
}

const VENUE_WORDS: Readonly<Record<VenueType, string>> = { ATS: 'ATS ', NON_ATS: 'non-ATS ' };

/** A loss in words: `rows fell from 1,000 to 400 (60.0 %)`, with the venue type of a capture that holds several. */
export function lossText({ measure, losses }: Shrinkage): string {
  return losses
    .map(({ venueType, from, to, lost }) => {
      const of = venueType === null ? '' : VENUE_WORDS[venueType];
      return `${of}${measure} fell from ${count(from)} to ${count(to)} (${percent(lost)})`;
    })
    .join(' and ');
}

function nothingValid({ figures, rawCount }: Candidate): ErrorDetails[] {
  if ((figures.normalized_count ?? 0) > 0) return [];
  return [
    {
      code: 'no_valid_rows',
      message: `none of its ${count(rawCount)} rows is valid`,
      hint: 'see core_rejects for each row and why; fetch the file again',
    },
  ];
}

function tooManyRejects({ figures, rawCount }: Candidate, limit: number): ErrorDetails[] {
  const rejects = figures.reject_count ?? 0;
  const share = rejects === 0 ? 0 : rejects / rawCount;
  if (share <= limit) return [];
  return [
    {
      code: 'too_many_rejects',
      message: `${count(rejects)} of its ${count(rawCount)} rows are rejected (${percent(share)}; the gate is ${percent(limit)})`,
      hint: 'see core_rejects for each row and why; --max-reject-share sets the gate',
    },
  ];
}

function wrongWeek({ earliestUpdate, weekEnding }: Candidate, leadDays: number): ErrorDetails[] {
  if (earliestUpdate === null || earliestUpdate >= plusDays(weekEnding, -leadDays)) return [];
  return [
    {
      code: 'updated_before_week',
      message: `a row was last updated on ${earliestUpdate}, before the week ending ${weekEnding}: the file holds another week`,
      hint: 'check the date in the file name, or --file-date; --max-update-lead sets the gate',
    },
  ];
}

function shrunk({ comparisons }: Candidate, limits: ShrinkageLimits): ErrorDetails[] {
  return shrinkages(comparisons, limits).map((shrinkage) => ({
    code: `shrunk_${shrinkage.measure}`,
    message: `${lossText(shrinkage)} against the accepted capture; the gate is ${percent(limits[shrinkage.measure])}`,
    hint: 'if FINRA really withdrew that much, accept it with --force; --max-shrinkage sets the gate',
  }));
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
