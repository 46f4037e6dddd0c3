import { fstatSync, writeSync } from 'node:fs';
import type { OutputStream } from './main.ts';

/** stdout or stderr of the process. */
export interface Output extends OutputStream {
  /** Resolves when everything is written, or cannot be. */
  settled(): Promise<void>;
}

/** What an output is made of. */
export interface OutputParts {
  readonly descriptor: number;
  /** Node's own stream of that descriptor. */
  readonly stream: () => NodeJS.WriteStream;
  /** Told of every text that cannot be written. */
  readonly onFault: (error: NodeJS.ErrnoException) => void;
  readonly write?: (descriptor: number, bytes: Uint8Array) => number;
}

/**
 * Opens an output. A terminal is Node's own stream, which knows how wide it is; a file or a pipe is written to directly,
 * since Node's streams of these take 2 ms to make, of every run.
 */
export function openOutput({ descriptor, stream, onFault, write = writeSync }: OutputParts): Output {
  if (fstatSync(descriptor).isCharacterDevice()) return deviceOutput(stream(), onFault);
  return {
    write(text) {
      try {
        writeAll(descriptor, Buffer.from(text), write);
      } catch (error) {
        onFault(error as NodeJS.ErrnoException);
      }
    },
    settled: async () => {},
  };
}

function deviceOutput(stream: NodeJS.WriteStream, onFault: OutputParts['onFault']): Output {
  stream.on('error', onFault);
  return {
    isTTY: stream.isTTY,
    // Asked anew each time: windows are resized.
    get columns() {
      return stream.columns;
    },
    write: (text) => stream.write(text),
    settled: () => new Promise((resolve) => stream.write('', () => resolve())),
  };
}

function writeAll(descriptor: number, bytes: Uint8Array, write: Required<OutputParts>['write']): void {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(write(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      waitForReader();
    }
  }
}

// A full pipe that whoever started the process made non-blocking.
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
