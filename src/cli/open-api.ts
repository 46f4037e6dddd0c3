import { type ApiSource, apiSource } from '../sources/api/api-source.ts';
import { API_DEFAULTS } from '../sources/api/limits.ts';
import { proxiedTransport } from '../sources/api/proxied-transport.ts';
import { systemSleep } from '../sources/api/sleep.ts';
import { apiCredentials, checkProxies } from './api-environment.ts';
import { PROGRAM_NAME } from './help-text.ts';
import type { RunOptions } from './run-options.ts';
import type { SourceWorld } from './source-of-run.ts';

/** FINRA's API and the connections to it. */
export interface OpenApi {
  readonly source: ApiSource;
  /** Gives up what is under way and drops every connection. */
  readonly close: () => Promise<void>;
}

/** The API source of a run, over real connections. Throws FatalError `bad_option` for what the environment gets wrong. */
export function openApi(options: RunOptions, world: SourceWorld): OpenApi {
  const { tokenUrl, ...api } = options.api;
  const credentials = apiCredentials(world.env, options.api);
  checkProxies(world.env, credentials === undefined ? [api.baseUrl] : [api.baseUrl, tokenUrl]);
  const transport = proxiedTransport(api.concurrency, world.env);
  const source = apiSource(
    {
      ...API_DEFAULTS,
      ...api,
      summaryTypes: options.summaryTypes,
      runDate: options.runDate,
      userAgent: `${PROGRAM_NAME}/${world.version}`,
      ...(credentials === undefined ? {} : { credentials }),
    },
    { clock: world.clock, sleep: systemSleep, random: Math.random, transport: transport.send, signal: world.signal },
  );
  return {
    source,
    async close() {
      source.close();
      await transport.close();
    },
  };
}
