import { type DbInstant, toJsonInstant } from '../domain/clock.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import { type Quantity, quantityDigits } from '../domain/quantity.ts';

/** An instant of the database as JSON writes it, or null. */
export function jsonInstant(instant: DbInstant | null): string | null {
  return instant === null ? null : toJsonInstant(instant);
}

/** A quantity as a JSON number where every reader takes it exactly, otherwise as its digits in a string; or null. */
export function jsonQuantity(quantity: Quantity | null): number | string | null {
  if (quantity === null) return null;
  const digits = quantityDigits(quantity);
  const number = Number(digits);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER && String(number) === digits ? number : digits;
}

/** An error's fields, or null. */
export function jsonError(error: ErrorDetails | null) {
  return error === null ? null : { code: error.code, message: error.message, hint: error.hint };
}
