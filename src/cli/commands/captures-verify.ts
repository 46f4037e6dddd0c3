import { FatalError } from '../../domain/errors.ts';
import { type VerifiedCapture, verifyCaptures } from '../../operations/verify-captures.ts';
import type { UnknownEntry } from '../../operations/verify-entries.ts';
import { checkArchive } from '../../sources/archive/archive-source.ts';
import { openToRead } from '../../store/sqlite/open-store.ts';
import { openScratch } from '../../store/sqlite/scratch-store.ts';
import type { Store } from '../../store/store.ts';
import { type ExitCode, exitMeaning } from '../exit-code.ts';
import { jsonText } from '../json-report.ts';
import { type MainDeps, terminalFor } from '../main.ts';
import { OPTIONS, type OptionValues } from '../option-table.ts';
import { type Flags, readOptions } from '../read-options.ts';
import { windowOf } from '../resolve-options.ts';
import { styleOf } from '../text/style.ts';
import { unknownEntryLines, verifiedLines, verifiedTotals } from '../text/verified.ts';
import { waiting } from '../waiting.ts';
import { beginUninterrupted } from './begin-uninterrupted.ts';
import { CAPTURES_VERIFY_OPTIONS } from './captures-verify-options.ts';

type Values = Pick<OptionValues, (typeof CAPTURES_VERIFY_OPTIONS)[number]>;

/**
 * Makes every accepted capture of the window again from its archived bytes and compares all its figures: 0 when all are
 * equal, 1 when one differs or cannot be verified. Throws FatalError for what keeps it from looking at all.
 */
export async function capturesVerify(flags: Flags, deps: MainDeps): Promise<ExitCode> {
  const values = readOptions(CAPTURES_VERIFY_OPTIONS, flags, deps.env, { now: deps.clock.now(), cwd: deps.cwd });
  const archiveDir = values.archiveDir ?? refuseWithout();
  await beginUninterrupted(deps.interrupted);
  await checkArchive(archiveDir);
  const store = openDatabase(values);
  try {
    return await verify(values, archiveDir, store, deps);
  } catch (error) {
    throw store.fatalFault(error);
  } finally {
    store.close();
  }
}

async function verify(values: Values, archiveDir: string, store: Store, deps: MainDeps): Promise<ExitCode> {
  const { weeks } = windowOf(values);
  const style = styleOf(terminalFor(deps.stdout, deps.env));
  // Printed once there is something below it: what cannot look at anything says nothing on stdout.
  let heading = values.quiet
    ? []
    : [`${style.heading('Captures')}  made again from ${archiveDir}, compared with ${store.path}`];
  const print = (lines: readonly string[]) => {
    deps.stdout.write(`${[...heading, ...lines].join('\n')}\n`);
    heading = [];
  };
  const verification = await verifyCaptures(
    { weeks, tiers: values.tiers },
    {
      store,
      openScratch,
      archiveDir,
      clock: deps.clock,
      pause: waiting(deps.interrupted).pause,
      onVerified: (capture) => {
        const shown = !values.json && (!values.quiet || capture.status !== 'equal');
        if (shown) print(verifiedLines(style, capture));
      },
    },
  );
  const { captures, unknownEntries } = verification;
  const code = captures.every(({ status }) => status === 'equal') ? 0 : 1;
  const place = { window: { weeks, tiers: values.tiers }, database: store.path, archive_dir: archiveDir };
  if (values.json) {
    const found = { captures: captures.map(documentOf), unknown_entries: unknownEntries.map(unknownDocumentOf) };
    deps.stdout.write(jsonText({ ...place, ...found, exit_code: code }));
    return code;
  }
  const more = values.quiet ? [] : [...unknownEntries.flatMap((entry) => unknownEntryLines(style, entry)), ''];
  print([...more, `exit ${code}, ${exitMeaning(code).word}: ${verifiedTotals(verification)}`]);
  return code;
}

function documentOf(capture: VerifiedCapture) {
  return {
    capture_id: capture.captureId,
    week_ending: capture.partition.weekEnding,
    tier: capture.partition.tier,
    status: capture.status,
    compared: capture.compared,
    not_compared: capture.notCompared,
    differences: capture.differences,
    entry: capture.entry,
    error: capture.error,
  };
}

function unknownDocumentOf({ file, captureId, partition }: UnknownEntry) {
  return { capture_id: captureId, week_ending: partition.weekEnding, tier: partition.tier, file };
}

function openDatabase({ db, busyTimeout }: Values): Store {
  const store = openToRead({ path: db, busyTimeoutMs: busyTimeout, allowNetworkFs: true });
  if (store !== null) return store;
  throw new FatalError({
    code: 'database_missing',
    message: `database ${db}: there is none`,
    hint: 'give the --db of earlier runs',
  });
}

function refuseWithout(): never {
  throw new FatalError({
    code: 'bad_option',
    message: 'captures verify: needs --archive-dir',
    hint: `name the archive, such as --archive-dir ${OPTIONS.archiveDir.example}`,
  });
}
