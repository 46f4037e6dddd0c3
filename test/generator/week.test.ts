import { describe, expect, it } from 'vitest';
import { createMarket } from './market.ts';
import { generateRows, generateWeek } from './week.ts';

describe('a generated week', () => {
  const bounds = { from: '2025-01-03', to: '2025-12-26' };

  it('has exactly the rows asked for, by symbol, issue name and MPID, each once, at full size too', () => {
    const market = createMarket({ seed: 7, listings: { NMS_TIER_1: 60, NMS_TIER_2: 60, OTC: 3600 }, ...bounds });
    const lines = generateWeek({ market, weekEnding: '2025-06-06', tier: 'OTC', rows: 5200 }).trimEnd().split('\n');
    const keys = lines.slice(1).map((line) => line.split('|').slice(1, 5).join('\u0000'));
    expect(keys).toHaveLength(5200);
    expect(keys).toEqual([...new Set(keys)].sort());
  });

  it('depends on its market, week and tier alone, not on the weeks made before it', () => {
    const options = { seed: 7, listings: { NMS_TIER_1: 20, NMS_TIER_2: 20, OTC: 20 }, ...bounds };
    const week = { weekEnding: '2025-06-06', tier: 'NMS_TIER_2', rows: 50 } as const;
    const [first, second] = [createMarket(options), createMarket(options)];
    generateWeek({ ...week, market: second, weekEnding: '2025-05-30' });
    expect(generateWeek({ ...week, market: second })).toBe(generateWeek({ ...week, market: first }));
    expect(generateWeek({ ...week, market: createMarket({ ...options, seed: 8 }) })).not.toBe(
      generateWeek({ ...week, market: first }),
    );
  });

  it('is mostly the issues of the week before', () => {
    const market = createMarket({ seed: 7, listings: { NMS_TIER_1: 300, NMS_TIER_2: 0, OTC: 0 }, ...bounds });
    const symbols = (weekEnding: string): Set<string> =>
      new Set(generateRows({ market, weekEnding, tier: 'NMS_TIER_1', rows: 2000 }).map((r) => r.issueSymbolIdentifier));
    const [before, after] = [symbols('2025-06-06'), symbols('2025-06-13')];
    expect([...after].filter((symbol) => before.has(symbol)).length / after.size).toBeGreaterThan(0.95);
  });

  it('is refused when the market is too small for the rows', () => {
    const market = createMarket({ seed: 7, listings: { NMS_TIER_1: 1, NMS_TIER_2: 1, OTC: 1 }, ...bounds });
    const week = { market, weekEnding: '2025-06-06', tier: 'OTC', rows: 5000 } as const;
    expect(() => generateWeek(week)).toThrow('5000 rows asked for');
  });
});
