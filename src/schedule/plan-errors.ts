import type { CalendarDate } from '../domain/calendar-date.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import type { Partition } from '../domain/partition.ts';
import { printable } from '../domain/printable.ts';
import type { Availability, RunSource } from '../sources/source.ts';

type Unreadable = Extract<Availability, { status: 'unreadable' }>;

/** What an operator can do about a source that has nothing, or cannot be read. */
const SOURCES: Readonly<Record<RunSource, { nothing: string; fetch: string; check: string }>> = {
  file: {
    nothing: 'the source has nothing for it, though FINRA was to publish it on',
    fetch: 'fetch it into the data folder and run again',
    check: 'check the file, its owner and its mode, then run again',
  },
  api: {
    nothing: 'FINRA lists nothing for it, though it was to be published on',
    fetch: 'run again later: around holidays FINRA is days late',
    check: 'check the network, the proxy and --api-base-url, then run again',
  },
  archive: {
    nothing: 'the archive has nothing for it, though FINRA was to publish it on',
    fetch: 'take it from --source file or api',
    check: 'check the archive, its owner and its mode, then run again',
  },
};

/** Absent though it is due: FINRA was to publish it on `publishedOn`. */
export function sourceMissing(source: RunSource, publishedOn: CalendarDate): ErrorDetails {
  const { nothing, fetch } = SOURCES[source];
  return {
    code: 'source_missing',
    message: `${nothing} ${publishedOn}`,
    hint: `${fetch}; --publication-grace sets how long absence is tolerated`,
  };
}

/** There, and not to be read. */
export function sourceUnreadable(source: RunSource, { locator, message, hint }: Unreadable): ErrorDetails {
  return {
    code: 'source_unreadable',
    message: `${printable(locator)} cannot be read: ${printable(message)}`,
    hint: hint ?? SOURCES[source].check,
  };
}

/** Two files or more for one partition; none is guessed at. */
export function sourceAmbiguous(locators: readonly string[]): ErrorDetails {
  return {
    code: 'source_ambiguous',
    message: `two files or more are for this partition: ${locators.map(printable).join(' and ')}`,
    hint: 'keep the right one in the data folder and move the others away; none was read',
  };
}

/**
 * The stage before has not been done: `what` is missing, and running `stage` makes it. The hint is a command line of
 * its own, to which whoever shows it adds where this run's database and source are.
 */
export function inputNotReady(
  { weekEnding, tier }: Partition,
  what: string,
  stage: 'ingest' | 'normalize',
): ErrorDetails {
  return {
    code: 'input_not_ready',
    message: `${what}, so there is nothing to work on`,
    hint: `run-finra-weekly-schedule --weeks ${weekEnding} --tiers ${tier} --only-stage ${stage}`,
  };
}

/** The partition has a capture of a later run date, which a run never goes behind. */
export function newerThanRun(runDate: CalendarDate, captureId: string | null): ErrorDetails {
  return {
    code: 'newer_capture',
    message: `the run date ${runDate} is before its newest capture, ${captureId}, which stays as it is`,
    hint: 'leave --run-date out, or give one that is not before that capture',
  };
}
