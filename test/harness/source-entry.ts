import process from 'node:process';
import { run } from '../../src/cli/entry.ts';

process.exitCode = await run(process);
