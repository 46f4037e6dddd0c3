import { addMetricOffsets, loadMetricOffsets } from '../../store/metric-queries.ts';
import type { Db } from '../../store/schema.ts';
import { type Family, type Sample, type SeriesValues, seriesOf } from './family.ts';

// How counters never fall. They are totals over `core_scheduler_runs` plus the offsets in `core_metric_offsets`, so any
// process exports the same ones, with or without an old metrics file. A run that cannot open its database carries the
// old file's values on and adds itself. What the file then counts and the database does not is booked as offsets by the
// next run that opens it, before that run counts: from then on the file may be lost. The same makes up for a database
// that was made anew or restored from a backup. Booking twice books nothing, since it makes both equal. Only where the
// file is lost while the database cannot be opened do counters begin again, which Prometheus takes for a restart.

/** The families with the offsets of their series added. */
export function withOffsets(families: readonly Family[], offsets: SeriesValues): Family[] {
  return families.map((family) => mapped(family, (sample) => plus(sample.value, offsets.get(seriesOf(sample)) ?? 0)));
}

/**
 * Books what `published` counts beyond the `history` of the database and its offsets. A family of which a series is not
 * in `published`, such as one with other buckets, is left as it is.
 */
export async function bookDifferences(db: Db, history: readonly Family[], published: SeriesValues): Promise<void> {
  const counted = withOffsets(history, await loadMetricOffsets(db));
  const whole = counted.filter(({ samples }) => samples.every((sample) => published.has(seriesOf(sample))));
  const missing = whole.flatMap(({ samples }) =>
    samples.map((sample) => [seriesOf(sample), plus(published.get(seriesOf(sample)) ?? 0, -sample.value)] as const),
  );
  const amounts = new Map(missing.filter(([, amount]) => amount > 0));
  if (amounts.size > 0) await addMetricOffsets(db, amounts);
}

/** What a run exports that could not look into its database: itself, added to what was published before. */
export function carriedOn(run: readonly Family[], published: SeriesValues): Family[] {
  return run.map((family) =>
    mapped(family, (sample) => {
      const before = published.get(seriesOf(sample)) ?? 0;
      return { history: plus(before, sample.value), data: before, run: sample.value }[family.about];
    }),
  );
}

function mapped(family: Family, newValue: (sample: Sample) => number): Family {
  return { ...family, samples: family.samples.map((sample) => ({ ...sample, value: newValue(sample) })) };
}

// To the millisecond: durations are whole milliseconds, the rest whole numbers.
function plus(a: number, b: number): number {
  return Math.round((a + b) * 1000) / 1000;
}
