import { describe, expect, it } from 'vitest';
import { manyRows } from '../../stand-in/api-rows.ts';
import type { Fault, SeenRequest } from '../../stand-in/faults.ts';
import { stage, T1_LOCATOR } from './stage.ts';

const OTHER_LOCATOR = 'finra-api:weeklySummary:2025-12-08:T1';

const ROWS = [...manyRows(25), ...manyRows(25, { weekStartDate: '2025-12-08' })];

const isPage = (request: SeenRequest) => request.path.includes('/data/');

const isOfWeek = (week: string) => (request: SeenRequest) =>
  isPage(request) && JSON.stringify(request.body).includes(week);

const MB = 1024 * 1024;

async function calm(): Promise<string> {
  const { standIn, read } = await stage();
  standIn.publish(ROWS);
  return read();
}

describe('faults that pass', () => {
  const passing: [string, Fault, number][] = [
    ['one 503', { kind: 'status', status: 503 }, 1],
    ['a few 504 of the network in front', { kind: 'status', status: 504, body: '<html>Gateway Timeout</html>' }, 4],
    ['a 500', { kind: 'status', status: 500 }, 2],
    ['a 429 without a wish', { kind: 'status', status: 429 }, 1],
    ['a 429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 1],
    ['a connection that hangs', { kind: 'hang' }, 1],
    ['a body that is cut', { kind: 'cut' }, 2],
    ['a body that only drips', { kind: 'drip' }, 1],
  ];

  it.each(passing)('reads the same bytes after %s', async (_name, fault, times) => {
    const { standIn, read } = await stage({ pageRows: 10 });
    standIn.publish(ROWS);
    standIn.fault({ fault, times, when: isOfWeek('2025-12-15') });
    expect(await read()).toBe(await calm());
    expect(standIn.requests).toHaveLength(3 + times);
  });

  it('waits longer after each try, jittered, and never less than half of the plan', async () => {
    const { standIn, read, time } = await stage();
    standIn.publish(ROWS);
    standIn.fault({ fault: { kind: 'status', status: 503 }, times: 4 });
    await read();
    const waits = time.slept.filter((ms) => ms >= 500);
    expect(waits).toHaveLength(4);
    for (const [index, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(ms).toBeLessThan(1500 * 2 ** index);
    }
  });

  it.each([
    ['seconds', () => '45'],
    ['a date', (now: number) => new Date(now + 45_000).toUTCString()],
  ])('waits as long as Retry-After asks for in %s', async (_name, header) => {
    const { standIn, read, time } = await stage();
    standIn.publish(ROWS);
    const wish = { 'retry-after': header(time.clock.now().getTime()) };
    standIn.fault({ fault: { kind: 'status', status: 429, headers: wish } });
    await read();
    const [first, second] = standIn.requests.map((request) => request.at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(44_000);
  });
});

describe('faults that last', () => {
  const lasting: [string, Fault, string, boolean][] = [
    ['503', { kind: 'status', status: 503 }, 'http_status', true],
    ['504', { kind: 'status', status: 504 }, 'http_status', true],
    ['429', { kind: 'status', status: 429 }, 'throttled', true],
    ['a hanging connection', { kind: 'hang' }, 'timeout', true],
    ['a cut body', { kind: 'cut' }, 'network_error', true],
    ['a slow drip', { kind: 'drip' }, 'timeout', true],
    [
      'a maintenance page',
      {
        kind: 'status',
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><html>Down</html>',
      },
      'not_data',
      false,
    ],
    [
      'a maintenance page of one sentence',
      { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: 'Down' },
      'not_data',
      false,
    ],
    [
      'a page of HTML that calls itself text',
      { kind: 'status', status: 200, body: '\n<html>Down</html>' },
      'not_data',
      false,
    ],
    ['a sentence in place of rows', { kind: 'status', status: 200, body: 'Service is down' }, 'not_data', false],
    [
      'an object in place of rows',
      { kind: 'status', status: 200, headers: { 'content-type': 'application/json' }, body: '{"message":"no"}' },
      'not_data',
      false,
    ],
    [
      'broken JSON',
      { kind: 'status', status: 200, headers: { 'content-type': 'application/json' }, body: '[{"MPID":' },
      'not_data',
      false,
    ],
    ['broken text', { kind: 'status', status: 200, body: '"MPID","issueName"\n"A","B"C"\n' }, 'not_data', false],
    [
      'text of another encoding',
      { kind: 'status', status: 200, headers: { 'content-type': 'text/plain;charset=US-LATIN-9' }, body: '"MPID"\n' },
      'not_data',
      false,
    ],
    [
      'rows without their fields',
      { kind: 'status', status: 200, headers: { 'record-total': '1' }, body: '"MPID","issueName"\n"A","B"\n' },
      'missing_columns',
      false,
    ],
    ['a refusal', { kind: 'status', status: 400, body: 'Field is not part of the dataset' }, 'http_status', false],
    [
      'a redirect',
      { kind: 'status', status: 302, headers: { location: 'https://elsewhere.example/' } },
      'http_status',
      false,
    ],
    ['a request for credentials', { kind: 'status', status: 401 }, 'unauthorised', false],
  ];

  it.each(lasting)('fails the partition for %s, and no other', async (_name, fault, code, transient) => {
    const { standIn, source, read } = await stage();
    standIn.publish(ROWS);
    standIn.fault({ fault, times: 1000, when: isOfWeek('2025-12-15') });
    source.prefetch([T1_LOCATOR, OTHER_LOCATOR]);
    await expect(read(T1_LOCATOR)).rejects.toMatchObject({ name: 'PartitionError', code, transient });
    expect((await read(OTHER_LOCATOR)).split('\n')).toHaveLength(27);
  });

  const json = { 'content-type': 'application/json' };
  it.each([
    ['text without a header line', {}, 'Service temporarily unavailable', 'Service temporarily unavailable'],
    ['an object', json, '{"message":"no"}', '{"message":"no"}'],
    ['a list of something else', json, '[{"message":"no"}]', '[{"message":"no"}]'],
    ['JSON that is cut off', json, '[{"MPID":"UBSA"},', 'broken JSON: Unexpected end of JSON input'],
    ['JSON with a flaw', json, `[{"MPID":"UBSA"},${' '.repeat(200)}{"MPID":"SGMT" 7}]`, 'broken JSON: .* position 232'],
  ])('says what came in place of rows, or where they break: %s', async (_name, headers, body, said) => {
    const { standIn, read } = await stage();
    standIn.fault({ fault: { kind: 'status', status: 200, headers, body }, times: 9 });
    const error: unknown = await read().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'not_data', transient: false });
    expect((error as Error).message).toMatch(
      new RegExp(`^FINRA's weeklySummary answered with something that is not data: ${said.replace(/[[{]/g, '\\$&')}`),
    );
  });

  it('gives up after five tries of what may pass, and after one of what will not', async () => {
    const { standIn, read } = await stage();
    standIn.fault({ fault: { kind: 'status', status: 503 }, times: 5 });
    await expect(read()).rejects.toThrow('answered HTTP 503, after 5 tries');
    expect(standIn.requests).toHaveLength(5);
    standIn.fault({ fault: { kind: 'status', status: 400, body: 'no such\nfield' }, times: 5 });
    await expect(read()).rejects.toThrow("FINRA's weeklySummary answered HTTP 400: no such field");
    expect(standIn.requests).toHaveLength(6);
  });

  it('leaves a wish to wait for an hour to a later attempt', async () => {
    const { standIn, read, time } = await stage();
    standIn.fault({ fault: { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } });
    await expect(read()).rejects.toMatchObject({ code: 'throttled', transient: true });
    expect(time.slept).toEqual([]);
    await expect(read(OTHER_LOCATOR)).rejects.toMatchObject({ code: 'throttled', transient: true });
    expect(standIn.requests).toHaveLength(1);
  });

  it('reads a partition again on its next opening when the first failed', async () => {
    const { standIn, read } = await stage();
    standIn.publish(ROWS);
    standIn.fault({ fault: { kind: 'status', status: 400 } });
    await expect(read()).rejects.toThrow();
    expect((await read()).split('\n')).toHaveLength(27);
  });

  it('fails a partition that is larger than it may be', async () => {
    const { standIn, read } = await stage({ pageRows: 10 }, { maxBytes: 3000 });
    standIn.publish(ROWS);
    await expect(read()).rejects.toMatchObject({ code: 'too_large', transient: false });
  });

  it.each([
    ['blanks', ' ', 33 * MB],
    ['rows', '"S0000","UBSA"\n', 33 * MB],
    ['one word', 'x', 33 * MB],
    ['blank lines', '\n', MB],
    ['marks', '[', 3 * MB],
    ['figures', '1,', 5 * MB],
  ])('fails a partition for an answer that is larger than any of FINRA: %s', async (_name, part, size) => {
    const { standIn, read } = await stage();
    const body = `"MPID","issueName"\n${part.repeat(size / part.length)}`;
    standIn.fault({ fault: { kind: 'status', status: 200, headers: { 'record-total': '5' }, body } });
    await expect(read()).rejects.toMatchObject({ code: 'too_large', transient: false });
    expect(standIn.requests).toHaveLength(1);
  });

  it('says that the API cannot be reached', async () => {
    const { standIn, read } = await stage();
    await standIn.close();
    await expect(read()).rejects.toMatchObject({
      code: 'network_error',
      transient: true,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
