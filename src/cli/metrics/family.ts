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

const SAMPLE_LINE = /^(market_spine_\w+(?:\{[^}]*\})?) (\S+)$/;

/** What an exposition says. */
export interface Exposition {
  readonly values: SeriesValues;
  /** Lines that this program does not write: they are passed over. */
  readonly strayLines: number;
}

/** Reads an exposition that this program wrote, or what became of one. */
export function readExposition(text: string): Exposition {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const samples = lines.flatMap((line) => {
    const [, series = '', value = ''] = SAMPLE_LINE.exec(line) ?? [];
    return series !== '' && isCount(Number(value)) ? [[series, Number(value)] as const] : [];
  });
  return { values: new Map(samples), strayLines: lines.length - samples.length };
}

// Every metric of the program counts something or is a time; nothing else could be carried on.
function isCount(value: number): boolean {
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
