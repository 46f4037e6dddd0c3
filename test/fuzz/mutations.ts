import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { brokenDir, FORMS, formDir } from '../generator/fixture-paths.ts';

/** Changes that make a file of `bytes` worse. Positions are fractions of its length, so that they shrink with it. */
type Mutation = (bytes: Buffer) => Buffer;

const NASTY = [
  '"',
  '""',
  '|',
  ',',
  '\n',
  '\r',
  '\r\n\r\n',
  '\0',
  '\ufeff',
  '\u202e',
  '\u2028',
  '-',
  '+5',
  '1e5',
  '1,500',
  '0.0000001',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999999999',
  'NaN',
  "'; DROP TABLE core_captures; --",
  '=1+1',
].map((text) => Buffer.from(text));
const NOT_TEXT = [Buffer.of(0xff), Buffer.of(0xc3), Buffer.of(0xed, 0xa0, 0x80), Buffer.of(0xff, 0xfe)];

// Without fast-check's liking for the ends: most damage would be done to the header, which then hides all other.
const fraction = fc.noBias(fc.integer({ min: 0, max: 1_000_000 })).map((millionths) => millionths / 1_000_000);
const byte = fc.nat(255).map((value) => Buffer.of(value));
const text = fc.constantFrom(...NASTY, ...NOT_TEXT);
const span = fc
  .tuple(fraction, fc.constantFrom(0.001, 0.01, 0.1, 0.5))
  .map(([from, share]) => [from, from + share] as const);

const byteReplaced = fc.tuple(fraction, byte).map(
  ([at, one]): Mutation =>
    (bytes) =>
      splice(bytes, at, 1, one),
);
const textInserted = fc.tuple(fraction, text).map(
  ([at, nasty]): Mutation =>
    (bytes) =>
      splice(bytes, at, 0, nasty),
);
const endCut = fraction.map(
  (at): Mutation =>
    (bytes) =>
      bytes.subarray(0, offset(bytes, at)),
);
const middleCut = span.map(
  ([from, to]): Mutation =>
    (bytes) =>
      joinedBytes(bytes, [0, from], [to, 1]),
);
const middleDoubled = span.map(
  ([from, to]): Mutation =>
    (bytes) =>
      joinedBytes(bytes, [0, to], [from, 1]),
);
const linesShuffled = fc.array(fraction, { minLength: 2, maxLength: 60 }).map(
  (keys): Mutation =>
    (bytes) =>
      shuffled(bytes, keys),
);
const lineMoved = fc.tuple(fraction, fraction).map(
  ([from, to]): Mutation =>
    (bytes) =>
      movedLine(bytes, from, to),
);
const rewritten = fc.constantFrom<Mutation>(
  (bytes) => latin1(latin1Of(bytes).replaceAll('|', ',')),
  (bytes) => latin1(latin1Of(bytes).replaceAll('\n', '\r\n')),
  (bytes) => latin1(latin1Of(bytes).replaceAll(',', '","')),
  (bytes) => Buffer.from(latin1Of(bytes), 'utf16le'),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 5, arbitrary: byteReplaced },
  { weight: 5, arbitrary: textInserted },
  { weight: 2, arbitrary: endCut },
  { weight: 3, arbitrary: middleCut },
  { weight: 3, arbitrary: middleDoubled },
  { weight: 2, arbitrary: linesShuffled },
  { weight: 2, arbitrary: lineMoved },
  { weight: 1, arbitrary: rewritten },
);

/** The files of every form, and some that are broken already. */
const BASES: readonly Buffer[] = [
  ...FORMS.map(formDir),
  ...(['two_files', 'malformed_rows'] as const).map(brokenDir),
].flatMap((dir) => readdirSync(dir).map((name) => readFileSync(join(dir, name))));

/** A file such as FINRA might send after an accident: a real one with bytes flipped, cut, doubled or moved; or noise. */
export const damagedFile: fc.Arbitrary<Buffer> = fc
  .oneof(
    {
      weight: 19,
      arbitrary: fc
        .tuple(fc.constantFrom(...BASES), fc.array(mutation, { minLength: 1, maxLength: 4 }))
        .map(([base, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), base)),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
  )
  .map(readable);

// A counterexample is told as text, not as numbers.
function readable(bytes: Buffer): Buffer {
  const text = () => JSON.stringify(bytes.toString('latin1'));
  return Object.assign(Buffer.from(bytes), { [fc.toStringMethod]: text });
}

function offset(bytes: Buffer, at: number): number {
  return Math.min(bytes.length, Math.floor(at * bytes.length));
}

function splice(bytes: Buffer, at: number, remove: number, insert: Buffer): Buffer {
  const start = offset(bytes, at);
  return Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]);
}

function joinedBytes(bytes: Buffer, ...spans: ReadonlyArray<readonly [from: number, to: number]>): Buffer {
  return Buffer.concat(spans.map(([from, to]) => bytes.subarray(offset(bytes, from), offset(bytes, to))));
}

// The header stays where it is; `lineMoved` moves it now and then.
function shuffled(bytes: Buffer, keys: readonly number[]): Buffer {
  const [header = '', ...lines] = latin1Of(bytes).split('\n');
  const keyed = lines.map((line, index) => ({ line, key: keys[index % keys.length] ?? 0 }));
  return latin1([header, ...keyed.sort((a, b) => a.key - b.key).map(({ line }) => line)].join('\n'));
}

function movedLine(bytes: Buffer, from: number, to: number): Buffer {
  const lines = latin1Of(bytes).split('\n');
  const [line = ''] = lines.splice(Math.floor(from * (lines.length - 1)), 1);
  lines.splice(Math.floor(to * lines.length), 0, line);
  return latin1(lines.join('\n'));
}

// One character a byte, so that any bytes can be cut into lines and put together again.
function latin1Of(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function latin1(characters: string): Buffer {
  return Buffer.from(characters, 'latin1');
}
