import { describe, expect, it } from 'vitest';
import { headingLines, planSummaryLines } from '../../../src/cli/text/heading.ts';
import { styleOf } from '../../../src/cli/text/style.ts';
import { lookbackWeeks } from '../../../src/domain/week.ts';
import { PIPE } from '../play-report.ts';

const STYLE = styleOf(PIPE);
const RUN = {
  type: 'run_started',
  runId: 'r-1',
  mode: 'run',
  runDate: '2026-01-12',
  window: { weeks: ['2025-12-26'], tiers: ['OTC'] },
  source: 'api',
  dataDir: null,
  database: `/srv/${'deep/'.repeat(30)}market_spine.db`,
} as const;

describe('the heading', () => {
  it.each([
    [['2025-12-26'], '2025-12-26'],
    [lookbackWeeks('2025-12-26', 3), '2025-12-26, 2025-12-19, 2025-12-12'],
    [lookbackWeeks('2025-12-26', 52), '52, 2025-01-03 to 2025-12-26'],
    [['2025-12-26', '2025-12-12', '2025-12-05', '2025-11-28'], '4, between 2025-11-28 and 2025-12-26'],
    [[], 'none'],
  ])('sums up the weeks of %j', (weeks, text) => {
    const lines = headingLines(STYLE, { ...RUN, window: { weeks, tiers: ['OTC'] } }, false);
    expect(lines[1]).toBe(`  weeks       ${text}`);
  });

  it('names a source without a folder alone, and cuts a long path at its start', () => {
    const lines = headingLines(STYLE, RUN, false);
    expect(lines).toContain('  source      api');
    expect(lines.at(-1)).toMatch(/^ {2}database {4}\.\.\.[a-z/]+\/market_spine\.db$/);
    expect(lines.at(-1)).toHaveLength(100);
  });

  it('has no counts for a plan without partitions', () => {
    expect(planSummaryLines(STYLE, [])).toEqual([]);
  });
});
