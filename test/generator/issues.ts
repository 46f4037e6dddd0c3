import type { Tier } from '../../src/domain/tier.ts';
import { COMMON, type FirstIssueKind, type FurtherIssueKind, KIND_MIX } from './issue-kinds.ts';
import { type IssuerStyle, issuerName } from './issuer-names.ts';
import type { Random } from './random.ts';

/** A traded security as a file names it. */
export interface Issue {
  readonly symbol: string;
  readonly name: string;
}

/** Makes issues that no earlier call made: symbols and issuers are unique over all tiers. */
export interface IssueMaker {
  issue(tier: Tier): Issue;
  /** Another issuer's common stock under a symbol that is taken already: a ticker reassigned. */
  successor(symbol: string): Issue;
}

/** A company with listed common stock. */
interface Issuer {
  readonly root: string;
  readonly name: string;
}

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const ROOT_LENGTHS: Readonly<Record<Tier, readonly number[]>> = {
  NMS_TIER_1: [2, 3, 3, 3, 4, 4],
  NMS_TIER_2: [3, 3, 4, 4, 4, 4],
  OTC: [4],
};

/** An issue maker that draws from `random`; `taken` are symbols it must leave alone. */
export function createIssueMaker(random: Random, taken: Iterable<string>): IssueMaker {
  const symbols = new Set(taken);
  const issuerNames = new Set<string>();
  const issuers: Record<Tier, Issuer[]> = { NMS_TIER_1: [], NMS_TIER_2: [], OTC: [] };

  const freshName = (style: IssuerStyle): string => fresh(issuerNames, () => issuerName(random, style));

  const firstIssue = (tier: Tier, kind: FirstIssueKind): Issue => {
    const name = freshName(kind.style);
    const length = random.pick(ROOT_LENGTHS[tier]);
    const symbol = fresh(symbols, (attempt) => drawRoot(random, name, length, attempt) + kind.suffix);
    if (kind === COMMON) issuers[tier].push({ root: symbol, name });
    return { symbol, name: `${name} ${kind.description(random)}` };
  };

  /** A further issue of some issuer; undefined when that issuer has them all, or nobody is listed yet. */
  const furtherIssue = (tier: Tier, kind: FurtherIssueKind): Issue | undefined => {
    if (issuers[tier].length === 0) return undefined;
    const issuer = random.pick(issuers[tier]);
    const symbol = kind.symbols(issuer.root).find((candidate) => !symbols.has(candidate));
    if (symbol === undefined) return undefined;
    symbols.add(symbol);
    return { symbol, name: `${issuer.name} ${kind.description(random, symbol)}` };
  };

  return {
    issue(tier) {
      const { first, further, furtherShare } = KIND_MIX[tier];
      const isFurther = random.chance(furtherShare);
      return (isFurther ? furtherIssue(tier, random.pick(further)) : undefined) ?? firstIssue(tier, random.pick(first));
    },
    successor: (symbol) => ({ symbol, name: `${freshName(COMMON.style)} ${COMMON.description(random)}` }),
  };
}

/** Letters that recall `name`; after a few attempts any letters will do. */
function drawRoot(random: Random, name: string, length: number, attempt: number): string {
  const letters = name.toUpperCase().replaceAll(/[^A-Z]/g, '');
  let root = letters.charAt(0);
  let position = 0;
  while (root.length < length) {
    position += random.integer(1, 3);
    root += attempt < 5 && position < letters.length ? letters.charAt(position) : random.pick(ALPHABET);
  }
  return root;
}

/** The first drawn text that `used` lacks, added to it. Throws when the draw seems used up. */
function fresh(used: Set<string>, draw: (attempt: number) => string): string {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const text = draw(attempt);
    if (used.has(text)) continue;
    used.add(text);
    return text;
  }
  throw new Error('the generator has run out of new names or symbols: ask for fewer listings');
}
