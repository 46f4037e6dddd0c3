import type { Notice, RunReport } from '../schedule/report.ts';
import type { Store } from '../store/store.ts';
import { exitCode } from './exit-code.ts';
import { createHeartbeat } from './heartbeat.ts';
import { callSender } from './http-call.ts';
import type { MainDeps } from './main.ts';
import { createRunMetrics } from './metrics/run-metrics.ts';
import type { RunOptions } from './run-options.ts';

/** What a run tells those who watch it: metrics and heartbeat. It never fails the run, and never rejects. */
export interface Monitoring {
  /** The database is open and the run lock held. */
  opened(store: Store): Promise<void>;
  /** The run is over, and its database about to be closed. */
  closing(store: Store, report: RunReport): Promise<void>;
  /** Everything else is done. Resolves with a warning for each thing that could not be told. */
  ended(report: RunReport): Promise<Notice[]>;
}

/**
 * The monitoring of a run, by its options; of a dry run, none. A run refused by the lock tells nothing either: the one
 * that holds it does. So the heartbeat's start waits for the lock, lest refused starts hide that the holder hangs.
 */
export function createMonitoring(options: RunOptions, deps: Pick<MainDeps, 'env' | 'version' | 'pid'>): Monitoring {
  const { metricsFile, pushgatewayUrl, pingUrl } = options.monitoring;
  const send = callSender(deps.env);
  const { version, pid } = deps;
  const hasMetrics = !options.dryRun && (metricsFile !== null || pushgatewayUrl !== null);
  const metrics = hasMetrics ? createRunMetrics(options, { send, version, pid }) : null;
  const heartbeat = !options.dryRun && pingUrl !== null ? createHeartbeat(pingUrl, send) : null;
  return {
    async opened(store) {
      heartbeat?.started();
      await metrics?.opened(store);
    },
    async closing(store, report) {
      await metrics?.closing(store, report);
    },
    async ended(report) {
      if (report.error?.code === 'run_in_progress') return [];
      const [untold, unheard] = await Promise.all([metrics?.ended(report), heartbeat?.ended(exitCode(report))]);
      return [
        ...(untold ?? []).map((message) => warning('METRICS_INCOMPLETE', message)),
        ...(unheard ?? []).map((message) => warning('HEARTBEAT_FAILED', message)),
      ];
    },
  };
}

function warning(category: string, message: string): Notice {
  return { severity: 'WARN', category, partition: null, message };
}
