import { plusDays } from '../domain/calendar-date.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import { type QualityGates, SHRINKAGE_MEASURES, type ShrinkageLimits, type ShrinkageMeasure } from '../domain/gates.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { CaptureFigures } from '../store/captures.ts';

/** What a capture is compared by, and with. */
export type Measured = Pick<CaptureFigures, 'normalized_count' | 'total_shares' | 'venue_count'>;

/** A candidate for acceptance. */
export interface Candidate {
  readonly weekEnding: WeekEnding;
  readonly rawCount: number;
  readonly figures: CaptureFigures;
  /** The earliest readable `lastUpdateDate` of its rows. */
  readonly earliestUpdate: string | null;
  /** The latest accepted capture of the same partition. */
  readonly predecessor: Measured | null;
  readonly force: boolean;
}

/** Why a capture is not accepted; empty when it is (DESIGN section 4, "Quality gates"). */
export function breaches(candidate: Candidate, gates: QualityGates): ErrorDetails[] {
  return [
    ...nothingValid(candidate),
    ...tooManyRejects(candidate, gates.maxRejectShare),
    ...wrongWeek(candidate, gates.maxUpdateLeadDays),
    ...(candidate.force || candidate.predecessor === null ? [] : shrunk(candidate, gates.maxShrinkage)),
  ];
}

/** How far `now` fell short of `before`, per measure that lost more than its limit: fractions of `before`. */
export function shrinkages(
  now: Measured,
  before: Measured,
  limits: ShrinkageLimits,
): Array<{ measure: ShrinkageMeasure; from: number; to: number; lost: number }> {
  return SHRINKAGE_MEASURES.flatMap((measure) => {
    const [from, to] = [measured(before, measure), measured(now, measure)];
    // Not 1 - to / from, whose rounding puts a loss of just the limit beyond it.
    const lost = from > 0 ? (from - to) / from : 0;
    return lost > limits[measure] ? [{ measure, from, to, lost }] : [];
  });
}

/** A loss in words: `rows fell from 1,000 to 400 (60.0 %)`. */
export function lossText(loss: { measure: ShrinkageMeasure; from: number; to: number; lost: number }): string {
  return `${loss.measure} fell from ${count(loss.from)} to ${count(loss.to)} (${percent(loss.lost)})`;
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

function shrunk({ figures, predecessor }: Candidate, limits: ShrinkageLimits): ErrorDetails[] {
  if (predecessor === null) return [];
  return shrinkages(figures, predecessor, limits).map((loss) => ({
    code: `shrunk_${loss.measure}`,
    message: `${lossText(loss)} against the accepted capture; the gate is ${percent(limits[loss.measure])}`,
    hint: 'if FINRA really withdrew that much, accept it with --force; --max-shrinkage sets the gate',
  }));
}

function measured(figures: Measured, measure: ShrinkageMeasure): number {
  if (measure === 'rows') return figures.normalized_count ?? 0;
  return (measure === 'shares' ? figures.total_shares : figures.venue_count) ?? 0;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
