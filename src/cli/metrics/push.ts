import type { SendCall } from '../http-call.ts';
import { EXPOSITION_TYPE, expositionOf } from './exposition.ts';
import type { Family } from './family.ts';

const JOB = '/metrics/job/run_finra_weekly_schedule';
const GROUPING = /\/metrics\/job(@base64)?\/[^/]/;
const PATIENCE_MS = 5000;

/**
 * Pushes `families` to the Pushgateway at `url`, under a job of the program's name unless its path names one, in the
 * manner of `/metrics/job/<job>/<label>/<value>`: all of them in the place of what it had of this job and labels or,
 * `partly`, in the place of the metrics they are, which leaves it the rest. Rejects when it was not taken.
 */
export async function pushMetrics(
  url: string,
  families: readonly Family[],
  partly: boolean,
  send: SendCall,
): Promise<void> {
  const target = new URL(url);
  const path = target.pathname.replace(/\/$/, '');
  target.pathname = GROUPING.test(path) ? path : path + JOB;
  const body = await expositionOf(families);
  const method = partly ? 'POST' : 'PUT';
  const headers = { 'content-type': EXPOSITION_TYPE };
  await send({ method, url: target.href, headers, body }, AbortSignal.timeout(PATIENCE_MS));
}
