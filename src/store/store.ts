import type { Compilable, RawBuilder } from 'kysely';
import type { ParsedSource } from '../finra/source-row.ts';
import type { SymbolTotal } from './reconcile.ts';
import type { Db, Trx } from './schema.ts';

/** What loading a capture's rows found (`loadRawRows`). */
export interface LoadedRows {
  readonly rowCount: number;
  /** Rows of other summary types, left out so that roll-ups are never counted with their rows. */
  readonly leftOut: number;
  /** `ats`, `non-ats` or both, joined by a comma: what the capture's rows are. */
  readonly summaryTypes: string;
}

/**
 * SQL for the number that a raw quantity column of up to `decimals` decimals holds, or null where its text is none
 * (DESIGN section 4, "Normalize").
 */
export type ReadQuantity = (column: string, decimals: number) => RawBuilder<number | null>;

/** An open database. `db` is the program's way in; the rest is what each kind of database does its own way. */
export interface Store {
  readonly db: Db;
  /** What reports call the database: its real path. */
  readonly path: string;
  /**
   * A transaction that a power cut may undo although it was committed, but none that follows it survives without it.
   * For claims, which waiting for the disk would make as dear as the work they precede.
   */
  undurableTransaction<T>(action: (trx: Trx) => Promise<T>): Promise<T>;
  /**
   * Loads a source's rows under `captureKey`, inside the transaction that is open on `db`. `check` sees each distinct
   * `weekStartDate` text once, with the first line that has it, and may throw.
   */
  loadRawRows(
    captureKey: number,
    parsed: ParsedSource,
    check: (weekStart: string, lineNumber: number) => void,
    pause: () => Promise<void>,
  ): Promise<LoadedRows>;
  readonly readQuantity: ReadQuantity;
  /**
   * A query over `totals`: `venue_type`, `symbol`, `shares`, `trades`, the last two as numbers, or null where the text is
   * none.
   */
  readonly symbolTotals: (totals: readonly SymbolTotal[]) => RawBuilder<unknown>;
  /** The rows of a query in batches, so that reading many takes little memory; nothing else is asked meanwhile. */
  batches<Row>(query: Compilable<Row>): AsyncIterable<readonly Row[]>;
  /** Forgets what was loaded in a transaction that rolled back. */
  forgetRolledBack(): void;
  /** What an error of the database means for the run: a transient PartitionError, or a FatalError. */
  readonly stageFault: (error: unknown) => unknown;
  /** The same where no attempt can follow: a FatalError. Errors that are not the database's come back unchanged. */
  readonly fatalFault: (error: unknown) => unknown;
  /** Whether the database refused to round a sum of whole numbers past 2^63-1. */
  readonly isIntegerOverflow: (error: unknown) => boolean;
  close(): void;
}
