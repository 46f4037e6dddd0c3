/** Documents fetched ahead of their turn, and those that may be read again. */
export interface DocumentShelf {
  /** Names the documents that will be taken, in that order, so that fetching may run ahead. */
  prefetch(locators: readonly string[]): void;
  /** The document of `locator`: from the shelf, under way, or fetched now. */
  take(locator: string): Promise<Uint8Array>;
}

export interface ShelfOptions {
  readonly fetch: (locator: string) => Promise<Uint8Array>;
  /** Documents under way or waiting to be taken, at most. */
  readonly concurrency: number;
  /** Bytes of taken documents kept for a second reading; what no longer fits is fetched again when it is asked for. */
  readonly keepBytes: number;
}

/** A shelf that fetches ahead in the order given, and holds no more than its options say. */
export function createDocumentShelf(options: ShelfOptions): DocumentShelf {
  let queue: string[] = [];
  const ahead = new Map<string, Promise<Uint8Array>>();
  const kept = new Map<string, Uint8Array>();
  let keptBytes = 0;

  function fillUp(): void {
    while (ahead.size < options.concurrency) {
      const locator = queue.shift();
      if (locator === undefined) return;
      if (!kept.has(locator)) start(locator);
    }
  }

  function start(locator: string): Promise<Uint8Array> {
    const document = options.fetch(locator);
    // Its failure belongs to whoever takes it, which may be much later.
    document.catch(() => undefined);
    ahead.set(locator, document);
    return document;
  }

  function keep(locator: string, document: Uint8Array): void {
    if (kept.has(locator) || keptBytes + document.byteLength > options.keepBytes) return;
    kept.set(locator, document);
    keptBytes += document.byteLength;
  }

  return {
    prefetch(locators) {
      const wanted = new Set(locators);
      for (const locator of ahead.keys()) if (!wanted.has(locator)) ahead.delete(locator);
      queue = [...wanted].filter((locator) => !ahead.has(locator));
      fillUp();
    },
    async take(locator) {
      const shelved = kept.get(locator);
      if (shelved !== undefined) return shelved;
      queue = queue.filter((queued) => queued !== locator);
      try {
        const document = await (ahead.get(locator) ?? start(locator));
        keep(locator, document);
        return document;
      } finally {
        ahead.delete(locator);
        fillUp();
      }
    },
  };
}
