import { type RawBuilder, sql } from 'kysely';

const LARGEST_INTEGER = '9223372036854775807';
// What a JavaScript trim() removes that a quantity could be padded with: tabs, line ends, spaces, no-break space, BOM.
const BLANKS = 'char(9, 10, 11, 12, 13, 32, 160, 8239, 65279)';

/**
 * The value of a raw quantity column (`integer` where the source wrote canonical digits, otherwise a blob of its text),
 * or null where the text is no quantity: plain digits, or digits with up to `decimals` decimals, a leading minus
 * aside. Whole values are exact to 2^63-1, fractional ones the nearest double (DESIGN section 4, "Normalize").
 */
export function readQuantity(column: string, decimals: number): RawBuilder<number | null> {
  const value = sql.ref<number>(column);
  return sql<number | null>`CASE typeof(${value}) WHEN 'integer' THEN ${value} WHEN 'blob' THEN (
    SELECT CASE
        WHEN digits NOT GLOB '[0-9]*' OR digits GLOB '*[^0-9.]*' THEN NULL
        WHEN point > 0 AND (length(fraction) NOT BETWEEN 1 AND ${sql.lit(decimals)} OR instr(fraction, '.') > 0) THEN NULL
        WHEN rtrim(fraction, '0') = '' THEN CASE
          WHEN length(whole) < 19 OR (length(whole) = 19 AND whole <= ${sql.lit(LARGEST_INTEGER)})
          THEN sign * CAST(whole AS INTEGER) END
        WHEN length(whole) < 19 THEN sign * CAST(digits AS REAL)
      END
    FROM (SELECT sign, digits, point,
        ltrim(CASE point WHEN 0 THEN digits ELSE substr(digits, 1, point - 1) END, '0') AS whole,
        CASE point WHEN 0 THEN '' ELSE substr(digits, point + 1) END AS fraction
      FROM (SELECT sign, digits, instr(digits, '.') AS point
        FROM (SELECT CASE WHEN text LIKE '-%' THEN -1 ELSE 1 END AS sign,
            CASE WHEN text LIKE '-%' THEN substr(text, 2) ELSE text END AS digits
          FROM (SELECT trim(CAST(${value} AS TEXT), ${sql.raw(BLANKS)}) AS text))))) END`;
}
