import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OFFICIAL_HEADER } from '../../src/finra/columns.ts';
import { parseSource } from '../../src/finra/parse-source.ts';
import { CSV, chunksOf, OFFICIAL, readAll, textOf } from './reading.ts';

const ROW = 'NMS Tier 1|AAPL|Apple Inc. Common Stock|UBS ATS|UBSA|1200|7|2025-12-22';
const CSV_ROW = ROW.replaceAll('|', ',');
const FIELDS = ROW.split('|');

const FORMS = [
  { form: 'finra', header: OFFICIAL, row: ROW },
  { form: 'csv', header: CSV, row: CSV_ROW },
] as const;

describe.each(FORMS)('a file of the $form form', ({ form, header, row }) => {
  it('is told by its header line', async () => {
    const { layout, rows } = await readAll(textOf(header, row));
    expect(layout.form).toBe(form);
    expect(rows.map(({ lineNumber, fields }) => ({ lineNumber, fields }))).toEqual([{ lineNumber: 2, fields: FIELDS }]);
  });

  it.each([
    ['a byte order mark', `\uFEFF${header}\n${row}\n${row}\n`, [2, 3]],
    ['CRLF line ends', `${header}\r\n${row}\r\n${row}\r\n`, [2, 3]],
    ['both kinds of line ends', `${header}\n${row}\r\n${row}\n`, [2, 3]],
    ['no line end on the last line', `${header}\n${row}\n${row}`, [2, 3]],
    ['blank lines before the header', `\n \r\n${header}\n${row}\n${row}\n`, [4, 5]],
    ['blank lines between rows', `${header}\n\n${row}\n  \n\r\n${row}\n`, [3, 6]],
    ['blank lines at the end', `${header}\n${row}\n${row}\n\n  `, [2, 3]],
  ])('may have %s', async (_, text, lineNumbers) => {
    const { rows } = await readAll(text);
    expect(rows.map(({ lineNumber, fields }) => ({ lineNumber, fields }))).toEqual(
      lineNumbers.map((lineNumber) => ({ lineNumber, fields: FIELDS })),
    );
  });

  it.each([
    ['too few fields', Buffer.from('OTC'), 'OTC'],
    ['too many fields', Buffer.from(`${row}${row}`), `${row}${row}`],
    ['a byte that is not UTF-8', Buffer.concat([Buffer.from([0xff]), Buffer.from(row)]), `\uFFFD${row}`],
    ['a character cut in two', Buffer.from([...Buffer.from(row), 0xe2, 0x82]), `${row}\uFFFD`],
    ['a NUL character', Buffer.from(`${row}\0`), `${row}\0`],
  ])('keeps a row with %s as malformed, with its line and text, and goes on', async (_, line, text) => {
    const file = Buffer.concat([Buffer.from(`${header}\n${row}\n`), line, Buffer.from(`\r\n${row}\n`)]);
    const { rows } = await readAll(file);
    expect(rows.map(({ fields }) => fields)).toEqual([FIELDS, null, FIELDS]);
    expect(rows[1]).toEqual({ lineNumber: 3, fields: null, text });
  });

  it('does not take a replacement character that was sent for damage', async () => {
    const sent = row.replace('Apple', '\uFFFDpple');
    const { rows } = await readAll(Buffer.concat([Buffer.from(textOf(header, sent)), Buffer.from([0xff, 0x0a])]));
    expect(rows.map(({ fields }) => fields?.[2])).toEqual(['\uFFFDpple Inc. Common Stock', undefined]);
  });

  it('is truncated when its last line has too few fields and no line end', async () => {
    const cut = row.slice(0, row.indexOf('1200'));
    await expect(readAll(`${header}\n${row}\n${cut}`)).rejects.toMatchObject({
      code: 'truncated_file',
      message: 'the file is cut off: line 3, the last, has 6 of 8 fields and no line end',
      transient: false,
    });
    expect((await readAll(`${header}\n${row}\n${cut}\n`)).rows[1]).toEqual({ lineNumber: 3, fields: null, text: cut });
  });

  it.each([
    ['only a header', `${header}\n`],
    ['a header without a line end', header],
    ['a header and blank lines', `${header}\r\n\r\n  \n`],
  ])('has no rows when it holds %s', async (_, text) => {
    await expect(readAll(text)).rejects.toMatchObject({ code: 'no_rows' });
  });

  it('is refused for more than 100,000 malformed rows, at once and wherever they stand', async () => {
    const most = [row, ...Array<string>(50_000).fill('x'), row, ...Array<string>(50_000).fill('x'), row];
    const { rows } = await readAll(textOf(header, ...most));
    expect(rows.filter(({ fields }) => fields === null)).toHaveLength(100_000);

    async function* endless() {
      yield Buffer.from(textOf(header, ...most));
      for (;;) yield Buffer.from('x\n'.repeat(1000));
    }
    const refused = await parseSource(endless());
    const drained = async () => {
      for await (const _batch of refused.rows);
    };
    await expect(drained()).rejects.toMatchObject({
      code: 'too_many_malformed_rows',
      message: "more than 100000 rows cannot be split into the header's columns, the first on line 3",
      transient: false,
    });
  });

  it('gives the same rows however its bytes are cut into chunks', async () => {
    const lines = fc.array(
      fc.oneof(
        fc.constant(row),
        fc.constant(''),
        fc.string({ unit: fc.constantFrom('|', ',', '"', 'a', ' ', '\r', 'é', '\uFFFD', '\0'), maxLength: 24 }),
      ),
      { maxLength: 12 },
    );
    const ends = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(lines, ends, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (body, end, size, damage) => {
        const bytes = Buffer.from([header, row, ...body, ''].join(end));
        if (damage) bytes[Math.floor(bytes.length / 2)] = 0xc3;
        expect(await outcome(bytes, size)).toEqual(await outcome(bytes, bytes.length));
      }),
      { numRuns: 150 },
    );
  });
});

describe('parseSource', () => {
  it.each([
    ['no bytes', ''],
    ['only a byte order mark', '\uFEFF'],
    ['only blank lines', '\n \r\n\n'],
  ])('calls a file with %s empty', async (_, text) => {
    await expect(readAll(text)).rejects.toMatchObject({ code: 'empty_file' });
  });

  it.each([
    [
      'UTF-16, little endian',
      Buffer.from(`\uFEFF${OFFICIAL}\n${ROW}\n`, 'utf16le'),
      'the file is UTF-16 text, not UTF-8',
    ],
    [
      'UTF-16, big endian',
      Buffer.from(`\uFEFF${OFFICIAL}\n`, 'utf16le').swap16(),
      'the file is UTF-16 text, not UTF-8',
    ],
    ['compressed', Buffer.from('1f8b0800000000000003', 'hex'), 'the header line is not UTF-8 text'],
    ['made of NULs', Buffer.alloc(64), 'the header line is not UTF-8 text'],
  ])('refuses a file that is %s', async (_, bytes, message) => {
    await expect(readAll(bytes)).rejects.toMatchObject({ code: 'not_utf8', message });
  });

  it('reads batch after batch, so that a large file is never held whole', async () => {
    const { rows } = await parseSource(chunksOf(textOf(OFFICIAL, ...Array<string>(20_000).fill(ROW)), 1 << 20));
    const sizes: number[] = [];
    for await (const batch of rows) sizes.push(batch.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20_000);
    expect(Math.max(...sizes)).toBeLessThan(4_096);
  });

  it('refuses a line that never ends, long before it fills the memory', async () => {
    let chunks = 0;
    async function* endless() {
      yield Buffer.from(`${OFFICIAL}\n`);
      for (;;) {
        chunks++;
        yield Buffer.alloc(64 * 1024, 'x');
      }
    }
    const { rows } = await parseSource(endless());
    const drained = async () => {
      for await (const batch of rows) expect(batch).toEqual([]);
    };
    await expect(drained()).rejects.toMatchObject({
      code: 'line_too_long',
      message: `the line that starts at byte ${OFFICIAL.length + 1} is longer than 1048576 bytes`,
    });
    expect(chunks).toBe(17);
  });

  it('refuses a file that goes on with blank lines where its header should be', async () => {
    await expect(parseSource(chunksOf('\n'.repeat(2 ** 21), 1 << 16))).rejects.toMatchObject({ code: 'no_header' });
  });

  it('gives way in blank lines too, with batches of no row', async () => {
    const { rows } = await parseSource(chunksOf(`${OFFICIAL}\n${'\n'.repeat(2 ** 20)}${ROW}\n`, 1 << 16));
    const sizes: number[] = [];
    for await (const batch of rows) sizes.push(batch.length);
    expect(sizes.length).toBeGreaterThan(4);
    expect(sizes.at(-1)).toBe(1);
  });

  it.each([
    ['the header is refused', 'a|b\n', false],
    ['a row is refused', `${OFFICIAL}\n${ROW}\nOTC`, true],
    ['the reader stops early', `${OFFICIAL}\n${ROW}\n${ROW}\n`, true],
  ])('closes its source when %s', async (_, text, reachesRows) => {
    let closed = false;
    async function* closing() {
      try {
        yield* chunksOf(text, 8);
      } finally {
        closed = true;
      }
    }
    const reading = parseSource(closing());
    if (reachesRows) {
      const { rows } = await reading;
      await (async () => {
        for await (const _batch of rows) break;
      })().catch(() => undefined);
    } else {
      await expect(reading).rejects.toMatchObject({ code: 'missing_columns' });
    }
    expect(closed).toBe(true);
  });

  it('passes on an error of the source', async () => {
    async function* failing() {
      yield Buffer.from(textOf(OFFICIAL, ROW));
      throw new Error('the disk is on fire');
    }
    const { rows } = await parseSource(failing());
    const batches = rows[Symbol.asyncIterator]();
    expect((await batches.next()).value).toHaveLength(1);
    await expect(batches.next()).rejects.toThrow('the disk is on fire');
  });

  it('loses no line: every line that is not blank is a row', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ' ', '.', 'ü') });
    const line = fc.array(field, { minLength: 1, maxLength: 10 }).map((fields) => fields.join('|'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        const { rows } = await readAll(textOf(OFFICIAL, ROW, ...lines));
        expect(rows.length).toBe(1 + lines.filter((text) => text.trim() !== '').length);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps no text for official rows, since their fields rebuild it', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', '#', 'ß', '\r') });
    const fields = fc.array(field, { minLength: OFFICIAL_HEADER.length, maxLength: OFFICIAL_HEADER.length });
    const line = fields.map((texts) => `x${texts.join('|')}`.replace(/\r+$/, ''));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), async (lines) => {
        const { layout, rows } = await readAll(textOf(OFFICIAL, ...lines));
        expect(layout.rebuildable).toBe(true);
        expect(rows.map(({ text, fields: read }) => [text, read?.join('|')])).toEqual(
          lines.map((text) => [null, text]),
        );
      }),
      { numRuns: 100 },
    );
  });
});

/** Rows or the code of the failure: what a file's outcome may depend on its bytes for, and on nothing else. */
async function outcome(bytes: Buffer, chunkBytes: number): Promise<unknown> {
  return readAll(bytes, chunkBytes).catch((error: { code?: string }) => {
    if (error.code === undefined) throw error;
    return error.code;
  });
}
