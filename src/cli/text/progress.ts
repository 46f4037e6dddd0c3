import type { TextSink } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { figure } from './figures.ts';
import { cutEnd } from './layout.ts';
import { styleOf } from './style.ts';

/** The one line at the bottom of a terminal that says what is being done. */
export interface Progress {
  show(text: string): void;
  /** Shows how far a phase is, and what it does now. */
  showStep(phase: string, done: number, steps: number, now: string): void;
  /** Takes the line away; before anything else is written. */
  clear(): void;
}

const ERASE_LINE = '\r\u001b[2K';
const BAR_CELLS = 20;

/** A progress line on a terminal, where `live`; anywhere else it writes nothing. */
export function createProgress(output: TextSink, terminal: Terminal, live: boolean): Progress {
  const { ellipsis, marks } = styleOf(terminal);
  let shown = false;

  function show(text: string): void {
    if (!live || !terminal.isTty) return;
    // The last column stays free: some terminals wrap when it is written.
    output.write(ERASE_LINE + cutEnd(text, terminal.columns - 1, ellipsis));
    shown = true;
  }

  return {
    show,
    showStep(phase, done, steps, now) {
      const bar = progressBar(done, steps, marks);
      show(`${phase}  ${bar}  ${figure(done)} of ${figure(steps)}  ${now}`);
    },
    clear() {
      if (shown) output.write(ERASE_LINE);
      shown = false;
    },
  };
}

function progressBar(done: number, steps: number, unicode: boolean): string {
  const full = Math.min(Math.floor((done / Math.max(steps, 1)) * BAR_CELLS), BAR_CELLS);
  const [on, off] = unicode ? ['\u2501', '\u2500'] : ['#', '-'];
  return on.repeat(full) + off.repeat(BAR_CELLS - full);
}
