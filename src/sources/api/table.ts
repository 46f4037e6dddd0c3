import { parseCsv } from '../../finra/csv-text.ts';

/** Rows as the API answered them: the columns it named, and one text per column, null as the empty text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Comma-delimited text with quoted values, header first. Null when it cannot be split for certain, as when a quote
 * stands unescaped inside a value; the JSON form of the same rows has no such doubt.
 */
export function readDelimited(text: string): Table | null {
  const parsed = parseCsv(text);
  if (parsed.status !== 'ok') return null;
  const [columns = [], ...rows] = parsed.records.filter((fields) => fields.length > 1 || fields[0] !== '');
  return rows.every((fields) => fields.length === columns.length) ? { columns, rows } : null;
}

/**
 * A JSON array of flat objects, numbers kept digit by digit: none passes through a double. Null when the text is
 * anything else. The columns are those of all objects together, in the order they are met.
 */
export function readJson(text: string): Table | null {
  const value = parseExact(text);
  if (!Array.isArray(value) || !value.every(isFlatObject)) return null;
  const columns = [...new Set(value.flatMap((record) => Object.keys(record)))];
  return { columns, rows: value.map((record) => columns.map((column) => String(record[column] ?? ''))) };
}

/** Any JSON text with each number as its own text; undefined when it is not JSON. */
export function parseExact(text: string): unknown {
  try {
    return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch {
    return undefined;
  }
}

/** Where `text` stops being JSON, in the words of the parser; null when it is JSON. */
export function jsonFault(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

// Strings are matched whole, so that digits inside them are left alone.
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

type Scalar = string | boolean | null;

function isFlatObject(value: unknown): value is Readonly<Record<string, Scalar>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((field) => field === null || typeof field !== 'object');
}
