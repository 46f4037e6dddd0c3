import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cronDir } from './tool.ts';

const read = (name: string) => readFileSync(join(cronDir, name), 'utf8');
const readme = read('README.md');
const script = read('weekly_finra.sh');

/** The variables that weekly_finra.sh reads, with their defaults in words of the defaults' own. */
const defaults = new Map(
  [...script.matchAll(/\$\{((?:FINRA_WEEKLY|MARKET_SPINE)_\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [
    name,
    value.replace('$home', '/var/lib/market-spine').replace('$mail_command', 'mail'),
  ]),
);

describe("the operations kit's README", () => {
  test.each([...defaults.keys()])('names the setting %s', (name) => {
    expect(readme).toContain(`| \`${name}\` |`);
  });

  test('links to headings and files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!\.\.)([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(5);
    const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(
      ([, title = '']) => `#${title.toLowerCase().replaceAll(' ', '-')}`,
    );
    expect(links.filter((link) => !anchors.includes(link) && !existsSync(join(cronDir, link)))).toEqual([]);
  });

  test('names every alert with its severity', () => {
    const rules = [...read('prometheus/alerts.yml').matchAll(/alert: (\w+)[\s\S]*?severity: (\w+)/g)];
    const rows = [...readme.matchAll(/^\| (\w+) \| (warning|critical) \|/gm)];
    const pairs = (found: RegExpMatchArray[]) => found.map(([, name, severity]) => [name, severity]);
    expect(pairs(rows)).toEqual(pairs(rules));
  });
});

describe('the example of the settings file', () => {
  const settings = read('finra-weekly.env.example')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  test('is plain enough for both systemd and weekly_finra.sh', () => {
    expect(settings.filter((line) => !/^[A-Z_]+=[\w@./-]+$/.test(line))).toEqual([]);
  });

  test('holds the defaults', () => {
    for (const [name, value] of settings.map((line) => line.split('='))) {
      expect([name, value]).toEqual([name, defaults.get(name ?? '')]);
    }
  });
});
