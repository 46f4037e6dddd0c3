import type { LogLine } from '../../src/cli/log-lines.ts';

/** A line of a JSON log, read. */
export type LogRecord = LogLine & { readonly time: string };

/** The objects of a log. Throws when a line is no JSON object. */
export function readLog(stderr: string): LogRecord[] {
  if (stderr !== '' && !stderr.endsWith('\n')) throw new Error('the last line has no end');
  return stderr
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogRecord);
}

/** The objects of one event. */
export function ofEvent(records: readonly LogRecord[], event: string): LogRecord[] {
  return records.filter((record) => record.event === event);
}
