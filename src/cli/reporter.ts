import type { Emit } from '../schedule/events.ts';
import type { Notice, RunReport } from '../schedule/report.ts';
import { jsonReport, jsonText } from './json-report.ts';
import { createLogReporter, type LogReporter } from './log-reporter.ts';
import { type MainDeps, type OutputStream, terminalFor } from './main.ts';
import type { RunOptions } from './run-options.ts';
import { noticeLines } from './text/diagnostics.ts';
import { styleOf } from './text/style.ts';
import { createTextReporter } from './text-report.ts';

/** Shows a run on both streams. */
export interface Reporter {
  readonly emit: Emit;
  /** Tells the result, once, after the last event. */
  finish(report: RunReport): void;
  /** Tells of something that went wrong after that. */
  remark(notice: Notice): void;
}

type ReporterDeps = Pick<MainDeps, 'stdout' | 'stderr' | 'env' | 'clock'>;

const NOWHERE: OutputStream = { write: () => {} };

/** The reporter that the output options ask for: stdout gets the report as text or JSON, stderr texts or JSON lines. */
export function createReporter({ output }: Pick<RunOptions, 'output'>, deps: ReporterDeps): Reporter {
  const log = output.logFormat === 'json' ? createLog(output, deps) : null;
  // With --json the document is all of stdout; people are still told on stderr what went wrong.
  const stdout = output.json ? NOWHERE : deps.stdout;
  const stderr = log === null ? deps.stderr : NOWHERE;
  const terminal = { stdout: terminalFor(deps.stdout, deps.env), stderr: terminalFor(stderr, deps.env) };
  const text = createTextReporter({
    stdout,
    stderr,
    terminal,
    verbosity: output.quiet || output.json ? 'quiet' : output.verbose ? 'verbose' : 'normal',
  });
  return {
    emit(event) {
      text.emit(event);
      log?.emit(event);
    },
    finish(report) {
      text.finish(report);
      if (output.json) deps.stdout.write(jsonText(jsonReport(report)));
      log?.finish(report);
    },
    remark(notice) {
      if (log !== null) log.notice(notice);
      else deps.stderr.write(`${noticeLines(styleOf(terminal.stderr), notice).join('\n')}\n`);
    },
  };
}

function createLog(output: RunOptions['output'], { stderr, clock }: ReporterDeps): LogReporter {
  return createLogReporter({
    stderr,
    clock,
    verbosity: output.quiet ? 'quiet' : output.verbose ? 'verbose' : 'normal',
  });
}
