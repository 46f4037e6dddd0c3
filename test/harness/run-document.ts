import type { jsonReport } from '../../src/cli/json-report.ts';
import { runHere, type World } from './in-process.ts';

/** What `--json` prints. */
export type RunDocument = ReturnType<typeof jsonReport>;

export type PartitionDocument = RunDocument['partitions'][number];

/** Runs the program here with `--json` and returns its document. */
export async function runForDocument(args: readonly string[], world: World = {}): Promise<RunDocument> {
  const { stdout, stderr } = await runHere([...args, '--json'], world);
  if (stdout === '') throw new Error(`no document on stdout: ${stderr}`);
  return JSON.parse(stdout) as RunDocument;
}

/** The document's partition of a week and a tier. Throws when it has none. */
export function partitionOf(document: RunDocument, weekEnding: string, tier: string): PartitionDocument {
  const found = document.partitions.find((each) => each.week_ending === weekEnding && each.tier === tier);
  if (found === undefined) throw new Error(`the document has no partition ${weekEnding} ${tier}`);
  return found;
}

/** `action reason outcome` of each partition, by `week tier`: the short of a run, for comparing. */
export function outcomesOf(document: RunDocument): Record<string, string> {
  return Object.fromEntries(
    document.partitions.map(({ week_ending, tier, action, reason, outcome }) => [
      `${week_ending} ${tier}`,
      `${action} ${reason} ${outcome}`,
    ]),
  );
}
