import { fstatSync, writeSync } from 'node:fs';
import type { OutputStream } from './main.ts';

/** stdout or stderr of the process. */
export interface Output extends OutputStream {
  /** Resolves when everything is written, or cannot be: with a pipe whose reader stands still, not before that goes on. */
  settled(): Promise<void>;
}

/** What an output is made of. */
export interface OutputParts {
  readonly descriptor: number;
  /** Node's own stream of that descriptor. */
  readonly stream: () => NodeJS.WriteStream;
  /** Told of what cannot be written. */
  readonly onFault: (error: NodeJS.ErrnoException) => void;
  readonly write?: (descriptor: number, bytes: Uint8Array) => number;
}

/** Opens an output, whatever is behind its descriptor. */
export function openOutput({ descriptor, stream, onFault, write = writeSync }: OutputParts): Output {
  const kind = fstatSync(descriptor);
  if (kind.isFile()) return fileOutput((bytes) => write(descriptor, bytes), onFault);
  return streamOutput(stream, kind.isCharacterDevice(), onFault);
}

// Node's own stream of a file takes a part of a text for all of it, as where a disk is full after that part.
function fileOutput(write: (bytes: Uint8Array) => number, onFault: OutputParts['onFault']): Output {
  return {
    write(text) {
      try {
        for (let rest: Uint8Array = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(write(rest));
      } catch (error) {
        onFault(error as NodeJS.ErrnoException);
      }
    },
    settled: async () => {},
  };
}

// Made when it is first needed, for it takes a millisecond. What a slow reader has not taken yet waits in it, so that a run
// goes on to its end.
function streamOutput(
  makeStream: OutputParts['stream'],
  mayBeTerminal: boolean,
  onFault: OutputParts['onFault'],
): Output {
  let made: NodeJS.WriteStream | null = null;
  const stream = () => {
    made ??= makeStream().on('error', onFault);
    return made;
  };
  return {
    get isTTY() {
      return mayBeTerminal && stream().isTTY === true;
    },
    // Asked anew each time: windows are resized.
    get columns() {
      return mayBeTerminal ? stream().columns : undefined;
    },
    write: (text) => stream().write(text),
    settled: () =>
      made === null || made.writableLength === 0
        ? Promise.resolve()
        : new Promise((resolve) => made?.write('', () => resolve())),
  };
}
