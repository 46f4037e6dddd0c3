import { readCaptures } from '../../operations/captures.ts';
import { diffCaptures } from '../../operations/diff-captures.ts';
import { openToRead } from '../../store/sqlite/open-store.ts';
import type { OptionValues } from '../option-table.ts';
import { captureLines } from '../text/capture-lines.ts';
import { diffLines } from '../text/diff-lines.ts';
import { captureDocument, diffDocument } from './capture-documents.ts';
import { type Answer, movedNotices } from './command.ts';
import { type PlaceOptions, withStore } from './with-store.ts';

/** Every stored version of the partitions that fit. */
export async function capturesAnswer(options: PlaceOptions & Pick<OptionValues, 'week' | 'tier'>): Promise<Answer> {
  const { week, tier } = options;
  const question = { weekEnding: week?.weekEnding ?? null, tier };
  const captures = await withStore(openToRead, options, ({ db }) => readCaptures(db, question));
  return {
    exitCode: 0,
    lines: (style) => captureLines(style, captures),
    document: { captures: captures.map(captureDocument) },
    notices: movedNotices([week?.movedDate]),
  };
}

/** Rows of each kind that are shown as text where no limit is given; a document holds them all. */
const ROWS_SHOWN = 50;

/** What the newer capture changed in the older one. */
export async function diffAnswer(
  options: PlaceOptions & Pick<OptionValues, 'limit' | 'json'>,
  older: string,
  newer: string,
): Promise<Answer> {
  const limit = options.limit ?? (options.json ? null : ROWS_SHOWN);
  const diff = await withStore(openToRead, options, (store) => diffCaptures(store, older, newer, limit));
  return {
    exitCode: 0,
    lines: (style) => diffLines(style, diff),
    document: diffDocument(diff),
    notices: [],
  };
}
