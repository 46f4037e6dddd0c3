import { FIELDS, type Field, type StandInRow } from './api-rows.ts';

const NUMBERS: ReadonlySet<Field> = new Set<Field>([
  'firmCRDNumber',
  'totalWeeklyTradeCount',
  'totalWeeklyShareQuantity',
  'totalNotionalSum',
]);

/** How the stand-in writes its answers. */
export interface AnswerForm {
  readonly json: boolean;
  readonly delimiter: string;
  readonly quoteValues: boolean;
  /** False leaves a quote inside a value as it is, which makes delimited text ambiguous. */
  readonly escapeQuotes: boolean;
  readonly fields: readonly Field[];
}

/** What comes before the rows of an answer, between two of them, and after the last. */
export function frameOf(form: AnswerForm): { readonly head: string; readonly between: string; readonly tail: string } {
  if (form.json) return { head: '[', between: ',', tail: ']' };
  const header = form.fields.map((field) => delimited(field, form)).join(form.delimiter);
  return { head: `${header}\n`, between: '\n', tail: '\n' };
}

/** One row in `form`. */
export function writeRow(row: StandInRow, form: AnswerForm): string {
  if (!form.json) return form.fields.map((field) => delimited(row[field] ?? '', form)).join(form.delimiter);
  const members = form.fields.map((field) => `${JSON.stringify(field)}:${jsonValue(field, row[field])}`);
  return `{${members.join(',')}}`;
}

/** The fields that a request asks for, in its order; all of them when it names none. */
export function askedFields(asked: unknown): readonly Field[] {
  if (!Array.isArray(asked) || asked.length === 0) return FIELDS;
  return asked.flatMap((name) => FIELDS.filter((field) => field === name));
}

function delimited(value: string, form: AnswerForm): string {
  if (!form.quoteValues) return value;
  return `"${form.escapeQuotes ? value.replaceAll('"', '""') : value}"`;
}

// A number is written digit by digit, as it stands: it may hold more digits than a double.
function jsonValue(field: Field, value: string | null): string {
  if (value === null) return 'null';
  return NUMBERS.has(field) ? value : JSON.stringify(value);
}
