import type { OptionSpec } from '../../src/cli/option-spec.ts';
import { environmentVariableOf, flagOf, OPTION_NAMES, OPTIONS, type OptionName } from '../../src/cli/option-table.ts';

/** What stands around the part of the README that is generated. */
export const OPTIONS_BEGIN = '<!-- options:begin -->';
export const OPTIONS_END = '<!-- options:end -->';

const HEADER = ['option', 'environment', 'default', 'meaning'];

/** `page` with its option tables as the table of options has them. Throws when the page lacks the marks. */
export function withOptionTables(page: string): string {
  const [begin, end] = [page.indexOf(OPTIONS_BEGIN), page.indexOf(OPTIONS_END)];
  if (begin === -1 || end < begin) throw new Error(`the page has no ${OPTIONS_BEGIN} before an ${OPTIONS_END}`);
  return `${page.slice(0, begin + OPTIONS_BEGIN.length)}\n${optionTables()}${page.slice(end)}`;
}

/** A Markdown table for each group of options, in the order of the help. */
function optionTables(): string {
  const groups = new Set(OPTION_NAMES.map((name) => specOf(name).group));
  const tables = [...groups].map((group) => `**${group}**\n\n${groupTable(group)}\n\n`);
  return `\n${tables.join('')}`;
}

function groupTable(group: string): string {
  const rows = OPTION_NAMES.filter((name) => specOf(name).group === group).map(cellsOf);
  return [HEADER, HEADER.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf(name: OptionName): string[] {
  const spec = specOf(name);
  const flag = `${spec.short === undefined ? '' : `${spec.short}, `}${flagOf(name)}`;
  const preset = spec.value === null || spec.default === null ? '' : code(spec.default);
  return [
    code(spec.value === null ? flag : `${flag} ${spec.value}`),
    code(environmentVariableOf(name)),
    preset,
    spec.description.replaceAll('|', '\\|'),
  ];
}

function specOf(name: OptionName): OptionSpec<unknown> {
  return OPTIONS[name] as OptionSpec<unknown>;
}

// A bar would end the cell, also in code.
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
