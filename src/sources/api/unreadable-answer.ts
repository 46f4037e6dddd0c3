import type { PartitionError } from '../../domain/errors.ts';
import type { ApiAnswer } from './api-client.ts';
import { excerptOf, notData } from './api-error.ts';
import { jsonFault } from './table.ts';

/** The error for an answer that is not the data asked for: what it says instead, or where its JSON breaks. */
export function unreadableAnswer(what: string, { text, isJson }: ApiAnswer): PartitionError {
  const fault = isJson && text !== '' ? jsonFault(text) : null;
  return notData(what, fault === null ? excerptOf(text) || 'nothing' : `broken JSON: ${excerptOf(fault)}`);
}
