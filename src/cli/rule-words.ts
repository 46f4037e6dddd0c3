import { flagOf, OPTIONS, type RunOptionName } from './option-table.ts';
import { parseSize } from './parse-amount.ts';
import { percentText } from './parse-number.ts';
import { lagsText, shrinkageText } from './parse-pairs.ts';
import type { RunOptions } from './run-options.ts';

/**
 * The flags for rules that a recorded run set other than by default: what is due, and what is accepted. A run that
 * mends it without them would judge by others.
 */
export function ruleWords({ publication, gates, maxFileBytes }: Partial<RunOptions>): string[] {
  return [
    ...(publication === undefined
      ? []
      : [
          ...unlessDefault('publicationLag', lagsText(publication.lagDays)),
          ...unlessDefault('publicationGrace', String(publication.graceDays)),
        ]),
    ...(maxFileBytes === undefined || maxFileBytes === parseSize(OPTIONS.maxFileSize.default ?? '')
      ? []
      : [flagOf('maxFileSize'), String(maxFileBytes)]),
    ...(gates === undefined
      ? []
      : [
          ...unlessDefault('maxRejectShare', percentText(gates.maxRejectShare)),
          ...unlessDefault('maxShrinkage', shrinkageText(gates.maxShrinkage)),
          ...unlessDefault('warnShrinkage', shrinkageText(gates.warnShrinkage)),
          ...unlessDefault('maxUpdateLead', String(gates.maxUpdateLeadDays)),
        ]),
  ];
}

/** An option and its value, unless that is what it is by default. */
export function unlessDefault(name: RunOptionName, text: string | undefined): string[] {
  return text === undefined || text === OPTIONS[name].default ? [] : [flagOf(name), text];
}
