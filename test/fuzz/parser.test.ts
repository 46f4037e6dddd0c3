import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PartitionError } from '../../src/domain/errors.ts';
import type { SourceRow } from '../../src/finra/source-row.ts';
import { readAll } from '../finra/reading.ts';
import { cases } from './cases.ts';
import { damagedFile } from './mutations.ts';

const HOUR = 3_600_000;

it(
  'reads any damaged file as rows or refuses it clearly, in the same way however its bytes arrive',
  async () => {
    await fc.assert(
      fc.asyncProperty(damagedFile, fc.integer({ min: 1, max: 5_000 }), async (content, chunkBytes) => {
        const whole = await reading(content, 1 << 20);
        expect(await reading(content, chunkBytes)).toEqual(whole);
        if (whole.refused !== undefined) {
          expect(whole.refused).toMatchObject({
            code: expect.stringMatching(/^[a-z0-9_]+$/),
            hint: expect.stringMatching(/./),
          });
          return;
        }
        const lines = whole.rows.map(({ lineNumber }) => lineNumber);
        expect(lines.length).toBeGreaterThan(0);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
        expect(lines.at(-1)).toBeLessThanOrEqual(content.toString('latin1').split('\n').length);
      }),
      cases(300),
    );
  },
  HOUR,
);

interface Reading {
  readonly rows: readonly SourceRow[];
  readonly refused?: { readonly code: string; readonly message: string; readonly hint: string };
}

// Anything but a PartitionError fails the test.
async function reading(content: Buffer, chunkBytes: number): Promise<Reading> {
  try {
    return { rows: (await readAll(content, chunkBytes)).rows };
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    const { code, message, hint } = error;
    return { rows: [], refused: { code, message, hint } };
  }
}
