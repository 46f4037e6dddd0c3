import { type RawBuilder, sql } from 'kysely';
import { type Quantity, quantityOf } from '../domain/quantity.ts';

/** The columns of a quantity on its way into JavaScript, whose numbers round whole ones past 2^53. */
export type QuantityCells<Name extends string> = Record<`${Name}_whole`, string | null> &
  Record<`${Name}_millionths`, number | null>;

/** A quantity as the columns that `quantityOfCells` reads: `<name>_whole` and `<name>_millionths`. */
export function selectQuantity(column: string, name: string): RawBuilder<unknown> {
  const value = sql.ref(column);
  return sql`CAST(${wholePart(value)} AS TEXT) AS ${sql.ref(`${name}_whole`)},
    ${millionths(value)} AS ${sql.ref(`${name}_millionths`)}`;
}

/** The quantity of the columns of `selectQuantity`; null for none. */
export function quantityOfCells(whole: string | null, parts: number | null): Quantity | null {
  return whole === null ? null : quantityOf(BigInt(whole), parts ?? 0);
}

/** The columns of an exact sum: `<name>_high`, `<name>_low` and `<name>_millionths`. */
export type SumCells<Name extends string> = Record<
  `${Name}_high` | `${Name}_low` | `${Name}_millionths`,
  number | null
>;

// Two halves below 2^53 each: neither the database's sum nor JavaScript's numbers can overflow or round them.
const HALF = 1_000_000_000;

/** The sum of a quantity column, however large, as the columns that `quantityOfSum` reads. */
export function selectSum(name: string): RawBuilder<unknown> {
  const value = sql.ref(name);
  return sql`sum(${wholePart(value)} / ${sql.lit(HALF)}) AS ${sql.ref(`${name}_high`)},
    sum(${wholePart(value)} % ${sql.lit(HALF)}) AS ${sql.ref(`${name}_low`)},
    sum(${millionths(value)}) AS ${sql.ref(`${name}_millionths`)}`;
}

/** The quantity of the columns of `selectSum`; 0 for the sum of no rows. */
export function quantityOfSum<Name extends string>(cells: SumCells<Name>, name: Name): Quantity {
  const whole = BigInt(cells[`${name}_high`] ?? 0) * BigInt(HALF) + BigInt(cells[`${name}_low`] ?? 0);
  return quantityOf(whole, cells[`${name}_millionths`] ?? 0);
}

function wholePart(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`CAST(${value} AS INTEGER)`;
}

function millionths(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`CAST(round((${value} - ${wholePart(value)}) * 1000000) AS INTEGER)`;
}
