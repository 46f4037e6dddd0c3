import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cronDir, run, testWith } from './tool.ts';

const path = join(cronDir, 'crontab');
const lines = readFileSync(path, 'utf8').split('\n');

describe('the crontab', () => {
  testWith('crontab', 'passes the syntax check of crontab itself', () => {
    // The switch differs, and cronie's -n does something else.
    const isCronie = run('crontab', ['-V']).stdout.includes('cronie');
    const { code, stderr } = run('crontab', [isCronie ? '-T' : '-n', path]);
    expect(code, stderr).toBe(0);
  });

  test('runs on Monday 10:30 in New York, and only then', () => {
    expect(lines).toContain('CRON_TZ=America/New_York');
    expect(lines.filter((line) => /^[\d*]/.test(line))).toEqual([
      '30 10 * * 1 /opt/run-finra-weekly-schedule/cron/weekly_finra.sh',
    ]);
  });

  const HOURS: [string, string, number][] = [
    ['14:30 UTC in summer', '10', 0],
    ['14:30 UTC in winter', '09', 1],
  ];
  test.each(HOURS)(
    'has a rule for crons without CRON_TZ that starts the run only at 10 in New York: %s',
    (_, hour, skips) => {
      const rules = lines.filter((line) => /^# 30 1[45] \* \* 1 /.test(line));
      expect(rules).toHaveLength(2);
      for (const rule of rules) {
        const command = rule
          .replace(/^# 30 1[45] \* \* 1 /, '')
          .replaceAll('\\%', '%')
          .replace('TZ=America/New_York date +%H', `echo ${hour}`)
          .replace('/opt/run-finra-weekly-schedule/cron/weekly_finra.sh', 'echo started');
        const { code, stdout } = run('/bin/sh', ['-c', command]);
        expect(code).toBe(0);
        expect(stdout).toBe(skips ? '' : 'started\n');
      }
    },
  );
});
