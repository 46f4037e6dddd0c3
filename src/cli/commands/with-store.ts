import { FatalError } from '../../domain/errors.ts';
import type { OpenOptions } from '../../store/sqlite/open-store.ts';
import type { Store } from '../../store/store.ts';
import type { OptionValues } from '../option-table.ts';

/** The options that say where the database is. */
export type PlaceOptions = Pick<OptionValues, 'db' | 'busyTimeout'>;

/**
 * Opens the database, uses it and closes it; the database's own errors become FatalErrors. Throws FatalError
 * `database_missing` where there is none.
 */
export async function withStore<T>(
  open: (options: OpenOptions) => Store | null,
  options: PlaceOptions & { readonly allowNetworkFs?: boolean },
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const { db: path, busyTimeout: busyTimeoutMs, allowNetworkFs = false } = options;
  const store = open({ path, busyTimeoutMs, allowNetworkFs });
  if (store === null) throw missing(path);
  try {
    return await use(store);
  } catch (error) {
    throw store.fatalFault(error);
  } finally {
    store.close();
  }
}

function missing(path: string): FatalError {
  return new FatalError({
    code: 'database_missing',
    message: `database ${path}: there is none`,
    hint: 'give the --db of the runs; the first run makes it',
  });
}
