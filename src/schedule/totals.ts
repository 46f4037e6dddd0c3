import type { Outcome, PartitionReport, Totals } from './report.ts';

/** The totals of a run's report; rows and rejects are those of partitions this run worked on. */
export function totalsOf(partitions: readonly PartitionReport[], anomalies: number, seconds: number): Totals {
  const count = (outcome: Outcome) => partitions.filter((partition) => partition.outcome === outcome).length;
  const worked = partitions.filter(({ stages }) => stages.some(({ status }) => status === 'complete'));
  return {
    partitions: partitions.length,
    ingested: count('ingested'),
    resumed: count('resumed'),
    unchanged: count('unchanged'),
    awaiting: count('awaiting'),
    late: count('late'),
    cancelled: count('cancelled'),
    blocked: count('blocked'),
    retryWait: count('retry_wait'),
    failed: count('failed'),
    notAttempted: count('not_attempted'),
    planned: count('planned'),
    rows: worked.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    rejects: worked.reduce((sum, { rejects }) => sum + (rejects ?? 0), 0),
    anomalies,
    seconds,
  };
}
