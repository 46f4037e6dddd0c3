import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openOutput } from '../../src/cli/output.ts';
import { createWorkspace } from '../harness/workspace.ts';

const noStream = () => {
  throw new Error('no stream of Node’s is needed');
};

function fileOutput(parts: { write?: (descriptor: number, bytes: Uint8Array) => number } = {}) {
  const path = join(createWorkspace().dir, 'output');
  const descriptor = openSync(path, 'w');
  onTestFinished(() => closeSync(descriptor));
  const faults: unknown[] = [];
  const output = openOutput({ descriptor, stream: noStream, onFault: (error) => faults.push(error.code), ...parts });
  return { output, faults, text: () => readFileSync(path, 'utf8') };
}

/** A write that goes wrong with each of `codes`, then takes `most` bytes at a time. */
function writing(codes: readonly string[], most: number) {
  const left = [...codes];
  const written: number[] = [];
  return {
    text: () => Buffer.from(written).toString(),
    write(_descriptor: number, bytes: Uint8Array): number {
      const code = left.shift();
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      written.push(...bytes.subarray(0, most));
      return Math.min(most, bytes.length);
    },
  };
}

describe('an output that is a file', () => {
  it('has every text at once, in the order they were written', () => {
    const { output, text } = fileOutput();
    output.write('first\n');
    output.write('sécond\n');
    expect(text()).toBe('first\nsécond\n');
  });

  it('has the whole of a text that the system takes in parts', () => {
    const disk = writing([], 5);
    const { output, faults } = fileOutput(disk);
    output.write('a long line of text\n');
    expect(disk.text()).toBe('a long line of text\n');
    expect(faults).toEqual([]);
  });

  it.each(['ENOSPC', 'EFBIG', 'EIO'])('tells of %s, and writes what can be written after it', (code) => {
    const disk = writing([code], 100);
    const { output, faults } = fileOutput(disk);
    output.write('lost\n');
    output.write('kept\n');
    expect(faults).toEqual([code]);
    expect(disk.text()).toBe('kept\n');
  });
});

describe('an output that is something else', () => {
  it('is Node’s stream of it, as wide as that is', () => {
    const terminal = streamed({ isTTY: true, columns: 40 });
    expect(terminal.output).toMatchObject({ isTTY: true, columns: 40 });
    terminal.stream.columns = 80;
    expect(terminal.output.columns).toBe(80);
    terminal.output.write('shown');
    expect(terminal.written).toEqual(['shown']);
    terminal.fail('EIO');
    expect(terminal.faults).toEqual(['EIO']);
  });

  it('settles when all is written, and has nothing written for that where nothing is under way', async () => {
    const pipe = streamed({});
    await pipe.output.settled();
    pipe.output.write('read at once');
    await pipe.output.settled();
    expect(pipe.written).toEqual(['read at once']);

    pipe.stream.writableLength = 12;
    let settled = false;
    const settling = pipe.output.settled().then(() => {
      settled = true;
    });
    await nextTurn();
    expect(settled).toBe(false);
    pipe.drain();
    await settling;
  });
});

/** An output over a stream that takes what it is given, and tells of it when it is drained. */
function streamed(facts: { isTTY?: boolean; columns?: number }) {
  const descriptor = openSync('/dev/null', 'w');
  onTestFinished(() => closeSync(descriptor));
  const [written, faults]: [string[], unknown[]] = [[], []];
  const listeners: Array<(error: NodeJS.ErrnoException) => void> = [];
  const waiting: Array<() => void> = [];
  const stream = {
    ...facts,
    writableLength: 0,
    on(_event: string, listener: (error: NodeJS.ErrnoException) => void) {
      listeners.push(listener);
      return stream;
    },
    write(text: string, done?: () => void) {
      written.push(text);
      if (done !== undefined) waiting.push(done);
    },
  };
  const output = openOutput({
    descriptor,
    stream: () => stream as unknown as NodeJS.WriteStream,
    onFault: (error) => faults.push(error.code),
  });
  const fail = (code: string) => {
    for (const listener of listeners) listener(Object.assign(new Error(code), { code }));
  };
  const drain = () => {
    for (const done of waiting) done();
  };
  return { output, stream, written, faults, fail, drain };
}
