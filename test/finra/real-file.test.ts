import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../src/finra/parse-source.ts';
import type { SourceRow } from '../../src/finra/source-row.ts';

const PATH = resolve(import.meta.dirname, '../../../shared/data/finra-real/finra_otc_weekly_otc_20251215.csv');
const isThere = existsSync(PATH);

describe.skipIf(!isThere)(`a file as FINRA published it${isThere ? '' : ` (skipped: there is no ${PATH})`}`, () => {
  it('is read row for row', async () => {
    const { layout, rows } = await parseSource(createReadStream(PATH));
    const read: SourceRow[] = [];
    for await (const batch of rows) read.push(...batch);

    const [, ...lines] = readFileSync(PATH, 'utf8').trimEnd().split('\n');
    expect(layout).toMatchObject({ form: 'finra', rebuildable: true, unknownColumns: [] });
    expect(read).toHaveLength(5_328);
    expect(read.map(({ fields }) => fields?.join('|'))).toEqual(lines);
    expect(read.at(-1)?.lineNumber).toBe(5_329);
  });

  it('holds the shares per MPID that adding them up line by line gives', async () => {
    const { layout, rows } = await parseSource(createReadStream(PATH));
    const mpid = layout.columns.get('MPID') ?? -1;
    const shares = layout.columns.get('totalWeeklyShareQuantity') ?? -1;
    const read = new Map<string, bigint>();
    for await (const batch of rows) {
      for (const { fields } of batch) add(read, fields?.[mpid] ?? '', fields?.[shares] ?? '0');
    }

    const counted = new Map<string, bigint>();
    for (const line of readFileSync(PATH, 'latin1').split('\n').slice(1, -1)) {
      const [, key, amount] = /\|([A-Z]{4})\|(\d+)\|\d+\|2025-12-15$/.exec(line) ?? [];
      add(counted, key ?? '', amount ?? '0');
    }
    expect(read.size).toBeGreaterThan(1);
    expect(read).toEqual(counted);
  });
});

function add(totals: Map<string, bigint>, key: string, amount: string): void {
  totals.set(key, (totals.get(key) ?? 0n) + BigInt(amount));
}
