import { printable } from '../../domain/printable.ts';
import { quoted } from '../shell-words.ts';
import type { Style } from './style.ts';

const INDENT = '    ';
const CONTINUED = ' \\';

/**
 * A command line to be copied: one line, or on a terminal that is narrower several, broken before options as a shell
 * reads them back.
 */
export function commandLines(style: Style, words: readonly string[]): string[] {
  const room = style.wraps ? style.width - INDENT.length - CONTINUED.length : Number.POSITIVE_INFINITY;
  const lines: string[] = [];
  for (const option of optionsOf(words)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + option.length <= room) lines[lines.length - 1] = `${last} ${option}`;
    else lines.push(lines.length === 0 ? option : `  ${option}`);
  }
  return lines.map((line, index) => `${INDENT}${line}${index < lines.length - 1 ? CONTINUED : ''}`);
}

// An option and its value stay on one line.
function optionsOf(words: readonly string[]): string[] {
  const options: string[] = [];
  let previous = '';
  for (const word of words) {
    const text = printable(quoted(word));
    if (previous.startsWith('--')) options[options.length - 1] += ` ${text}`;
    else options.push(text);
    previous = previous.startsWith('--') ? '' : word;
  }
  return options;
}
