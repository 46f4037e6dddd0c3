import { describe, expect, it } from 'vitest';
import { type Patience, patiently } from '../../../src/store/sqlite/patience.ts';

/** A patience whose time passes by naps and by `work`. */
function patienceOf(busyTimeoutMs: number): Patience & { work(milliseconds: number): void } {
  let passed = 1_000_000;
  const pass = (milliseconds: number) => {
    passed += milliseconds;
  };
  return { busyTimeoutMs, stopwatch: () => passed, sleep: async (milliseconds) => pass(milliseconds), work: pass };
}

function busy(): Error {
  return Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
}

describe('patiently', () => {
  it.each([
    ['that are refused at once', 0, 5000],
    ['that SQLite waits for itself', 100, 5050],
    ['that take longer than the whole timeout', 7000, 7000],
  ])('makes attempts %s until the busy timeout is over', async (_, each, total) => {
    const patience = patienceOf(5000);
    const began = patience.stopwatch();
    const attempt = () => {
      patience.work(each);
      throw busy();
    };
    await expect(patiently(patience, attempt)).rejects.toThrow('database is locked');
    expect(patience.stopwatch() - began).toBe(total);
  });

  it('makes one attempt with no timeout', async () => {
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      throw busy();
    };
    await expect(patiently(patienceOf(0), attempt)).rejects.toThrow('database is locked');
    expect(attempts).toBe(1);
  });

  it('gives what an attempt returns, and any other error at once', async () => {
    const patience = patienceOf(5000);
    const outcomes = [busy(), busy(), null];
    const attempt = () => {
      const error = outcomes.shift();
      if (error != null) throw error;
      return 'done';
    };
    expect(await patiently(patience, attempt)).toBe('done');
    const broken = () => {
      throw new Error('another fault');
    };
    await expect(patiently(patience, broken)).rejects.toThrow('another fault');
  });
});
