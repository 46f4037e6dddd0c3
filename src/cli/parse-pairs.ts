import { SHRINKAGE_MEASURES, type ShrinkageLimits, type ShrinkageMeasure } from '../domain/gates.ts';
import { TIERS, type Tier } from '../domain/tier.ts';
import { DEFAULT_PUBLICATION } from '../finra/publication.ts';
import { percentText, readPercent, readWholeNumber } from './parse-number.ts';
import { readTier } from './parse-tiers.ts';
import { badValue, orList, type ValueParser } from './parse-value.ts';

/** The most days a publication may be said to take, or to be late. */
export const MOST_DAYS = 366;

/** Days from a week's Friday to its publication, per tier; a tier that is not named keeps its default. */
export function parseLags(text: string): Readonly<Record<Tier, number>> {
  const lags = readPairs(text, {
    readName: readTier,
    readAmount: (amount) => readWholeNumber(amount, 0, MOST_DAYS),
    amounts: `a whole number from 0 to ${MOST_DAYS}`,
    advice: 'give days per tier',
  });
  return { ...DEFAULT_PUBLICATION.lagDays, ...lags };
}

/** Lags as `parseLags` reads them back. */
export function lagsText(lags: Readonly<Record<Tier, number>>): string {
  return TIERS.map((tier) => `${tier}=${lags[tier]}`).join(',');
}

/** Shrinkage limits as fractions: one percentage for all measures, or `measure=percentage` pairs over `defaults`. */
export function shrinkage(defaults: ShrinkageLimits): ValueParser<ShrinkageLimits> {
  return (text) => {
    const all = readPercent(text);
    if (all !== null) return { rows: all, shares: all, venues: all };
    const limits = readPairs(text, {
      readName: readMeasure,
      readAmount: readPercent,
      amounts: 'a percentage from 0 to 100',
      advice: SHRINKAGE_ADVICE,
    });
    return { ...defaults, ...limits };
  };
}

/** Limits as `shrinkage` reads them back. */
export function shrinkageText(limits: ShrinkageLimits): string {
  return SHRINKAGE_MEASURES.map((measure) => `${measure}=${percentText(limits[measure])}`).join(',');
}

const SHRINKAGE_ADVICE = 'give one percentage, or percentages by name,';

function readMeasure(text: string): ShrinkageMeasure {
  const measure = SHRINKAGE_MEASURES.find((name) => name === text.toLowerCase());
  if (measure === undefined) throw badValue(`${text} is not ${orList(SHRINKAGE_MEASURES)}`, SHRINKAGE_ADVICE);
  return measure;
}

interface PairRules<K> {
  readonly readName: (text: string) => K;
  readonly readAmount: (text: string) => number | null;
  /** What `readAmount` takes, for the error. */
  readonly amounts: string;
  readonly advice: string;
}

function readPairs<K extends string>(text: string, rules: PairRules<K>): Partial<Record<K, number>> {
  const pairs: Partial<Record<K, number>> = {};
  for (const item of text.split(',').map((part) => part.trim())) {
    const [name, amountText, ...rest] = item.split('=').map((part) => part.trim());
    if (!name || !amountText || rest.length > 0) {
      throw badValue(item === '' ? 'holds an empty item' : `${item} is not written NAME=NUMBER`, rules.advice);
    }
    const key = rules.readName(name);
    if (key in pairs) throw badValue(`names ${key} twice`, rules.advice);
    const amount = rules.readAmount(amountText);
    if (amount === null) throw badValue(`${name} must be ${rules.amounts}, not ${amountText}`, rules.advice);
    pairs[key] = amount;
  }
  return pairs;
}
