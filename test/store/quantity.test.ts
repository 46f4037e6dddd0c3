import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { quantityOf } from '../property/normalize-model.ts';
import { DIALECTS } from './dialects.ts';

/** The numbers that a store reads in `texts`, as it writes them back; null for texts that are none. */
async function read(store: Store, texts: readonly string[], decimals: number): Promise<Array<string | null>> {
  const given = sql.join(
    texts.map((text, index) => sql`(${index}, ${Buffer.from(text)})`),
    sql`, `,
  );
  const { rows } = await sql<{ number: string | null }>`
    SELECT CAST(${store.readQuantity('q.text', decimals)} AS TEXT) AS number
    FROM (SELECT column1 AS place, column2 AS text FROM (VALUES ${given})) AS q ORDER BY q.place`.execute(store.db);
  return rows.map((row) => row.number);
}

/** Both sides as text; a double is compared as the number it is. */
function expectSame(found: string | null, expected: bigint | number | null, text: string): void {
  if (typeof expected === 'number') expect(Number(found), text).toBe(expected);
  else expect(found, text).toBe(expected === null ? null : `${expected}`);
}

const digits = fc.stringMatching(/^[0-9]{1,21}$/);
const likeNumbers = fc.oneof(
  digits,
  fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction.slice(0, 8)}`),
  fc.bigInt({ min: 2n ** 63n - 3n, max: 2n ** 63n + 3n }).map(String),
  digits.map((text) => `-${text}`),
  digits.map((text) => ` ${text}\t`),
);
const anything = fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^[-+0-9.,eE ]{0,8}$/));

describe.each(DIALECTS)('a quantity in $name', ({ open }) => {
  it.each([6, 0])('of up to %i decimals is read as the rules say, and anything else is none', async (decimals) => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(likeNumbers, anything), { minLength: 1, maxLength: 40 }), async (texts) => {
        const found = await read(store, texts, decimals);
        for (const [index, text] of texts.entries()) {
          expectSame(found[index] ?? null, quantityOf(text, decimals), JSON.stringify(text));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('that is a number already is that number', async () => {
    const store = await open();
    const { rows } = await sql<{ number: string }>`
      SELECT CAST(${store.readQuantity('q.given', 0)} AS TEXT) AS number FROM (SELECT 9007199254740993 AS given) AS q`.execute(
      store.db,
    );
    expect(rows).toEqual([{ number: '9007199254740993' }]);
  });
});
