import packageJson from '../../package.json' with { type: 'json' };
import { type MainDeps, main } from './main.ts';
import { processDeps } from './process-deps.ts';

/**
 * What the executable shim calls: the whole program in this process, until `interrupted` is aborted with a signal's
 * name. `inSources` tells a stack trace in places of the sources. Returns the exit code.
 */
export function run(
  process: NodeJS.Process,
  interrupted: AbortSignal,
  inSources: MainDeps['inSources'],
): Promise<number> {
  return main(process.argv.slice(2), processDeps(process, packageJson.version, interrupted, inSources));
}
