/** What an operator is told of any failure: what is wrong, and what to do about it. */
export interface ErrorDetails {
  /** snake_case, stable: scripts match on it. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** The run cannot do its job (exit 2): options, data folder, database, lock, interruption. */
export class FatalError extends Error implements ErrorDetails {
  readonly code: string;
  readonly hint: string;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.name = 'FatalError';
    this.code = details.code;
    this.hint = details.hint;
  }
}

/** One partition's failure; the others go on. `transient` ones are worth another attempt (DESIGN section 6). */
export class PartitionError extends Error implements ErrorDetails {
  readonly code: string;
  readonly hint: string;
  readonly transient: boolean;

  constructor(details: ErrorDetails & { transient?: boolean }, options?: ErrorOptions) {
    super(details.message, options);
    this.name = 'PartitionError';
    this.code = details.code;
    this.hint = details.hint;
    this.transient = details.transient ?? false;
  }
}

/** What to do about a bug. */
export const REPORT_IT = 'run again with --verbose and report this';

/** What an operator is told of an error that nobody expected. */
export function internalError(error: unknown): ErrorDetails {
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal_error', message: `internal error: ${message}`, hint: REPORT_IT };
}

/** The stack trace of a bug; null for an expected failure, whose place in the program is of no use to anyone. */
export function stackOf(error: unknown): string | null {
  const origin = error instanceof FatalError && error.code === 'database_error' ? error.cause : error;
  return origin instanceof Error && !(origin instanceof FatalError) ? (origin.stack ?? null) : null;
}

/** The fields of an error that reports and the store keep. */
export function errorDetails(error: ErrorDetails): ErrorDetails {
  return { code: error.code, message: error.message, hint: error.hint };
}
