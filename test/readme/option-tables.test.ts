import { describe, expect, it } from 'vitest';
import { OPTIONS_BEGIN, OPTIONS_END, withOptionTables } from './option-tables.ts';
import { readmeText } from './readme-page.ts';

describe("the README's option tables", () => {
  it('are what the table of options says', () => {
    expect(readmeText(), 'the options changed: npm run docs').toBe(withOptionTables(readmeText()));
  });

  it('are written between their marks, in place of what was there', () => {
    const page = `before\n${OPTIONS_BEGIN}\nold\n${OPTIONS_END}\nafter\n`;
    const written = withOptionTables(page);
    expect(written.startsWith(`before\n${OPTIONS_BEGIN}\n`)).toBe(true);
    expect(written.endsWith(`${OPTIONS_END}\nafter\n`)).toBe(true);
    expect(written).not.toContain('\nold\n');
    expect(written).toContain('| `--lookback-weeks <n>` | `MARKET_SPINE_LOOKBACK_WEEKS` | `6` |');
    expect(written).toContain('`--source <file\\|');
  });

  it('need both marks', () => {
    expect(() => withOptionTables(`${OPTIONS_END} ${OPTIONS_BEGIN}`)).toThrow('the page has no');
  });
});
