import { captureId } from '../domain/capture-id.ts';
import { toDbInstant } from '../domain/clock.ts';
import { PartitionError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import { type WeekEnding, weekStartOf } from '../domain/week.ts';
import { parseSource } from '../finra/parse-source.ts';
import { readUpdateDate } from '../finra/row-readings.ts';
import type { SourceLayout } from '../finra/source-row.ts';
import type { Origin, Source } from '../sources/source.ts';
import type { Anomaly } from '../store/anomalies.ts';
import { describeCapture, stageCapture } from '../store/captures.ts';
import { recordStage } from '../store/manifest.ts';
import type { LoadedRows } from '../store/store.ts';
import { hashed } from './content-hash.ts';
import { type IngestParams, paramsAs } from './params.ts';
import type { Apply, Pipeline, PipelineDeps, StageRun } from './pipeline.ts';

/** Bytes -> hash -> parse -> raw rows, as a staged capture (DESIGN section 4, "Ingest"). */
export const ingestWeek: Pipeline = { stage: 'RAW', prepare };

async function prepare(run: StageRun, deps: PipelineDeps): Promise<Apply> {
  const params = paramsAs<IngestParams>(run.params);
  const { partition } = run;
  const source = deps.source(params.source);
  const origin = await originOf(source, params.locator);
  // The header is read before the transaction begins: a source that keeps us waiting keeps no one else waiting.
  const opened = source.open(params.locator);
  const copied = deps.archive?.copying(opened);
  const bytes = hashed(copied ?? opened);
  const parsed = await parseSource(bytes);
  return async (trx) => {
    const now = toDbInstant(deps.clock.now());
    const runDate = params.run_date;
    const captureKey = await stageCapture(trx, { partition, runDate, ...origin, now });
    const check = weekCheck(partition.weekEnding);
    const loaded = await deps.store.loadRawRows(captureKey, parsed, check, deps.pause);
    const contentHash = bytes.digest();
    // Before the commit: a capture without its bytes must never be seen.
    await copied?.keep(contentHash);
    await describeCapture(trx, captureKey, {
      content_hash: contentHash,
      byte_count: bytes.byteCount(),
      raw_count: loaded.rowCount,
      summary_types: loaded.summaryTypes,
    });
    const capture = { captureKey, captureId: captureId(partition, runDate), contentHash };
    await recordStage(trx, {
      partition,
      stage: 'RAW',
      capture,
      rowCount: loaded.rowCount,
      calcVersion: null,
      metrics: { bytes: bytes.byteCount(), left_out: loaded.leftOut },
      executionId: run.executionId,
      now,
    });
    return {
      status: 'complete',
      captureId: capture.captureId,
      rowCount: loaded.rowCount,
      rejects: null,
      anomalies: remarks(parsed.layout, loaded),
    };
  };
}

// What the capture keeps: a replay is no source of its own (DESIGN section 1, "source").
async function originOf(source: Source, locator: string): Promise<Origin> {
  return source.name === 'archive' ? source.origin(locator) : { source: source.name, locator };
}

// A weekStartDate column rules over the file's name: rows of another week must never be stored as this one's.
function weekCheck(weekEnding: WeekEnding): (weekStart: string, lineNumber: number) => void {
  return (weekStart, lineNumber) => {
    if (readUpdateDate(weekStart) === weekStartOf(weekEnding)) return;
    throw new PartitionError({
      code: 'wrong_week',
      message: `line ${lineNumber} is of the week that starts "${printable(weekStart)}", not of the week ending ${weekEnding}`,
      hint: 'check the date in the file name, or --file-date; nothing of the file was stored',
    });
  };
}

function remarks(layout: SourceLayout, loaded: LoadedRows): Anomaly[] {
  const found: Anomaly[] = [];
  if (layout.unknownColumns.length > 0) {
    const names = layout.unknownColumns.map(printable).join(', ');
    found.push({
      severity: 'INFO',
      category: 'UNKNOWN_COLUMNS',
      message: `columns that this program does not read: ${names}`,
    });
  }
  if (loaded.leftOut > 0) {
    found.push({
      severity: 'INFO',
      category: 'ROLL_UPS_LEFT_OUT',
      message: `${loaded.leftOut} roll-up rows were left out, so that nothing is counted twice`,
    });
  }
  return found;
}
