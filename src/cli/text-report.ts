import type { PlannedPartition } from '../schedule/action.ts';
import type { Emit, RunEvent } from '../schedule/events.ts';
import type { RunReport } from '../schedule/report.ts';
import { counted, instantText } from './text/figures.ts';
import { gridLines } from './text/grid.ts';
import { headingLines, planSummaryLines } from './text/heading.ts';
import { createPhaseLog } from './text/phase-log.ts';
import { dryRunLines, planLines } from './text/plan.ts';
import { createPrinter, type Printer, type Streams } from './text/printer.ts';
import { noticesLines, problemLines } from './text/problems.ts';
import { phaseTitle } from './text/stage-lines.ts';
import { exitLine, summaryLine, totalsLines } from './text/totals.ts';
import { readinessLines, unmatchedLines } from './text/verbose.ts';
import { partitionName } from './text/words.ts';

export interface TextReporterOptions extends Streams {
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

/** Shows a run to people. */
export interface TextReporter {
  /** Tells what happens while it happens: the plan, and a line for each partition in each phase. */
  readonly emit: Emit;
  /** Tells the result, once, after the last event. */
  finish(report: RunReport): void;
}

/**
 * A reporter that writes results to stdout, and diagnostics (warnings, errors and what to do about them, the progress
 * line) to stderr. Notices are told with the result, mildest first, so that none is lost among the phases.
 */
export function createTextReporter({ verbosity, ...streams }: TextReporterOptions): TextReporter {
  const printer = createPrinter(streams, verbosity !== 'quiet');
  return verbosity === 'quiet' ? quietReporter(printer) : fullReporter(printer, verbosity === 'verbose');
}

function quietReporter({ style, errorStyle, print, diagnose }: Printer): TextReporter {
  return {
    emit: () => {},
    finish(report) {
      diagnose([...noticesLines(errorStyle, report, true), ...problemLines(errorStyle, report)]);
      print([summaryLine(style, report)]);
    },
  };
}

function fullReporter(printer: Printer, verbose: boolean): TextReporter {
  const { style, errorStyle, progress, print, section, diagnose } = printer;
  const phases = createPhaseLog(style, verbose);
  let planned: readonly PlannedPartition[] = [];
  let dryRun = false;
  let phase = { title: '', steps: 0, done: 0 };

  function emit(event: RunEvent): void {
    switch (event.type) {
      case 'run_started':
        dryRun = event.mode === 'dry-run';
        section(headingLines(style, event, verbose));
        progress.show('Planning');
        break;
      case 'planned':
        planned = event.partitions;
        phases.plan(planned);
        // A dry run's plan is its result, which has the tier splits too.
        if (!dryRun) print(planSummaryLines(style, planned));
        if (!dryRun && verbose) section(planLines(style, planned));
        break;
      case 'replanned':
        phases.plan(event.partitions);
        break;
      case 'phase_started':
        print(phases.start(event.phase));
        phase = { title: phaseTitle(event.phase), steps: event.steps, done: 0 };
        break;
      case 'stage_started':
        progress.showStep(phase.title, phase.done, phase.steps, partitionName(event.partition));
        break;
      case 'stage_ended':
        phase.done += 1;
        print(phases.end(event));
        break;
      case 'waiting':
        print(phases.flush());
        section([`Waiting until ${instantText(event.until)} to retry ${counted(event.items, 'stage')}`]);
        break;
      case 'run_failed':
        progress.clear();
        break;
      case 'notice':
        break;
    }
  }

  function finish(report: RunReport): void {
    print(phases.flush());
    if (report.mode === 'dry-run') section(dryRunLines(style, report, planned));
    else section(gridLines(style, report));
    if (verbose) section(readinessLines(style, report));
    if (verbose) section(unmatchedLines(style, report.unmatched));
    diagnose([...noticesLines(errorStyle, report, false), ...problemLines(errorStyle, report)]);
    section(totalsLines(style, report));
    section([exitLine(style, report)]);
    progress.clear();
  }

  return { emit, finish };
}
