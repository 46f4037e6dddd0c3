import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cronDir, projectDir, run, testWith } from './tool.ts';

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook_url: string };
}
interface AlertTest {
  alertname: string;
  exp_alerts: unknown[];
}

const prometheusDir = join(cronDir, 'prometheus');
const readYaml = <T>(file: string): T => parse(readFileSync(join(prometheusDir, file), 'utf8')) as T;
const rules = readYaml<{ groups: { rules: Rule[] }[] }>('alerts.yml').groups.flatMap((group) => group.rules);
const alertTests = readYaml<{ tests: { alert_rule_test: AlertTest[] }[] }>('alerts.test.yml').tests.flatMap(
  ({ alert_rule_test }) => alert_rule_test,
);
const named = rules.map((rule): [string, Rule] => [rule.alert, rule]);

/** The anchors that a Markdown page's headings get where it is shown on the web. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the alert rules', () => {
  testWith('promtool', 'pass promtool check rules', () => {
    const { code, stdout, stderr } = run('promtool', ['check', 'rules', join(prometheusDir, 'alerts.yml')]);
    expect(code, stdout + stderr).toBe(0);
  });

  testWith('promtool', 'fire and keep quiet as they should over a simulated month of weekly runs', () => {
    const { code, stdout, stderr } = run('promtool', ['test', 'rules', join(prometheusDir, 'alerts.test.yml')]);
    expect(code, stdout + stderr).toBe(0);
  });

  test('are those an operator expects', () => {
    expect(named.map(([name, { labels }]) => [name, labels.severity])).toEqual([
      ['SchedulerPartialFailure', 'warning'],
      ['SchedulerCriticalFailure', 'critical'],
      ['SchedulerNotRunning', 'critical'],
      ['SchedulerMetricsMissing', 'warning'],
      ['MarketSpineWorkFailed', 'warning'],
      ['MarketSpinePartitionGaps', 'warning'],
      ['MarketSpineCriticalAnomalies', 'critical'],
      ['MarketSpineCaptureStale', 'warning'],
    ]);
  });

  test.each(named)('%s is tested for firing and for not firing', (name) => {
    const tests = alertTests.filter(({ alertname }) => alertname === name);
    expect(tests.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(tests.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  });

  test.each(named)('%s has a summary, a description and a section of the README as its runbook', (_, rule) => {
    const { summary, description, runbook_url } = rule.annotations;
    expect(summary).not.toBe('');
    expect(description).not.toBe('');
    const [page, anchor] = runbook_url.split('#');
    expect(page).toBe('README.md');
    expect(anchors(readFileSync(join(projectDir, 'README.md'), 'utf8'))).toContain(anchor);
  });
});
