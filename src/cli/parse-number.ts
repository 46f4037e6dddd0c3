import { badValue, type ValueParser } from './parse-value.ts';

/** The whole number that `text` writes in plain digits, when it lies within the limits; otherwise null. */
export function readWholeNumber(text: string, min: number, max: number): number | null {
  if (!/^\d+$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): ValueParser<number> {
  return (text) => {
    const value = readWholeNumber(text, min, max);
    if (value === null) throw badValue(`must be a whole number from ${min} to ${max}`, 'give a number');
    return value;
  };
}

/** The fraction from 0 to 1 that a percentage from 0 to 100 stands for (`5`, `5%`, `0.5`); otherwise null. */
export function readPercent(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text);
  if (match === null) return null;
  const percent = Number(match[1]);
  return percent <= 100 ? percent / 100 : null;
}

/** A percentage from 0 to 100, as a fraction from 0 to 1. */
export function parsePercent(text: string): number {
  const fraction = readPercent(text);
  if (fraction === null) throw badValue('must be a percentage from 0 to 100', 'give a percentage');
  return fraction;
}

/** A fraction as `parsePercent` reads it back. */
export function percentText(fraction: number): string {
  // Six decimals drop what binary fractions add: 0.07 * 100 is 7.000000000000001.
  return String(Number((fraction * 100).toFixed(6)));
}
