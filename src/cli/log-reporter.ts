import type { Clock } from '../domain/clock.ts';
import type { Emit } from '../schedule/events.ts';
import type { Notice, RunReport } from '../schedule/report.ts';
import { eventLines, noticeLine, reportLines } from './log-events.ts';
import { type LogLevel, type LogLine, logText } from './log-lines.ts';
import type { TextSink } from './program.ts';

export interface LogReporterOptions {
  readonly stderr: TextSink;
  readonly clock: Clock;
  /** `quiet` leaves warnings, errors and the end of the run; `verbose` adds starts and the plan of each partition. */
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

/** Tells a run to a log store. */
export interface LogReporter {
  readonly emit: Emit;
  notice(notice: Notice): void;
  /** Tells what became of each partition and week, and the result; once, after the last event. */
  finish(report: RunReport): void;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const LOWEST = { quiet: 'warn', normal: 'info', verbose: 'debug' } as const;

/** A reporter that writes one JSON object a line to stderr, each with the run's id. */
export function createLogReporter({ stderr, clock, verbosity }: LogReporterOptions): LogReporter {
  const lowest = LEVELS.indexOf(LOWEST[verbosity]);
  let runId: string | null = null;

  function tell({ level, event, message, ...fields }: LogLine): void {
    if (LEVELS.indexOf(level) < lowest && event !== 'run_ended') return;
    stderr.write(logText(clock.now(), { level, event, message, run_id: runId, ...fields }));
  }

  return {
    emit(event) {
      if (event.type === 'run_started') runId = event.runId;
      for (const line of eventLines(event)) tell(line);
    },
    notice: (notice) => tell(noticeLine(notice)),
    finish(report) {
      for (const line of reportLines(report)) tell(line);
    },
  };
}
