import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { CalendarDate } from '../domain/calendar-date.ts';
import type { DbInstant } from '../domain/clock.ts';
import type { Pipeline, Stage } from '../domain/stage.ts';
import type { PartitionTier, Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { WorkState } from '../domain/work-state.ts';

/** The tables behind the views (DESIGN section 5). Row tables refer to a capture by `capture_key`. */
export interface Tables {
  core_scheduler_runs: RunsTable;
  core_work_items: WorkItemsTable;
  core_executions: ExecutionsTable;
  core_manifest: ManifestTable;
  core_captures: CapturesTable;
  core_capture_calcs: CaptureCalcsTable;
  core_control_receipts: ControlReceiptsTable;
  reject_rows: RejectRowsTable;
  core_anomalies: AnomaliesTable;
  core_data_readiness: ReadinessTable;
  core_metric_offsets: MetricOffsetsTable;
  issues: IssuesTable;
  venues: VenuesTable;
  source_parties: SourcePartiesTable;
  source_contexts: SourceContextsTable;
  raw_rows: RawRowsTable;
  raw_texts: RawTextsTable;
  normalized_rows: NormalizedRowsTable;
  merged_volumes: MergedVolumesTable;
  symbol_totals: SymbolTotalsTable;
  hhi_rows: HhiRowsTable;
  tier_split_rows: TierSplitRowsTable;
}

export type Db = Kysely<Tables>;
export type Trx = Transaction<Tables>;

export type CaptureState = 'staged' | 'accepted' | 'rejected';
export type Severity = 'INFO' | 'WARN' | 'ERROR' | 'CRITICAL';

export type VenueType = 'ATS' | 'NON_ATS';
export type RunStatus = 'running' | 'success' | 'partial' | 'critical' | 'interrupted';
export type ExecutionOutcome = 'complete' | 'failed' | 'retry_wait' | 'deferred' | 'released';

/** A column the database fills when an insert leaves it out. */
type Defaulted<T> = ColumnType<T, T | undefined, T>;

interface RunsTable {
  run_id: string;
  run_date: CalendarDate;
  options_json: string;
  host: string;
  pid: number;
  version: string;
  started_at: DbInstant;
  ended_at: DbInstant | null;
  status: RunStatus;
  exit_code: number | null;
  counts_json: string | null;
  error_json: string | null;
}

export interface WorkItemsTable {
  id: Generated<number>;
  domain: string;
  pipeline: Pipeline;
  partition_key: string;
  params_json: string;
  desired_at: DbInstant;
  priority: Defaulted<number>;
  state: WorkState;
  attempt_count: Defaulted<number>;
  max_attempts: number;
  last_error: string | null;
  last_error_at: DbInstant | null;
  next_attempt_at: DbInstant | null;
  current_execution_id: number | null;
  latest_execution_id: number | null;
  locked_by: string | null;
  locked_at: DbInstant | null;
  created_at: DbInstant;
  updated_at: DbInstant;
  completed_at: DbInstant | null;
}

interface ExecutionsTable {
  execution_id: Generated<number>;
  item_id: number;
  run_id: string | null;
  attempt: number;
  started_at: DbInstant;
  ended_at: DbInstant | null;
  outcome: ExecutionOutcome | null;
  error: string | null;
  host: string;
  pid: number;
}

interface ManifestTable {
  domain: string;
  partition_key: string;
  stage: Stage;
  stage_rank: number;
  row_count: number;
  capture_id: string;
  capture_key: number;
  content_hash: string;
  calc_version: number | null;
  execution_id: number | null;
  metrics_json: string;
  updated_at: DbInstant;
}

export interface CapturesTable {
  capture_key: Generated<number>;
  capture_id: string;
  domain: string;
  week_ending: WeekEnding;
  tier: PartitionTier;
  state: CaptureState;
  content_hash: string;
  source: 'file' | 'api' | 'derived';
  locator: string;
  summary_types: string;
  run_date: CalendarDate;
  source_last_update_date: CalendarDate | null;
  ingested_at: DbInstant;
  captured_at: DbInstant | null;
  superseded_at: DbInstant | null;
  byte_count: number;
  raw_count: number;
  normalized_count: number | null;
  reject_count: number | null;
  symbol_count: number | null;
  venue_count: number | null;
  total_shares: number | null;
  total_trades: number | null;
  inputs_json: string | null;
}

interface CaptureCalcsTable {
  capture_key: number;
  stage: Stage;
  calc_version: number;
  row_count: number;
}

interface ControlReceiptsTable {
  capture_key: number;
  compared_at: DbInstant;
  symbols_compared: number;
  symbols_equal: number;
  symbols_different: number;
  largest_share_difference: number;
  largest_trade_difference: number;
}

interface RejectRowsTable {
  capture_key: number;
  line_number: number;
  reject_code: string;
  raw_text: string;
}

interface AnomaliesTable {
  anomaly_id: Generated<number>;
  domain: string;
  severity: Severity;
  category: string;
  partition_key: string;
  stage: string;
  message: string;
  occurrences: Defaulted<number>;
  run_id: string | null;
  detected_at: DbInstant;
  last_seen_at: DbInstant;
  resolved_at: DbInstant | null;
  resolution: string | null;
}

interface ReadinessTable {
  domain: string;
  week_ending: WeekEnding;
  is_ready: number;
  blockers_json: string;
  awaited_until: CalendarDate | null;
  updated_at: DbInstant;
}

interface MetricOffsetsTable {
  series: string;
  value: number;
}

/** `trimmed_key` is null where the symbol is missing. */
interface IssuesTable {
  issue_key: Generated<number>;
  symbol: string;
  issue_name: string;
  trimmed_key: number | null;
}

interface VenuesTable {
  venue_key: Generated<number>;
  venue_type: VenueType;
  mpid: string;
}

interface SourcePartiesTable {
  party_key: Generated<number>;
  summary_type: string;
  mpid: string;
  firm_crd: string;
  name: string;
  venue_type: VenueType | null;
  venue_key: number | null;
  venue_name: string;
}

interface SourceContextsTable {
  context_key: Generated<number>;
  tier_text: string;
  week_start: string;
  last_update: string;
  product: string;
  tier: Tier | null;
  update_date: CalendarDate | null;
  product_type: string;
}

interface RawRowsTable {
  capture_key: number;
  line_number: number;
  issue_key: number | null;
  party_key: number | null;
  context_key: number | null;
  total_shares: number | Uint8Array | null;
  total_trades: number | Uint8Array | null;
  notional: number | Uint8Array | null;
}

interface RawTextsTable {
  capture_key: number;
  line_number: number;
  raw_text: string;
}

interface NormalizedRowsTable {
  capture_key: number;
  issue_key: number;
  venue_type: VenueType;
  venue_key: number;
  product_type: string;
  party_key: number;
  context_key: number;
  total_shares: number;
  total_trades: number;
  notional: number | null;
}

interface MergedVolumesTable {
  capture_key: number;
  issue_key: number;
  venue_key: number;
  first_product_type: string;
  total_shares: number;
  total_trades: number;
}

interface SymbolTotalsTable {
  capture_key: number;
  issue_key: number;
  venue_type: VenueType;
  symbol_shares: number;
  venue_count: number;
}

interface HhiRowsTable {
  capture_key: number;
  issue_key: number;
  venue_type: VenueType;
  hhi: number;
  venue_count: number;
  symbol_shares: number;
}

interface TierSplitRowsTable {
  capture_key: number;
  issue_key: number;
  venue_type: VenueType;
  tier: Tier;
  tier_shares: number;
  symbol_shares: number;
}
