import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../harness/command.ts';

/** The README's place. */
export const README_PATH = join(PROJECT, 'README.md');

/** A fenced block of the README. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The headings it stands under, outermost first. */
  readonly section: readonly string[];
  /** The comment on the line above it, without its marks; '' without one. */
  readonly remark: string;
}

/** A line outside of blocks. */
interface Line {
  readonly text: string;
  readonly section: readonly string[];
}

/** A row of a table: its cells as written, code marks included. */
export interface TableRow {
  readonly section: readonly string[];
  readonly cells: readonly string[];
}

export function readmeText(): string {
  return readFileSync(README_PATH, 'utf8');
}

/** The README's fenced blocks and its other lines, in order. An indented block is undone of its indent. */
export function readPage(): { blocks: readonly Block[]; lines: readonly Line[] } {
  const blocks: Block[] = [];
  const lines: Line[] = [];
  let open: (Omit<Block, 'text'> & { readonly indent: number; readonly texts: string[] }) | null = null;
  let section: readonly string[] = [];
  let remark = '';
  for (const text of readmeText().split('\n')) {
    const [, indent, language] = /^( *)```(\w*)$/.exec(text) ?? [];
    const isFence = indent !== undefined && language !== undefined;
    if (open !== null && isFence) {
      blocks.push({ ...open, text: `${open.texts.join('\n')}\n` });
      open = null;
    } else if (open !== null) {
      open.texts.push(text.slice(open.indent));
    } else if (isFence) {
      open = { language, indent: indent.length, section, remark, texts: [] };
    } else {
      section = sectionAfter(section, text);
      lines.push({ text, section });
    }
    remark = /^ *<!-- (.*) -->$/.exec(text)?.[1] ?? '';
  }
  return { blocks, lines };
}

/** The rows of every table, headers and rules left out. */
export function readRows(): TableRow[] {
  const { lines } = readPage();
  return lines.flatMap(({ text, section }, index) => {
    const isBody = text.startsWith('|') && !isRule(text) && !isRule(lines[index + 1]?.text ?? '');
    return isBody ? [{ section, cells: cellsOf(text) }] : [];
  });
}

/** The headings, with their marks: `## Install`. */
export function readHeadings(): string[] {
  return readPage()
    .lines.map(({ text }) => text)
    .filter((text) => HEADING.test(text));
}

/** The texts in code marks of `markdown`. */
export function codes(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

const HEADING = /^(#+) (.+)$/;

function sectionAfter(section: readonly string[], line: string): readonly string[] {
  const [, marks, title] = HEADING.exec(line) ?? [];
  return marks === undefined || title === undefined ? section : [...section.slice(0, marks.length - 1), title];
}

function isRule(line: string): boolean {
  return /^(\| --- )+\|$/.test(line);
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
