import { describe, expect, it } from 'vitest';
import { createDocumentShelf, type DocumentShelf } from '../../../src/sources/api/document-shelf.ts';
import { type Deferred, deferred } from '../../stand-in/deferred.ts';

interface Shelf extends DocumentShelf {
  readonly fetched: string[];
  /** Ends a fetch under way. */
  arrive(locator: string, bytes?: number): void;
  fail(locator: string): void;
}

function shelf(concurrency: number, keepBytes = 1000): Shelf {
  const fetched: string[] = [];
  const under = new Map<string, Deferred<Uint8Array>>();
  const documents = createDocumentShelf({
    concurrency,
    keepBytes,
    fetch(locator) {
      fetched.push(locator);
      const wait = deferred<Uint8Array>();
      under.set(locator, wait);
      return wait.promise;
    },
  });
  return {
    ...documents,
    fetched,
    arrive: (locator, bytes = 1) => under.get(locator)?.resolve(new Uint8Array(bytes)),
    fail: (locator) => under.get(locator)?.reject(new Error(`no ${locator}`)),
  };
}

describe('the shelf', () => {
  it('fetches ahead as many as it may hold, and one more for each that is taken', async () => {
    const { prefetch, take, arrive, fetched } = shelf(2);
    prefetch(['a', 'b', 'c', 'd']);
    expect(fetched).toEqual(['a', 'b']);
    arrive('a');
    arrive('b');
    await take('a');
    expect(fetched).toEqual(['a', 'b', 'c']);
    await take('b');
    expect(fetched).toEqual(['a', 'b', 'c', 'd']);
  });

  it('fetches at once what is asked for out of turn, and not again in its turn', async () => {
    const { prefetch, take, arrive, fetched } = shelf(1);
    prefetch(['a', 'b', 'c']);
    const taken = take('c');
    expect(fetched).toEqual(['a', 'c']);
    arrive('c');
    await taken;
    arrive('a');
    await take('a');
    const next = take('b');
    arrive('b');
    await next;
    expect(fetched).toEqual(['a', 'c', 'b']);
  });

  it('keeps a failure for the one who takes it, and fetches anew after that', async () => {
    const { prefetch, take, arrive, fail, fetched } = shelf(1);
    prefetch(['a', 'b']);
    fail('a');
    await expect(take('a')).rejects.toThrow('no a');
    expect(fetched).toEqual(['a', 'b']);
    const again = take('a');
    arrive('a');
    expect(await again).toHaveLength(1);
  });

  it('shares one fetch between two who take at the same time', async () => {
    const { take, arrive, fetched } = shelf(1);
    const both = Promise.all([take('a'), take('a')]);
    arrive('a');
    await both;
    expect(fetched).toEqual(['a']);
  });

  it('keeps what was taken as far as its bytes reach', async () => {
    const { take, arrive, fetched } = shelf(1, 100);
    for (const [locator, bytes] of [
      ['a', 60],
      ['b', 60],
      ['c', 40],
    ] as const) {
      const taken = take(locator);
      arrive(locator, bytes);
      await taken;
    }
    await take('a');
    await take('c');
    expect(fetched).toEqual(['a', 'b', 'c']);
    const taken = take('b');
    arrive('b', 60);
    await taken;
    expect(fetched).toEqual(['a', 'b', 'c', 'b']);
  });

  it('forgets what another plan no longer names', async () => {
    const { prefetch, take, arrive, fetched } = shelf(2);
    prefetch(['a', 'b', 'c']);
    prefetch(['b', 'd']);
    expect(fetched).toEqual(['a', 'b', 'd']);
    arrive('b');
    arrive('d');
    await take('b');
    await take('d');
    expect(fetched).toEqual(['a', 'b', 'd']);
  });

  it('does not fetch ahead what it already keeps', async () => {
    const { prefetch, take, arrive, fetched } = shelf(2);
    const taken = take('a');
    arrive('a');
    await taken;
    prefetch(['a', 'b']);
    expect(fetched).toEqual(['a', 'b']);
    expect(await take('a')).toHaveLength(1);
  });
});
