import { readStatus } from '../../operations/status.ts';
import { openToRead } from '../../store/sqlite/open-store.ts';
import type { OptionValues } from '../option-table.ts';
import { windowOf } from '../resolve-options.ts';
import { statusLines } from '../text/status-lines.ts';
import { type Answer, movedNotices } from './command.ts';
import type { STATUS_OPTIONS } from './status.ts';
import { statusDocument } from './status-document.ts';
import { type PlaceOptions, withStore } from './with-store.ts';

/** How the window stands; exit code 1 when there are gaps. */
export function statusAnswer(
  options: PlaceOptions & Pick<OptionValues, (typeof STATUS_OPTIONS)[number]>,
): Promise<Answer> {
  const { weeks, movedDates } = windowOf(options);
  const { tiers, runDate } = options;
  const publication = { lagDays: options.publicationLag, graceDays: options.publicationGrace };
  return withStore(openToRead, options, async ({ db, path }) => {
    const status = await readStatus(db, { weeks, tiers, runDate, publication });
    const shown = { status, window: { weeks, tiers }, runDate, database: path };
    return {
      exitCode: status.gaps.length > 0 ? 1 : 0,
      lines: (style) => statusLines(style, shown),
      document: statusDocument(shown),
      notices: movedNotices(movedDates),
    };
  });
}
