import type { Clock } from '../domain/clock.ts';
import { type ErrorDetails, errorDetails, PartitionError } from '../domain/errors.ts';
import type { Partition } from '../domain/partition.ts';
import { CALC_VERSIONS, CAPTURE_CALCS, type Stage } from '../domain/stage.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import { rederiveCapture } from '../pipelines/rederive-capture.ts';
import { readBytes } from '../sources/archive/reading.ts';
import { type AcceptedCapture, acceptedCaptures, isStored } from '../store/accepted-captures.ts';
import { FIGURE_TABLES, type FigureRow, type FigureTable, figuresOf } from '../store/figures.ts';
import type { Store } from '../store/store.ts';
import { compareFigures, type FigureDifference, type FigureRows } from './compare-figures.ts';
import { entriesOf, type UnknownEntry, unknownEntries, type VerifiedEntry, verifyEntry } from './verify-entries.ts';

/** What verifying found of one capture. */
export interface VerifiedCapture {
  readonly captureId: string;
  readonly partition: Partition;
  readonly status: 'equal' | 'different' | 'not_verified';
  /** Sets of figures that were compared. */
  readonly compared: readonly string[];
  /** Calcs that were never made of it, or by another version than this program's, so that there is nothing to compare. */
  readonly notCompared: readonly Stage[];
  readonly differences: readonly FigureDifference[];
  /** What the archive lists of it; any difference there makes it `different`. */
  readonly entry: VerifiedEntry;
  /** For `not_verified`: why its bytes give no figures. */
  readonly error: ErrorDetails | null;
}

/** What verifying found of a window. */
export interface Verification {
  readonly captures: readonly VerifiedCapture[];
  /**
   * No difference: a run that was killed before it could accept a capture leaves its entry, and a database that was
   * restored or made again may lack captures.
   */
  readonly unknownEntries: readonly UnknownEntry[];
}

export interface VerifyDeps {
  /** The database to verify; nothing of it is changed. */
  readonly store: Store;
  /** Opens an empty database for one capture. */
  readonly openScratch: () => Promise<Store>;
  readonly archiveDir: string;
  readonly clock: Clock;
  readonly pause: () => Promise<void>;
  /** Told of each capture when it is done. */
  readonly onVerified: (capture: VerifiedCapture) => void;
}

/**
 * Makes every accepted capture of the window again from its archived bytes, superseded ones too, and compares all its
 * figures, and what the archive lists of it, with what is stored. A capture whose bytes are missing or damaged is
 * `not_verified`. Throws FatalError.
 */
export async function verifyCaptures(
  window: { readonly weeks: readonly WeekEnding[]; readonly tiers: readonly Tier[] },
  deps: VerifyDeps,
): Promise<Verification> {
  const { archiveDir } = deps;
  const accepted = () => acceptedCaptures(deps.store.db, window.weeks, window.tiers);
  // Before the captures, of which a run may add some meanwhile.
  const entries = await entriesOf(archiveDir, window.weeks, window.tiers);
  const verified: VerifiedCapture[] = [];
  for (const capture of await accepted()) {
    const result = await verifyCapture(capture, deps);
    // A run that replaced it meanwhile made the comparison meaningless: what is there now was not asked for.
    if (result.status !== 'equal' && !(await isStored(deps.store.db, capture.captureKey))) continue;
    verified.push(result);
    deps.onVerified(result);
  }
  const used = verified.map(({ entry }) => entry.file);
  return { captures: verified, unknownEntries: unknownEntries(archiveDir, entries, await accepted(), used) };
}

async function verifyCapture(capture: AcceptedCapture, deps: VerifyDeps): Promise<VerifiedCapture> {
  const tables = FIGURE_TABLES.filter(({ stage }) => isComparable(capture, stage));
  const entry = await verifyEntry(deps.archiveDir, capture);
  const result = {
    captureId: capture.captureId,
    partition: capture.partition,
    entry,
    compared: tables.map(({ name }) => name),
    notCompared: CAPTURE_CALCS.filter((calc) => !isComparable(capture, calc)),
  };
  const scratch = await deps.openScratch();
  try {
    const error = await rederive(capture, scratch, deps);
    if (error !== null) return { ...result, status: 'not_verified', compared: [], differences: [], error };
    const differences = await compareTables(tables, capture, scratch, deps);
    const isEqual = differences.length === 0 && entry.status === 'equal';
    return { ...result, status: isEqual ? 'equal' : 'different', differences, error: null };
  } finally {
    scratch.close();
  }
}

// Null when the bytes gave all their figures.
async function rederive(capture: AcceptedCapture, scratch: Store, deps: VerifyDeps): Promise<ErrorDetails | null> {
  const { partition, runDate, source, locator, contentHash } = capture;
  const bytes = () => readBytes(deps.archiveDir, contentHash);
  try {
    await rederiveCapture({ partition, runDate, origin: { source, locator }, bytes }, { ...deps, store: scratch });
    return null;
  } catch (error) {
    const cause = scratch.fatalFault(error);
    if (!(cause instanceof PartitionError)) throw cause;
    return errorDetails(cause);
  }
}

async function compareTables(
  tables: readonly FigureTable[],
  { captureId }: AcceptedCapture,
  scratch: Store,
  { store, pause }: VerifyDeps,
): Promise<FigureDifference[]> {
  const differences: FigureDifference[] = [];
  for (const table of tables) {
    const stored = givingWay(figuresOf(store, table, captureId), pause);
    const difference = await compareFigures(table, stored, figuresOf(scratch, table, captureId));
    if (difference !== null) differences.push(difference);
  }
  return differences;
}

async function* givingWay(rows: FigureRows, pause: () => Promise<void>): AsyncGenerator<readonly FigureRow[]> {
  for await (const batch of rows) {
    await pause();
    yield batch;
  }
}

function isComparable({ calcVersions }: AcceptedCapture, stage: Stage): boolean {
  if (stage === 'RAW' || stage === 'NORMALIZED') return true;
  return calcVersions.get(stage) === CALC_VERSIONS[stage];
}
