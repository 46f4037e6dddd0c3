import { resolve } from 'node:path';
import { badValue, type ParseContext } from './parse-value.ts';

/** An absolute path; a relative one starts from the working directory. */
export function parsePath(text: string, context: ParseContext): string {
  // The parser hands over whatever follows the option, so a forgotten value takes the next option for a path.
  if (text.startsWith('-')) throw badValue('looks like an option, not a path', 'give a path');
  return resolve(context.cwd, text);
}

/** The absolute path of a SQLite database file; `scheme://` is reserved for other stores (DESIGN section 2). */
export function parseDatabase(text: string, context: ParseContext): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw badValue('must be the path of a SQLite file; scheme:// is reserved for other stores', 'give a path');
  }
  if (text === ':memory:') throw badValue('must be the path of a file, which outlives the run', 'give a path');
  return parsePath(text, context);
}
