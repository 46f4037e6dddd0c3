import type { CalendarDate } from '../domain/calendar-date.ts';
import type { QualityGates } from '../domain/gates.ts';
import type { RunSource } from '../sources/source.ts';

/** `params_json` of `ingest_week`: all that ingesting needs beside the store and the sources. */
export interface IngestParams {
  readonly run_date: CalendarDate;
  readonly source: RunSource;
  readonly locator: string;
}

/** `params_json` of `normalize_week`. */
export interface NormalizeParams {
  readonly gates: QualityGates;
  /** Accepts a capture that shrank past the gates. */
  readonly force: boolean;
  /** The day FINRA was to publish the partition. */
  readonly published_on: CalendarDate;
  /** Compares an API capture with FINRA's own totals per symbol. */
  readonly reconcile?: boolean;
}

/** `params_json` of `compute_tier_split`. */
export interface TierSplitParams {
  readonly run_date: CalendarDate;
}

/** The params an item carries, as the pipeline that wrote them reads them back. */
export function paramsAs<Params>(params: Readonly<Record<string, unknown>>): Params {
  return params as unknown as Params;
}
