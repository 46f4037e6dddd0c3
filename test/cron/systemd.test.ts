import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cronDir, run, testWith } from './tool.ts';

const systemdDir = join(cronDir, 'systemd');
const units = readdirSync(systemdDir);
const readUnit = (name: string) => readFileSync(join(systemdDir, name), 'utf8');
const setting = (unit: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

const scratch = mkdtempSync(join(tmpdir(), 'finra-systemd-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const command = '/opt/run-finra-weekly-schedule/bin/run-finra-weekly-schedule.js';

/** The units as they would be installed on a machine where the programs they start are there. */
function installed(): string[] {
  const folder = join(scratch, 'units');
  mkdirSync(folder, { recursive: true });
  return units.map((name) => {
    const path = join(folder, name);
    writeFileSync(path, readUnit(name).replaceAll(command, '/bin/true'));
    return path;
  });
}

describe('the systemd units', () => {
  testWith('systemd-analyze', 'pass systemd-analyze verify without a word', () => {
    const { code, stderr } = run('systemd-analyze', ['verify', '--man=no', ...installed()]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  testWith('systemd-analyze', 'start on Monday 10:30 in New York, in winter and in summer', () => {
    const calendar = setting(readUnit('finra-weekly.timer'), 'OnCalendar');
    const next = (base: string) =>
      run('systemd-analyze', ['calendar', `--base-time=${base}`, calendar], { env: { ...process.env, TZ: 'UTC' } });
    expect(next('2025-12-20').stdout).toContain('Next elapse: Mon 2025-12-22 15:30:00 UTC');
    expect(next('2026-07-01').stdout).toContain('Next elapse: Mon 2026-07-06 14:30:00 UTC');
  });

  testWith('systemd-analyze', 'are hardened to an exposure of at most 2.0 of 10', () => {
    const service = installed().find((path) => path.endsWith('finra-weekly.service')) ?? '';
    const { code, stdout } = run('systemd-analyze', ['security', '--offline=true', '--threshold=20', service]);
    expect(code, stdout).toBe(0);
  });

  test('make up for a Monday on which the machine was off', () => {
    expect(setting(readUnit('finra-weekly.timer'), 'Persistent')).toBe('true');
  });

  test('let the settings file change every setting, the weeks among them', () => {
    const lines = readUnit('finra-weekly.service').split('\n');
    const settings = lines.filter((line) => line.startsWith('Environment'));
    expect(settings.at(0)).toBe('Environment=MARKET_SPINE_LOOKBACK_WEEKS=8');
    expect(settings.at(-1)).toBe('EnvironmentFile=-/etc/market-spine/finra-weekly.env');
    // An option would win over the file.
    expect(setting(lines.join('\n'), 'ExecStart')).toBe(command);
  });

  test('take exit 1 for a failure, of which the alert unit tells', () => {
    const service = readUnit('finra-weekly.service');
    expect(service).not.toMatch(/^SuccessExitStatus=/m);
    expect(units).toContain(setting(service, 'OnFailure'));
  });
});

describe('the alert unit', () => {
  const ALERTS: [string, NodeJS.ProcessEnv, string][] = [
    ['mails for exit 1', { MONITOR_EXIT_STATUS: '1' }, 'mail: data-operations@localhost'],
    ['pages for exit 2', { MONITOR_EXIT_STATUS: '2' }, 'page: oncall@localhost'],
    ['pages for a signal', { MONITOR_EXIT_STATUS: 'HUP' }, 'page: oncall@localhost'],
    ['pages where systemd does not hand over the code', {}, 'page: oncall@localhost'],
  ];

  const id = '0123456789abcdef0123456789abcdef';
  const JOURNALS: [string, NodeJS.ProcessEnv, string[]][] = [
    [
      'of the run that failed',
      { MONITOR_INVOCATION_ID: id },
      [`_SYSTEMD_INVOCATION_ID=${id}`, '+', `INVOCATION_ID=${id}`],
    ],
    ['of the unit, where systemd does not say which run failed', {}, []],
  ];
  test.each(JOURNALS)('sends the last lines %s', (_, monitored, matches) => {
    const journal = ['--unit=finra-weekly.service', ...matches, '--lines=50', '--no-pager', '--output=cat'];
    expect(alert(monitored).stdout).toContain(`\njournalctl ${journal.join(' ')}\n`);
  });

  test.each(ALERTS)('%s', (_, monitored, told) => {
    const { code, stdout } = alert(monitored);
    expect(code).toBe(0);
    expect(stdout).toContain(`${told}\n`);
    expect(stdout).toContain('Log: journalctl --unit=finra-weekly.service\n');
  });

  /** Runs the alert unit's command with stand-ins for the journal, mail and pager. */
  function alert(monitored: NodeJS.ProcessEnv) {
    const program = (name: string, text: string) => {
      const path = join(scratch, name);
      writeFileSync(path, `#!/bin/sh\n${text}\n`);
      chmodSync(path, 0o755);
      return path;
    };
    program('journalctl', 'echo "journalctl $*"');
    // Quoting as systemd undoes it: the outer quotes, and $$ for a $ of the shell's.
    const command = setting(readUnit('finra-weekly-alert.service'), 'ExecStart')
      .replace(/^\/bin\/sh -c '(.*)'$/, '$1')
      .replaceAll('$$', '$')
      .replaceAll('/opt/run-finra-weekly-schedule/cron', cronDir);
    return run('/bin/sh', ['-c', command], {
      cwd: '/',
      env: {
        PATH: `${scratch}:/usr/bin:/bin`,
        FINRA_WEEKLY_MAIL_COMMAND: program('mail', 'echo "mail: $3"; cat'),
        FINRA_WEEKLY_PAGE_COMMAND: program('page', 'echo "page: $3"; cat'),
        ...monitored,
      },
    });
  }
});
