import { spawnSync } from 'node:child_process';
import { PROJECT } from '../harness/command.ts';

const NOBODY = 65534;

/** The user to start commands as that file modes bind: nobody where this process is root, otherwise its own. */
export const PLAIN_USER: number | undefined = process.getuid?.() === 0 ? NOBODY : undefined;

/** Whether that user can be taken on, and can read the program. */
export function plainUserMayRun(): boolean {
  const user = PLAIN_USER === undefined ? {} : { uid: PLAIN_USER, gid: PLAIN_USER };
  const { status } = spawnSync(process.execPath, [`${PROJECT}bin/run-finra-weekly-schedule.js`, '--version'], user);
  return status === 0;
}
