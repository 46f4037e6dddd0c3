import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { cronDir } from './tool.ts';

const windowsDir = join(cronDir, 'windows');
const scripts = readdirSync(windowsDir);
const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');

let parser: Parser;
beforeAll(async () => {
  await Parser.init();
  parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(grammar)));
});

/** The lines on which the text is not PowerShell. */
function syntaxErrors(text: string): number[] {
  const errors = (node: Node): Node[] =>
    node.isError || node.isMissing ? [node] : node.children.flatMap((child) => (child ? errors(child) : []));
  const tree = parser.parse(text);
  if (tree === null) throw new Error('the parser gave no tree');
  return errors(tree.rootNode).map((node) => node.startPosition.row + 1);
}

// No PowerShell runs here: the scripts are parsed by its grammar, not executed.
describe('the Windows scripts', () => {
  test('are checked by a parser that finds an error', () => {
    expect(syntaxErrors('if ($code) {\n    exit 2\n')).not.toEqual([]);
  });

  test.each(scripts)('%s is PowerShell', (name) => {
    expect(syntaxErrors(readFileSync(join(windowsDir, name), 'utf8'))).toEqual([]);
  });

  test('the run looks back eight weeks, by a setting: an option would win over the environment', () => {
    const script = readFileSync(join(windowsDir, 'Invoke-FinraWeekly.ps1'), 'utf8');
    expect(script).toContain("$env:MARKET_SPINE_LOOKBACK_WEEKS = Get-Setting 'MARKET_SPINE_LOOKBACK_WEEKS' '8'");
    expect(script).not.toContain('--');
  });

  test.each([
    ['Monday', '-Weekly -DaysOfWeek Monday'],
    ['a Monday missed', '-StartWhenAvailable'],
    ['no second start', '-MultipleInstances IgnoreNew'],
    ['a run that hangs', '-ExecutionTimeLimit'],
  ])('the task is registered for: %s', (_, option) => {
    expect(readFileSync(join(windowsDir, 'Register-FinraWeeklyTask.ps1'), 'utf8')).toContain(option);
  });
});
