import { PartitionError } from '../../domain/errors.ts';
import { SOURCE_EMPTY } from '../source.ts';
import { type ApiPartition, apiLocator } from './locator.ts';

/** No answer could be had: the network, a timeout, or a server that stayed overloaded through every try. */
export function unavailable(
  code: 'network_error' | 'timeout' | 'http_status' | 'throttled',
  what: string,
): PartitionError {
  return new PartitionError({
    code,
    message: what,
    hint: 'run again later; if it lasts, check the network, the proxy and --api-base-url',
    transient: true,
  });
}

/** The API refused a request: asking again would be refused again. */
export function refused(status: number, what: string, excerpt: string): PartitionError {
  return new PartitionError({
    code: 'http_status',
    message: `${what} answered HTTP ${status}${excerpt === '' ? '' : `: ${excerpt}`}`,
    hint:
      status >= 300 && status < 400
        ? 'check --api-base-url and the proxy: the API has moved, or something answers in its place'
        : 'check --api-base-url; if it is right, FINRA no longer accepts what this program asks',
  });
}

/** The API, or its token endpoint, did not accept the credentials, or asks for some. */
export function unauthorised(status: number, what: string, hasCredentials: boolean): PartitionError {
  return new PartitionError({
    code: 'unauthorised',
    message: `${what} answered HTTP ${status}: it ${hasCredentials ? 'does not accept the' : 'asks for'} credentials`,
    hint: hasCredentials
      ? 'check FINRA_API_CLIENT_ID and FINRA_API_CLIENT_SECRET'
      : 'set FINRA_API_CLIENT_ID and FINRA_API_CLIENT_SECRET',
  });
}

/** The API answered with something that is not data: a maintenance page, another form, broken text. */
export function notData(what: string, excerpt: string): PartitionError {
  return new PartitionError({
    code: 'not_data',
    message: `${what} answered with something that is not data: ${excerpt}`,
    hint: 'look at what answers: a maintenance page will be gone by a later run; else check the proxy and --api-base-url',
  });
}

/** More bytes than any answer of FINRA's, or any partition, can hold. */
export function tooLarge(what: string): PartitionError {
  return new PartitionError({
    code: 'too_large',
    message: `${what} sent more bytes than an answer or a partition may have`,
    hint: 'check --api-base-url and the proxy: no page or week of FINRA is that large',
  });
}

/** Rows without fields that every row must have. */
export function missingColumns(missing: string, found: string): PartitionError {
  return new PartitionError({
    code: 'missing_columns',
    message: `the API's rows lack ${missing}; they have ${excerptOf(found) || 'no fields'}`,
    hint: "see FINRA's release notes: its data set may have changed; then update this program",
  });
}

/** Rows without a `Record-Total` header: whether they are all of them cannot be told. */
export function missingTotal(what: string): PartitionError {
  return new PartitionError({
    code: 'missing_total',
    message: `${what} answered rows without a Record-Total header, so that nothing says whether all rows came`,
    hint: 'check the proxy and --api-base-url: something on the way to FINRA may drop headers',
  });
}

/** Rows of another week or tier than was asked for, however it was asked. */
export function wrongPartition(
  code: 'wrong_week' | 'wrong_tier',
  what: string,
  asked: string,
  found: string,
): PartitionError {
  return new PartitionError({
    code,
    message: `${what} was asked for ${asked} and answered rows of ${found === '' ? 'none' : excerptOf(found)}`,
    hint: 'run again later; FINRA may no longer honour the filter, and nothing of the answer was kept',
  });
}

/** The data kept changing between pages. */
export function unstable(what: string, how: string, restarts: number): PartitionError {
  return new PartitionError({
    code: 'unstable_data',
    message: `${what} changed while it was read, also after ${restarts} restarts: ${how}`,
    hint: 'run again later: FINRA may be publishing this week right now',
    transient: true,
  });
}

/** A list whose pages do not add up to what it announces. */
export function incomplete(what: string, how: string): PartitionError {
  return new PartitionError({
    code: 'unstable_data',
    message: `${what} is not all there: ${how}`,
    hint: 'run again later: FINRA may be publishing right now',
    transient: true,
  });
}

/** The partition holds no rows (yet). */
export function sourceEmpty(partition: ApiPartition, summaryTypeCode: string): PartitionError {
  return new PartitionError({
    code: SOURCE_EMPTY,
    message: `${apiLocator(partition)} holds no ${summaryTypeCode} rows`,
    hint:
      partition.dataset === 'weeklySummary'
        ? 'run again later: FINRA may list a week before its rows are there'
        : "check the week: FINRA lists it no longer, and its historic data goes back about four years; or, if FINRA's list could not be had, run again later",
  });
}

/** The first words of an answer, safe to print on one line. */
export function excerptOf(text: string): string {
  const line = text
    .slice(0, 400)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > 120 ? `${line.slice(0, 120)}...` : line;
}
