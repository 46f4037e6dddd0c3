import { samePartition } from '../../domain/partition.ts';
import { printable } from '../../domain/printable.ts';
import type { PlannedPartition } from '../../schedule/action.ts';
import type { PartitionReport, RunReport, WeekReport } from '../../schedule/report.ts';
import { cutStart, NAME_WIDTH, WEEK_WIDTH } from './layout.ts';
import { markOf, type Style, type Tone } from './style.ts';
import { ACTION_WORDS, REASON_WORDS, TIER_SPLIT_PLAN_WORDS } from './words.ts';

/** One line of a plan, in words. */
interface Entry {
  readonly weekEnding: string;
  readonly name: string;
  readonly tone: Tone;
  readonly verb: string;
  readonly reason: string;
  readonly locator: string | null;
}

/** The plan a run carries out, one line a partition. */
export function planLines(style: Style, planned: readonly PlannedPartition[]): string[] {
  const entries = planned.map((partition) => planEntry(partition, 'will', partition.publication, partition.locator));
  return planSection(style, entries);
}

/** What a run would do: the same plan, and each week's tier split. */
export function dryRunLines(style: Style, report: RunReport, planned: readonly PlannedPartition[]): string[] {
  const entries = report.window.weeks.flatMap((week) => [
    ...report.partitions
      .filter(({ partition }) => partition.weekEnding === week)
      .map((partition) => planEntry(partition, 'would', partition, locatorOf(partition, planned))),
    ...report.weeks.filter(({ weekEnding }) => weekEnding === week).map(splitEntry),
  ]);
  return planSection(style, entries);
}

function planSection(style: Style, entries: readonly Entry[]): string[] {
  return entries.length === 0 ? [] : [style.heading('Plan'), ...entries.map((entry) => entryLine(style, entry))];
}

function locatorOf({ partition }: PartitionReport, planned: readonly PlannedPartition[]): string | null {
  return planned.find((plan) => samePartition(plan.partition, partition))?.locator ?? null;
}

function planEntry(
  { partition, action, reason }: Pick<PlannedPartition, 'partition' | 'action' | 'reason'>,
  mood: 'will' | 'would',
  publication: PlannedPartition['publication'],
  locator: string | null,
): Entry {
  const { weekEnding, tier } = partition;
  const { [mood]: verb, tone } = ACTION_WORDS[action];
  return { weekEnding, name: tier, tone, verb, reason: reasonText(reason, publication), locator };
}

function splitEntry({ weekEnding, tierSplit }: WeekReport): Entry {
  const { would, reason, tone } = TIER_SPLIT_PLAN_WORDS[tierSplit.status];
  return { weekEnding, name: 'tier split', tone, verb: would, reason, locator: null };
}

function reasonText(reason: PlannedPartition['reason'], publication: PlannedPartition['publication']): string {
  const words = REASON_WORDS[reason];
  if (reason === 'not_yet_published') return `${words}, expected ${publication.publishedOn}`;
  return reason === 'publication_late' ? `${words}, due after ${publication.dueAfter}` : words;
}

// No tick here: a plan has done nothing yet.
function entryLine(style: Style, { weekEnding, name, tone, verb, reason, locator }: Entry): string {
  const mark = style.marks && (tone === 'bad' || tone === 'warn') ? style.paint(tone, markOf(tone)) : ' ';
  const head = `  ${mark} ${weekEnding}  ${name.padEnd(NAME_WIDTH)}  `;
  const text = `${style.word(tone, verb)}${style.paint(tone, ` (${reason})`)}`;
  const used = 4 + WEEK_WIDTH + 2 + NAME_WIDTH + 2 + verb.length + reason.length + 5;
  const file = locator === null ? '' : `  ${cutStart(printable(locator), style.width - used, style.ellipsis)}`;
  return head + text + style.paint('quiet', file);
}
