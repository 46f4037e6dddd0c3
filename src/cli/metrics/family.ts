/** One number of the exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its samples. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** `history` adds runs up and never falls; `data` is how the database stands; `run` is known of every run. */
  readonly about: 'history' | 'data' | 'run';
  readonly samples: readonly Sample[];
}

/** Values by series, a series named as it stands in the exposition: `name{label="value"}`. */
export type SeriesValues = ReadonlyMap<string, number>;

/** The series of a sample. */
export function seriesOf({ name, labels }: Sample): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

const SAMPLE_LINE = /^(market_spine_\w+(?:\{[^}]*\})?) (\S+)$/gm;

/** The values of an exposition that this program wrote; what is anything else is passed over. */
export function readSeries(text: string): SeriesValues {
  const pairs = [...text.matchAll(SAMPLE_LINE)].map(([, series = '', value]) => [series, Number(value)] as const);
  return new Map(pairs.filter(([, value]) => Number.isFinite(value)));
}
