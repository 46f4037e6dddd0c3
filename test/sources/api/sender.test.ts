import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { HttpReply } from '../../../src/sources/api/http.ts';
import { createPacer } from '../../../src/sources/api/pacer.ts';
import { createSender, type Sender } from '../../../src/sources/api/sender.ts';

const TIMEOUT_MS = 30_000;

const REQUEST = { method: 'GET', url: 'http://127.0.0.1/', headers: {} } as const;

/** A sender whose server answers `statuses` in turn, then 200, and whose time passes by hand. */
function scene(statuses: readonly number[], retryAfter: string) {
  const sentAt: number[] = [];
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  let now = 0;
  const sender: Sender = createSender({
    pacer: createPacer(10),
    clock: { now: () => new Date(now) },
    random: () => 0,
    signal: new AbortController().signal,
    timeoutMs: TIMEOUT_MS,
    maxTries: 5,
    userAgent: 'test',
    transport: async () => {
      sentAt.push(now);
      return reply(statuses[sentAt.length - 1] ?? 200, retryAfter);
    },
    sleep: (ms) => new Promise((wake) => void sleepers.add({ until: now + ms, wake })),
  });
  return {
    sender,
    sentAt,
    async advance(ms: number) {
      const until = now + ms;
      await setImmediate();
      for (let next = earliest(until); next !== undefined; next = earliest(until)) {
        sleepers.delete(next);
        now = next.until;
        next.wake();
        await setImmediate();
      }
      now = until;
    },
  };

  function earliest(until: number) {
    return [...sleepers].sort((a, b) => a.until - b.until).find((sleeper) => sleeper.until <= until);
  }
}

function reply(status: number, retryAfter: string): HttpReply {
  return { status, header: (name) => (name === 'retry-after' ? retryAfter : null), body: nothing() };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

it('spaces requests, however many are sent at once', async () => {
  const { sender, sentAt, advance } = scene([], '');
  const answers = Promise.all([1, 2, 3].map(() => sender(REQUEST, 'it', 1000)));
  await advance(1000);
  await answers;
  expect(sentAt).toEqual([0, 100, 200]);
});

it('holds every request back while one is asked to wait, those that had their turn too', async () => {
  const { sender, sentAt, advance } = scene([429], '10');
  const answers = Promise.all([1, 2].map(() => sender(REQUEST, 'it', 1000)));
  await advance(9_999);
  expect(sentAt).toEqual([0]);
  await advance(1_001);
  await answers;
  expect(sentAt[1]).toBeGreaterThanOrEqual(10_000);
  expect(sentAt).toHaveLength(3);
});

it('sends nothing while the server wants to be left alone for longer than a run waits', async () => {
  const { sender, sentAt, advance } = scene([429], '600');
  await expect(sender(REQUEST, 'it', 1000)).rejects.toMatchObject({ code: 'throttled', transient: true });
  await advance(599_000);
  await expect(sender(REQUEST, 'it', 1000)).rejects.toThrow('wants no request for now');
  await advance(1_000);
  expect((await sender(REQUEST, 'it', 1000)).status).toBe(200);
  expect(sentAt).toEqual([0, 600_000]);
});

it('sends nothing of what was waiting for its turn either', async () => {
  const { sender, sentAt, advance } = scene([429], '3600');
  const outcomes = Promise.allSettled([1, 2, 3].map((which) => sender(REQUEST, `request ${which}`, 1000)));
  await advance(1_000);
  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: { message: 'request 1 answered HTTP 429, asking to wait 3600 s, after 1 try' } },
    { status: 'rejected', reason: { code: 'throttled', message: expect.stringContaining('request 2 was not asked') } },
    { status: 'rejected', reason: { code: 'throttled', message: expect.stringContaining('request 3 was not asked') } },
  ]);
  expect(sentAt).toEqual([0]);
});

it.each(['99999999999999980000', '86400', 'Fri, 31 Dec 9999 23:59:59 GMT', '9'.repeat(400)])(
  'hears a wish to wait for a day or more as that: %s',
  async (wish) => {
    const { sender, advance } = scene([429], wish);
    await expect(sender(REQUEST, 'it', 1000)).rejects.toThrow(
      'it answered HTTP 429, asking to wait a day or more, after 1 try',
    );
    await advance(24 * 60 * 60 * 1000);
    expect((await sender(REQUEST, 'it', 1000)).status).toBe(200);
  },
);
