import type { Emit } from '../schedule/events.ts';
import type { Notice, RunReport } from '../schedule/report.ts';
import { jsonReport, jsonText } from './json-report.ts';
import { createLogReporter, type LogReporter } from './log-reporter.ts';
import { type MainDeps, type OutputStream, terminalFor } from './main.ts';
import type { RunOptions } from './run-options.ts';
import { errorLines, noticeLines } from './text/diagnostics.ts';
import { styleOf } from './text/style.ts';
import { createTextReporter } from './text-report.ts';

/** Shows a run on both streams. */
export interface Reporter {
  readonly emit: Emit;
  /**
   * Tells the result, once, after the last event. Resolves with the report as it came out: where stdout could not be
   * written, and nothing else was wrong with the run, that is its error.
   */
  finish(report: RunReport): Promise<RunReport>;
  /** Tells of something that went wrong after that. */
  remark(notice: Notice): void;
}

type ReporterDeps = Pick<MainDeps, 'stdout' | 'stderr' | 'env' | 'clock' | 'outputFault' | 'inSources'>;

const NOWHERE: OutputStream = { write: () => {} };

/** The reporter that the output options ask for: stdout gets the report as text or JSON, stderr texts or JSON lines. */
export function createReporter({ output }: Pick<RunOptions, 'output'>, deps: ReporterDeps): Reporter {
  const log = output.logFormat === 'json' ? createLog(output, deps) : null;
  // With --json the document is all of stdout; people are still told on stderr what went wrong.
  const stdout = output.json ? NOWHERE : deps.stdout;
  const stderr = log === null ? deps.stderr : NOWHERE;
  const terminal = { stdout: terminalFor(deps.stdout, deps.env), stderr: terminalFor(stderr, deps.env) };
  const errorStyle = styleOf(terminal.stderr);
  const text = createTextReporter({
    stdout,
    stderr,
    terminal,
    verbosity: output.quiet || output.json ? 'quiet' : output.verbose ? 'verbose' : 'normal',
  });
  let stack: string | null = null;
  return {
    emit(event) {
      if (event.type === 'run_failed' && event.stack !== null && output.verbose) stack = deps.inSources(event.stack);
      text.emit(event);
      log?.emit(event.type === 'run_failed' ? { ...event, stack } : event);
    },
    async finish(report) {
      text.finish(report);
      if (stack !== null && log === null) tell([stack]);
      if (output.json) deps.stdout.write(jsonText(jsonReport(report)));
      const fault = report.error === null ? await deps.outputFault() : null;
      const shown = fault === null ? report : { ...report, error: fault };
      if (fault !== null && log === null) tell(errorLines(errorStyle, fault));
      if (fault !== null) log?.emit({ type: 'run_failed', error: fault, stack: null });
      log?.finish(shown);
      return shown;
    },
    remark(notice) {
      if (log !== null) log.notice(notice);
      else tell(noticeLines(errorStyle, notice));
    },
  };

  function tell(lines: readonly string[]): void {
    deps.stderr.write(`${lines.join('\n')}\n`);
  }
}

function createLog(output: RunOptions['output'], { stderr, clock }: ReporterDeps): LogReporter {
  return createLogReporter({
    stderr,
    clock,
    verbosity: output.quiet ? 'quiet' : output.verbose ? 'verbose' : 'normal',
  });
}
