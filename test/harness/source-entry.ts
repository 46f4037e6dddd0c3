import process from 'node:process';
import { run } from '../../src/cli/entry.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort(signal));

process.exitCode = await run(process, interrupted.signal, (stack) => stack);
