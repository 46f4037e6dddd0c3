import packageJson from '../../package.json' with { type: 'json' };
import { type MainDeps, main } from './main.ts';
import { type Descriptors, processWorld } from './process-world.ts';

/** The descriptors that every process begins with. */
const STANDARD: Descriptors = { stdout: 1, stderr: 2 };

/**
 * What the executable shim calls: the whole program in this process, until `interrupted` is aborted with a signal's
 * name. `inSources` tells a stack trace in places of the sources. Returns the exit code once everything is written.
 */
export async function run(
  process: NodeJS.Process,
  interrupted: AbortSignal,
  inSources: MainDeps['inSources'],
  descriptors = STANDARD,
): Promise<number> {
  const { deps, settled } = processWorld(process, packageJson.version, descriptors, { interrupted, inSources });
  const code = await main(process.argv.slice(2), deps);
  await settled();
  return code;
}
