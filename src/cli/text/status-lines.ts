import { fromDbInstant } from '../../domain/clock.ts';
import { printable } from '../../domain/printable.ts';
import type { Gap } from '../../operations/gaps.ts';
import type { PartitionStatus } from '../../operations/status.ts';
import { type OpenAnomaly, SEVERITIES } from '../../store/anomaly-queries.ts';
import type { RecordedRun } from '../../store/run-queries.ts';
import { mendWords } from '../mend-words.ts';
import { mendPlaces, type ShownStatus } from '../status-shown.ts';
import { commandLines } from './command-lines.ts';
import { pathField, textField } from './fields.ts';
import { counted, duration, instantText } from './figures.ts';
import { weeksText } from './heading.ts';
import { hangingLines, NAME_WIDTH } from './layout.ts';
import { statusGridLines } from './status-grid.ts';
import { RUN_STATUS_TONES, SEVERITY_TONES, STAGE_STATE_WORDS, STAGE_WORDS } from './status-words.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';
import { partitionName, tierName } from './words.ts';
import { countsText, workSummary } from './work-lines.ts';

/** A status for people: window, grid, gaps with their commands, what is awaited, runs, work and anomalies. */
export function statusLines(style: Style, shown: ShownStatus): string[] {
  const { status } = shown;
  const sections = [
    heading(style, shown),
    statusGridLines(style, shown),
    gapLines(style, shown),
    awaitedLines(style, status.partitions),
    runLines(style, status.runs),
    [`${style.heading('Work items')}  ${workSummary(style, status.workItems)}`],
    anomalyLines(style, status.anomalies),
    [verdict(style, status.gaps)],
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ['', ...section]));
}

function heading(style: Style, { window, runDate, database }: ShownStatus): string[] {
  return [
    `${style.heading('FINRA OTC transparency')}  status, run date ${runDate}`,
    ...textField(style, 'weeks', weeksText(window)),
    ...textField(style, 'tiers', window.tiers.join(', ')),
    ...pathField(style, 'database', database),
  ];
}

function gapLines(style: Style, shown: ShownStatus): string[] {
  const { gaps } = shown.status;
  if (gaps.length === 0) return [];
  const places = mendPlaces(shown);
  return [
    `${style.heading('Gaps')}  ${style.paint('bad', `${gaps.length} due and not complete`)}`,
    ...gaps.flatMap((gap) => [
      ...gapText(style, gap),
      ...gap.mends.flatMap((mend) => commandLines(style, mendWords(mend, places))),
    ]),
  ];
}

function gapText(style: Style, { partition, stage, state, message, hint }: Gap): string[] {
  const { word, tone } = STAGE_STATE_WORDS[state];
  const where = stage === 'TIER_SPLIT' ? '' : `${STAGE_WORDS[stage].word} `;
  const head = `  ${partition.weekEnding}  ${tierName(partition.tier).padEnd(NAME_WIDTH)}  `;
  const label = `${head}${style.paint(tone, `${where}${word}:`)} `;
  const text = printable(hint === null ? message : `${message}; ${hint}`);
  const lines = hangingLines('', head.length, `${where}${word}: ${text}`, widthOf(style));
  const [first = '', ...rest] = lines;
  return [label + first.slice(`${where}${word}: `.length), ...rest];
}

function awaitedLines(style: Style, partitions: readonly PartitionStatus[]): string[] {
  const awaited = partitions.filter(({ state }) => state === 'awaiting' || state === 'late');
  if (awaited.length === 0) return [];
  const late = awaited.filter(({ state }) => state === 'late');
  const columns = [
    { title: 'week', cells: awaited.map(({ partition }) => ({ text: partition.weekEnding })) },
    { title: 'tier', cells: awaited.map(({ partition }) => ({ text: partition.tier })) },
    { title: 'expected', cells: awaited.map(({ publication }) => ({ text: publication.publishedOn })) },
    { title: 'due after', cells: awaited.map(({ publication }) => ({ text: publication.dueAfter })) },
    { title: '', cells: awaited.map(({ state }) => ({ text: state === 'late' ? 'late' : '', tone: 'warn' as const })) },
  ];
  const counts = [
    { count: awaited.length - late.length, word: 'awaiting', tone: 'plain' as const },
    { count: late.length, word: 'late', tone: 'warn' as const },
  ];
  const title = `${style.heading('Publication')}  ${countsText(style, counts)}`;
  return [title, ...tableLines(style, columns)];
}

function runLines(style: Style, runs: readonly RecordedRun[]): string[] {
  if (runs.length === 0) return [`${style.heading('Last runs')}  none is recorded`];
  const columns = [
    { title: 'started', cells: runs.map(({ startedAt }) => ({ text: instantText(startedAt) })) },
    { title: 'took', side: 'right' as const, cells: runs.map((run) => ({ text: tookText(run) })) },
    { title: 'exit', side: 'right' as const, cells: runs.map(({ exitCode }) => ({ text: String(exitCode ?? '-') })) },
    { title: 'status', cells: runs.map(({ status }) => ({ text: status, tone: RUN_STATUS_TONES[status] })) },
    { title: 'run date', cells: runs.map(({ runDate }) => ({ text: runDate })) },
    { title: 'program', cells: runs.map(({ version }) => ({ text: version })) },
  ];
  return [style.heading('Last runs'), ...tableLines(style, columns)];
}

function tookText({ startedAt, endedAt }: RecordedRun): string {
  if (endedAt === null) return '-';
  return duration((fromDbInstant(endedAt).getTime() - fromDbInstant(startedAt).getTime()) / 1000);
}

const ANOMALIES_SHOWN = 10;

function anomalyLines(style: Style, anomalies: readonly OpenAnomaly[]): string[] {
  const counts = SEVERITIES.map((severity) => ({
    count: anomalies.filter((anomaly) => anomaly.severity === severity).length,
    word: severity,
    tone: SEVERITY_TONES[severity],
  }));
  const more = anomalies.length - ANOMALIES_SHOWN;
  return [
    `${style.heading('Open anomalies')}  ${countsText(style, counts)}`,
    ...anomalies.slice(0, ANOMALIES_SHOWN).flatMap((anomaly) => anomalyText(style, anomaly)),
    ...(more > 0 ? [`  ${style.paint('quiet', `and ${counted(more, 'more', 'more')}: see --json`)}`] : []),
  ];
}

function anomalyText(style: Style, { severity, category, partition, stage, message }: OpenAnomaly): string[] {
  const label = `  ${style.paint(SEVERITY_TONES[severity], severity.padEnd(8))}  `;
  const place = partition === null ? '' : `${partitionName(partition)} ${stage ?? ''}: `;
  return hangingLines(label, 12, printable(`${place}${category}, ${message}`), widthOf(style));
}

function verdict(style: Style, gaps: readonly Gap[]): string {
  if (gaps.length === 0) return `${style.paint('good', 'exit 0, complete:')} nothing that is due is missing`;
  return `${style.paint('bad', 'exit 1, gaps:')} something that is due is not complete`;
}

// In a log a message is one line, to be searched.
function widthOf(style: Style): number {
  return style.wraps ? style.width : Number.POSITIVE_INFINITY;
}
