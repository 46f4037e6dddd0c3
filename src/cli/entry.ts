import { setImmediate as nextTurn } from 'node:timers/promises';
import packageJson from '../../package.json' with { type: 'json' };
import { main } from './main.ts';
import { watchOutput } from './output-fault.ts';
import { processDeps } from './process-deps.ts';

/**
 * What the executable shim calls: the whole program in this process, until `interrupted` is aborted with a signal's
 * name. Returns the exit code.
 */
export async function run(process: NodeJS.Process, interrupted: AbortSignal): Promise<number> {
  const outputFault = watchOutput(process.stdout);
  const code = await main(process.argv.slice(2), processDeps(process, packageJson.version, interrupted));
  // A stream tells of its last write in a later turn.
  await nextTurn();
  const fault = outputFault();
  if (fault === null) return code;
  process.stderr.write(`error: ${fault.message}\ntry: ${fault.hint}\n`);
  return 2;
}
