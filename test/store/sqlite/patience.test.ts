import { describe, expect, it } from 'vitest';
import { type Patience, patiently, withReserve } from '../../../src/store/sqlite/patience.ts';

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

describe('a patience with a reserve', () => {
  it('has it beside each busy timeout, and only once', async () => {
    const patience = patienceOf(5000);
    const insist = withReserve(patience, 60_000);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const began = patience.stopwatch();
      const held = () => {
        if (attempt > 0 || patience.stopwatch() - began < 25_000) throw busy();
      };
      await insist(held).catch(() => {});
      waits.push(patience.stopwatch() - began);
    }
    expect(waits).toEqual([25_000, 45_000, 5000]);
  });

  it('spends nothing of it on a wait that the busy timeout covers', async () => {
    const patience = patienceOf(5000);
    const insist = withReserve(patience, 1000);
    const outcomes = [busy(), null];
    for (let waits = 0; waits < 500; waits++) {
      outcomes.push(busy(), null);
      await insist(() => {
        const error = outcomes.shift();
        if (error != null) throw error;
      });
    }
    const began = patience.stopwatch();
    const held = () => {
      throw busy();
    };
    await expect(insist(held)).rejects.toThrow('database is locked');
    expect(patience.stopwatch() - began).toBe(6000);
  });
});
