import { type AnswerForm, askedFields, frameOf, writeRow } from './answer-forms.ts';
import type { StandInRow } from './api-rows.ts';
import type { QueryBody } from './query-rows.ts';
import { type Reply, replyOf } from './replies.ts';

/** How pages are cut and written. */
export interface PageOptions {
  /** Rows a page at most; FINRA's 5,000. */
  readonly pageRows?: number;
  /** Bytes a page at most; FINRA's 3 MB. */
  readonly pageBytes?: number;
  /** How no data is said; 204 unless given. */
  readonly empty?: 204 | 200;
  /** `json` answers JSON whatever is asked for. */
  readonly form?: 'asked' | 'json';
  readonly escapeQuotes?: boolean;
  /** Writes the columns of delimited text, and the members of objects, in this order. */
  readonly fields?: readonly string[];
  /** False leaves out the paging headers. */
  readonly pagingHeaders?: boolean;
}

/** The page of `rows` that `query` asks for: as many as fit, from its offset on. */
export function pageReply(rows: readonly StandInRow[], query: QueryBody, accept: string, options: PageOptions): Reply {
  const { pageRows = 5000, pageBytes = 3_000_000, empty = 204, pagingHeaders = true } = options;
  const { offset = 0, limit = 1000 } = query;
  const form: AnswerForm = {
    json: options.form === 'json' || accept.includes('json'),
    delimiter: query.delimiter ?? ',',
    quoteValues: query.quoteValues ?? true,
    escapeQuotes: options.escapeQuotes ?? true,
    fields: askedFields(query.fields ?? options.fields),
  };
  const { head, between, tail } = frameOf(form);
  const written: string[] = [];
  let size = head.length + tail.length;
  for (const row of rows.slice(offset, offset + Math.min(limit, pageRows))) {
    const text = writeRow(row, form);
    size += Buffer.byteLength(text) + between.length;
    if (size > pageBytes && written.length > 0) break;
    written.push(text);
  }
  const paging = {
    'record-total': String(rows.length),
    'record-offset': String(offset),
    'record-limit': String(limit),
  };
  const headers = pagingHeaders ? paging : {};
  if (written.length === 0) return replyOf(empty, '', headers);
  const type = form.json ? 'application/json' : 'text/plain;charset=UTF-8';
  return replyOf(200, `${head}${written.join(between)}${tail}`, { ...headers, 'content-type': type });
}
