import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

describe('an output that is a file or a pipe', () => {
  it('has every text at once, in the order they were written', () => {
    const { output, text } = fileOutput();
    output.write('first\n');
    output.write('sécond\n');
    expect(text()).toBe('first\nsécond\n');
  });

  it('waits for the reader of a full pipe that does not block', () => {
    const pipe = writing(['EAGAIN', 'EAGAIN'], 5);
    const { output, faults } = fileOutput(pipe);
    output.write('a long line of text\n');
    expect(pipe.text()).toBe('a long line of text\n');
    expect(faults).toEqual([]);
  });

  it.each(['ENOSPC', 'EPIPE', 'EIO'])('tells of %s, and writes what can be written after it', (code) => {
    const disk = writing([code], 100);
    const { output, faults } = fileOutput(disk);
    output.write('lost\n');
    output.write('kept\n');
    expect(faults).toEqual([code]);
    expect(disk.text()).toBe('kept\n');
  });
});

describe('an output that is a device', () => {
  it('is Node’s stream of it, as wide as that is, and settles when that has written', async () => {
    const descriptor = openSync('/dev/null', 'w');
    onTestFinished(() => closeSync(descriptor));
    const written: string[] = [];
    const listeners: Array<(error: NodeJS.ErrnoException) => void> = [];
    const stream = {
      isTTY: true,
      columns: 40,
      on: (_event: string, listener: (error: NodeJS.ErrnoException) => void) => listeners.push(listener),
      write: (text: string, done?: () => void) => {
        written.push(text);
        done?.();
      },
    };
    const faults: unknown[] = [];
    const output = openOutput({
      descriptor,
      stream: () => stream as unknown as NodeJS.WriteStream,
      onFault: (error) => faults.push(error.code),
    });
    expect(output).toMatchObject({ isTTY: true, columns: 40 });
    stream.columns = 80;
    expect(output.columns).toBe(80);
    output.write('shown');
    await output.settled();
    expect(written).toEqual(['shown', '']);
    for (const listener of listeners) listener(Object.assign(new Error('EIO'), { code: 'EIO' }));
    expect(faults).toEqual(['EIO']);
  });
});
