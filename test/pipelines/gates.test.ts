import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPercent } from '../../src/cli/parse-number.ts';
import { DEFAULT_GATES, SHRINKAGE_MEASURES } from '../../src/domain/gates.ts';
import { breaches, type Candidate, type Comparison, lossText, shrinkages } from '../../src/pipelines/gates.ts';

const BEFORE = { normalized_count: 1000, total_shares: 80_000, venue_count: 20 };

interface Differs extends Partial<Omit<Candidate, 'figures' | 'comparisons'>> {
  readonly figures?: Partial<Candidate['figures']>;
  /** The predecessor's figures; null where there is none. */
  readonly predecessor?: typeof BEFORE | null;
}

function candidate({ figures, predecessor = BEFORE, ...rest }: Differs = {}): Candidate {
  const now = { ...BEFORE, ...figures };
  return {
    weekEnding: '2025-12-19',
    rawCount: 1000,
    earliestUpdate: '2026-01-05',
    comparisons:
      predecessor === null ? [] : [{ venueType: null, now: measuresOf(now), before: measuresOf(predecessor) }],
    force: false,
    ...rest,
    figures: {
      ...BEFORE,
      reject_count: 0,
      symbol_count: 100,
      total_trades: 5000,
      source_last_update_date: '2026-01-05',
      ...figures,
    },
  };
}

function measuresOf(figures: Pick<Candidate['figures'], keyof typeof BEFORE>): Comparison['now'] {
  const { normalized_count, total_shares, venue_count } = figures;
  return { rows: normalized_count ?? 0, shares: total_shares ?? 0, venues: venue_count ?? 0 };
}

function codes(differs: Differs, gates = {}): string[] {
  return breaches(candidate(differs), { ...DEFAULT_GATES, ...gates }).map(({ code }) => code);
}

describe('a capture is accepted', () => {
  it('when it is like its predecessor', () => {
    expect(codes({})).toEqual([]);
  });

  it.each<[string, Differs]>([
    ['it is the first', { predecessor: null, figures: { normalized_count: 1, total_shares: 1, venue_count: 1 } }],
    ['just 5 % are rejected', { figures: { reject_count: 50 } }],
    ['just half is lost of everything', { figures: { normalized_count: 500, total_shares: 40_000, venue_count: 10 } }],
    ['it was updated on the very Friday', { earliestUpdate: '2025-12-19' }],
    ['no row says when it was updated', { earliestUpdate: null }],
    ['it grew', { figures: { normalized_count: 9000, total_shares: 900_000, venue_count: 90 } }],
    ['its predecessor had no shares', { predecessor: { ...BEFORE, total_shares: 0 }, figures: { total_shares: 0 } }],
  ])('when %s', (_, differs) => {
    expect(codes(differs)).toEqual([]);
  });
});

describe('a capture is refused', () => {
  it.each<[string, Differs, string[]]>([
    ['none of its rows is valid', { predecessor: null, figures: { normalized_count: 0 } }, ['no_valid_rows']],
    ['more than 5 % are rejected', { figures: { reject_count: 51 } }, ['too_many_rejects']],
    ['more than half of the rows is lost', { figures: { normalized_count: 499 } }, ['shrunk_rows']],
    ['more than half of the shares is lost', { figures: { total_shares: 39_999 } }, ['shrunk_shares']],
    ['more than half of the venues is lost', { figures: { venue_count: 9 } }, ['shrunk_venues']],
    ['a row was updated before the Friday', { earliestUpdate: '2025-12-18' }, ['updated_before_week']],
    [
      'several gates are breached',
      { earliestUpdate: '2025-12-12', figures: { reject_count: 600, normalized_count: 400, venue_count: 2 } },
      ['too_many_rejects', 'updated_before_week', 'shrunk_rows', 'shrunk_venues'],
    ],
  ])('when %s', (_, differs, expected) => {
    expect(codes(differs)).toEqual(expected);
  });

  it('with words that hold the figures and the gate', () => {
    const [rejects, rows] = breaches(
      candidate({ figures: { reject_count: 51, normalized_count: 400 } }),
      DEFAULT_GATES,
    );
    expect(rejects?.message).toBe('51 of its 1,000 rows are rejected (5.1 %; the gate is 5.0 %)');
    expect(rows?.message).toBe('rows fell from 1,000 to 400 (60.0 %) against the accepted capture; the gate is 50.0 %');
  });
});

describe('--force', () => {
  it('overrides the shrinkage gates', () => {
    expect(codes({ force: true, figures: { normalized_count: 1, total_shares: 1, venue_count: 1 } })).toEqual([]);
  });

  it('overrides no other gate', () => {
    const differs = { force: true, earliestUpdate: '2025-12-18', figures: { reject_count: 51, normalized_count: 1 } };
    expect(codes(differs)).toEqual(['too_many_rejects', 'updated_before_week']);
    expect(codes({ force: true, figures: { normalized_count: 0 } })).toEqual(['no_valid_rows']);
  });
});

describe('the gate options', () => {
  it('set how many rejects are too many', () => {
    expect(codes({ figures: { reject_count: 1 } }, { maxRejectShare: 0 })).toEqual(['too_many_rejects']);
    expect(codes({ figures: { reject_count: 1000 } }, { maxRejectShare: 1 })).toEqual([]);
  });

  it('set each kind of shrinkage by itself', () => {
    const lost = { figures: { normalized_count: 400, total_shares: 32_000, venue_count: 8 } };
    expect(codes(lost, { maxShrinkage: { rows: 1, shares: 0.5, venues: 0.5 } })).toEqual([
      'shrunk_shares',
      'shrunk_venues',
    ]);
    expect(codes(lost, { maxShrinkage: { rows: 0.6, shares: 0.6, venues: 0.6 } })).toEqual([]);
  });

  it('set by how many days an update may precede the Friday', () => {
    expect(codes({ earliestUpdate: '2025-12-17' }, { maxUpdateLeadDays: 2 })).toEqual([]);
    expect(codes({ earliestUpdate: '2025-12-16' }, { maxUpdateLeadDays: 2 })).toEqual(['updated_before_week']);
  });
});

// Whole percentages of whole counts, so that what is exactly at a gate can be told in whole numbers.
const percent = fc.integer({ min: 0, max: 100 });
const count = fc.integer({ min: 1, max: 200 }).map((hundreds) => hundreds * 100);
const nudge = fc.integer({ min: -1, max: 1 });

describe('a breach is strictly greater', () => {
  it('of the rejected share, whatever the percentage', () => {
    fc.assert(
      fc.property(percent, count, nudge, (limit, rows, more) => {
        const rejects = Math.max(0, (rows / 100) * limit + more);
        const differs = { rawCount: rows, figures: { reject_count: rejects } };
        const breached = codes(differs, { maxRejectShare: readPercent(String(limit)) }).includes('too_many_rejects');
        expect(breached).toBe(rejects * 100 > limit * rows);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(SHRINKAGE_MEASURES)('of the loss in %s, whatever the percentage', (measure) => {
    fc.assert(
      fc.property(percent, count, nudge, (limit, before, more) => {
        const now = before - (before / 100) * limit + more;
        const fraction = readPercent(String(limit)) ?? Number.NaN;
        const limits = { rows: 1, shares: 1, venues: 1, [measure]: fraction };
        const found = shrinkages([compared({ [measure]: now }, { [measure]: before })], limits);
        expect(found.some((loss) => loss.measure === measure)).toBe((before - now) * 100 > limit * before);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a capture of both venue types', () => {
  const held = (venueType: 'ATS' | 'NON_ATS', from: number, to: number) =>
    compared({ rows: to }, { rows: from }, venueType);

  it('is refused for what one of them lost, whatever the other gained', () => {
    const comparisons = [held('ATS', 80, 5), held('NON_ATS', 120, 900)];
    const [breach, ...more] = breaches({ ...candidate(), comparisons }, DEFAULT_GATES);
    expect(breach).toMatchObject({
      code: 'shrunk_rows',
      message: 'ATS rows fell from 80 to 5 (93.8 %) against the accepted capture; the gate is 50.0 %',
    });
    expect(more).toEqual([]);
  });

  it('is refused once for what both lost', () => {
    const comparisons = [held('ATS', 80, 5), held('NON_ATS', 120, 12)];
    expect(breaches({ ...candidate(), comparisons }, DEFAULT_GATES).map(({ message }) => message)).toEqual([
      'ATS rows fell from 80 to 5 (93.8 %) and non-ATS rows fell from 120 to 12 (90.0 %) against the accepted capture; ' +
        'the gate is 50.0 %',
    ]);
  });
});

describe('a loss in words', () => {
  it('says what fell, from where to where, and by how much', () => {
    const losses = [{ venueType: null, from: 1_000_000, to: 333_333, lost: 0.666667 }];
    expect(lossText({ measure: 'shares', losses })).toBe('shares fell from 1,000,000 to 333,333 (66.7 %)');
  });
});

function compared(
  now: Partial<Comparison['now']>,
  before: Partial<Comparison['now']>,
  venueType: Comparison['venueType'] = null,
): Comparison {
  const same = { rows: 1000, shares: 80_000, venues: 20 };
  return { venueType, now: { ...same, ...now }, before: { ...same, ...before } };
}
