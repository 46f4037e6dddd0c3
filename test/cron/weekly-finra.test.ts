import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { standIns } from './stand-ins.ts';
import { cronDir, projectDir, run, testWith } from './tool.ts';

const script = join(cronDir, 'weekly_finra.sh');

testWith('shellcheck', 'weekly_finra.sh passes ShellCheck', () => {
  const { code, stdout } = run('shellcheck', ['--external-sources', script]);
  expect(code, stdout).toBe(0);
});

describe('the exit code of the command', () => {
  test('0 is passed on, and no one is told', () => {
    const kit = standIns();
    expect(kit.start().code).toBe(0);
    expect(kit.told('mail')).toBeUndefined();
    expect(kit.told('page')).toBeUndefined();
  });

  const CODES: [number, string, 'mail' | 'page', string, string][] = [
    [1, 'exit 1', 'mail', 'data-operations@localhost', 'partial failure: the run finished'],
    [2, 'exit 2', 'page', 'oncall@localhost', 'critical: the run could not do its job'],
    [3, 'exit 3', 'page', 'oncall@localhost', 'critical: unexpected end'],
    [126, 'exit 126', 'page', 'oncall@localhost', 'critical: the command could not be started'],
    [129, 'kill -HUP $$', 'page', 'oncall@localhost', 'critical: the run was killed'],
    [137, 'kill -KILL $$', 'page', 'oncall@localhost', 'critical: the run was killed'],
    [143, 'kill -TERM $$', 'page', 'oncall@localhost', 'critical: the run was killed'],
    [255, 'exit 255', 'page', 'oncall@localhost', 'critical: unexpected end'],
  ];
  test.each(CODES)('%i (%s) is passed on, and told by %s', (code, body, told, address, meaning) => {
    const kit = standIns();
    kit.commandIs(body);
    expect(kit.start()).toEqual({ code, stdout: '', stderr: '' });
    const subject = `[market-spine] FINRA weekly run on ${hostname()}: exit ${code}, ${meaning}`;
    expect(kit.told(told)).toContain(`-s\n${subject}`);
    expect(kit.told(told)).toContain(`\n${address}\n\n${meaning}`);
    expect(kit.told(told === 'mail' ? 'page' : 'mail')).toBeUndefined();
  });

  test('127, a command that is not there, is passed on and pages', () => {
    const kit = standIns();
    expect(kit.start([], { FINRA_WEEKLY_COMMAND: 'no-such-command' }).code).toBe(127);
    expect(kit.told('page')).toContain('critical: the command could not be started');
  });
});

describe('the message', () => {
  test('says where the log is, what to do, and how this run ended, not the one before', () => {
    const kit = standIns();
    kit.commandIs('echo "error: of last week" >&2; exit 1');
    kit.start();
    kit.commandIs('echo "error: of this week" >&2; exit 1');
    kit.start();
    const message = kit.told('mail');
    expect(message).toContain(
      `Exit code: 1\nHost: ${hostname()}\nDatabase: ${kit.folder}/home/market_spine.db\nLog: ${kit.log}`,
    );
    expect(message).toContain(`What to do: ${projectDir}/README.md, section "Exit 1: partial failure"`);
    expect(message).toContain('error: of this week\n');
    expect(message).not.toContain('error: of last week');
  });

  test('holds the last fifty lines, and of a long line its beginning', () => {
    const kit = standIns();
    kit.commandIs('seq -f "line %g." 100; printf "%0900d\\n" 0; exit 2');
    kit.start();
    expect(kit.told('page')).not.toContain('line 51.');
    expect(kit.told('page')).toContain('line 52.\n');
    expect(kit.told('page')).toContain(`\n${'0'.repeat(500)}\n`);
  });

  test('goes out by page when mail fails, and by mail when page fails', () => {
    const kit = standIns();
    kit.commandIs('exit 1');
    expect(kit.start([], { FINRA_WEEKLY_MAIL_COMMAND: '/bin/false' }).code).toBe(1);
    expect(kit.told('page')).toContain('exit 1, partial failure');
    kit.commandIs('exit 2');
    expect(kit.start([], { FINRA_WEEKLY_PAGE_COMMAND: 'no-such-pager' }).code).toBe(2);
    expect(kit.told('mail')).toContain('exit 2, critical');
  });

  test('goes out by the other way when a mail or page command hangs, which is stopped', () => {
    const kit = standIns();
    kit.commandIs('exit 2');
    const hanging = kit.program('hanging', 'exec sleep 600');
    kit.start([], { FINRA_WEEKLY_PAGE_COMMAND: hanging, FINRA_WEEKLY_SEND_TIMEOUT: '0.1' });
    expect(kit.told('mail')).toContain('exit 2, critical');
    expect(kit.logged()).toContain(`${hanging} could not tell oncall@localhost: it took longer than 0.1\n`);
  });

  test('needs no room for a temporary file', () => {
    expect(readFileSync(script, 'utf8')).not.toContain('<<');
  });

  test('that reaches nobody is said on stderr, which cron mails, and in the log', () => {
    const kit = standIns();
    kit.commandIs('exit 1');
    const mute = { FINRA_WEEKLY_MAIL_COMMAND: '/bin/false', FINRA_WEEKLY_PAGE_COMMAND: '/bin/false' };
    const { code, stderr } = kit.start([], mute);
    expect(code).toBe(1);
    expect(stderr).toContain('nobody could be told of this: [market-spine] FINRA weekly run');
    expect(kit.logged()).toContain('nobody could be told of this');
  });
});

describe('the log', () => {
  test('gets its folder made, holds both outputs, and is appended to', () => {
    const kit = standIns();
    kit.commandIs('echo "a result"; echo "a diagnostic" >&2');
    kit.start();
    kit.start();
    expect(kit.logged().match(/^a result\na diagnostic\n/gm)).toHaveLength(2);
    expect(
      kit.logged().match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ weekly_finra.sh: start: .*\/command \n/gm),
    ).toHaveLength(2);
    expect(kit.logged().match(/weekly_finra.sh: end, exit 0\n/g)).toHaveLength(2);
  });

  test.each(['log', 'home'])('nothing is run, and a page sent, when the folder %s cannot be made', (name) => {
    const kit = standIns();
    kit.commandIs(`touch "${kit.folder}/was-run"`);
    writeFileSync(join(kit.folder, name), 'a file where a folder should be');
    expect(kit.start().code).toBe(2);
    expect(kit.told('page')).toContain(`cannot make the folder of the ${name === 'log' ? 'log' : 'lock'} file`);
    expect(run('/bin/ls', [kit.folder]).stdout).not.toContain('was-run');
  });

  test('that is cut short during the run, as logrotate does, takes nothing from the message', () => {
    const kit = standIns();
    kit.commandIs('seq 1000; exit 0');
    kit.start();
    kit.commandIs(`echo "before"; : >"${kit.log}"; echo "after"; exit 2`);
    kit.start();
    expect(kit.told('page')).toMatch(/\nbefore\nafter\n$/);
  });
});

describe('a log on a full disk', () => {
  const onFullDisk = { FINRA_WEEKLY_LOG_FILE: '/dev/full' };

  test.each([
    [1, 'mail', 'exit 1, partial failure'],
    [2, 'page', 'exit 2, critical: the run could not do its job'],
  ] as const)('does not keep exit %i from being told, once, by %s, with what the command said', (code, by, subject) => {
    const kit = standIns();
    kit.commandIs(`echo "a result"; echo "error: the cause" >&2; exit ${code}`);
    const { code: passedOn, stderr } = kit.start([], onFullDisk);
    expect(passedOn).toBe(code);
    expect(kit.told(by)).toContain(subject);
    expect(kit.told(by)).toContain('Log: /dev/full (it could not be written, or not all of it)\n');
    expect(kit.told(by)).toMatch(/\na result\nerror: the cause\n$/);
    expect(kit.told(by === 'mail' ? 'page' : 'mail')).toBeUndefined();
    expect(stderr).not.toContain('nobody could be told');
  });

  test('pages with exit 2 for a run that went well, whose log is lost', () => {
    const kit = standIns();
    expect(kit.start([], onFullDisk).code).toBe(2);
    expect(kit.told('page')).toContain('the command ended with exit 0, but the log /dev/full could not be written');
  });

  test('leaves what the script has to say to stderr, which cron mails', () => {
    const kit = standIns();
    kit.commandIs('exit 1');
    const { stderr } = kit.start([], onFullDisk);
    expect(stderr).toMatch(/weekly_finra\.sh: start: .*\/command \n/);
    expect(stderr).toMatch(/weekly_finra\.sh: told data-operations@localhost by .*\/mail\n/);
  });
});

describe('the command', () => {
  test('gets the options, and absolute paths in place of its relative defaults', () => {
    const kit = standIns();
    kit.commandIs('printf "%s\\n" "$@" "$MARKET_SPINE_DB" "$MARKET_SPINE_DATA_DIR"');
    kit.start(['--weeks', '2025-10-01..2025-12-22', '--data-dir', 'a b']);
    const home = join(kit.folder, 'home');
    const lines = [
      '--weeks',
      '2025-10-01..2025-12-22',
      '--data-dir',
      'a b',
      `${home}/market_spine.db`,
      `${home}/finra_otc`,
    ];
    expect(kit.logged()).toContain(`\n${lines.join('\n')}\n`);
  });

  const LOOKBACKS: [string, NodeJS.ProcessEnv, string][] = [
    ['eight weeks without a word', {}, '8 '],
    ['as many weeks as the settings say', { MARKET_SPINE_LOOKBACK_WEEKS: '10' }, '10 '],
    ['no number of weeks beside weeks that are named', { MARKET_SPINE_WEEKS: '2025-12-19' }, ' 2025-12-19'],
  ];
  test.each(LOOKBACKS)('looks back %s, by its environment, which an option can win over', (_, env, seen) => {
    const kit = standIns();
    kit.commandIs('echo "<$MARKET_SPINE_LOOKBACK_WEEKS $MARKET_SPINE_WEEKS> $# options"');
    kit.start([], env);
    expect(kit.logged()).toContain(`\n<${seen}> 0 options\n`);
  });

  test('keeps the database that the environment names', () => {
    const kit = standIns();
    kit.commandIs('echo "$MARKET_SPINE_DB"');
    kit.start([], { MARKET_SPINE_DB: '/custom/path/market_spine.db' });
    expect(kit.logged()).toContain('\n/custom/path/market_spine.db\n');
  });

  test('is found in /usr/local/bin, which is not on the PATH of cron', () => {
    const kit = standIns();
    kit.commandIs('echo "$PATH"');
    kit.start();
    expect(kit.logged()).toContain('\n/usr/bin:/bin:/usr/local/bin');
  });

  test('is run the same through a link to the script', () => {
    const kit = standIns();
    kit.commandIs('exit 1');
    const link = join(kit.folder, 'linked.sh');
    symlinkSync(script, link);
    expect(run(link, [], { cwd: kit.folder, env: kit.env }).code).toBe(1);
    expect(kit.told('mail')).toContain(`What to do: ${projectDir}/README.md`);
  });
});

describe('--notify', () => {
  const CODES: [string, 'mail' | 'page', string][] = [
    ['1', 'mail', 'exit 1, partial failure'],
    ['2', 'page', 'exit 2, critical: the run could not do its job'],
    ['KILL', 'page', 'exit KILL, critical: the run was killed'],
    ['unknown', 'page', 'exit unknown, critical: unexpected end'],
  ];
  test.each(CODES)('%s tells by %s, with the log that it reads', (code, told, subject) => {
    const kit = standIns();
    kit.start(['--notify', code, 'the journal'], {}, 'the last line\n');
    expect(kit.told(told)).toContain(subject);
    expect(kit.told(told)).toContain('Log: the journal\n');
    expect(kit.told(told)).toContain('the last line\n');
    expect(kit.told(told === 'mail' ? 'page' : 'mail')).toBeUndefined();
  });

  test('ends with exit 1 when nobody could be told, so that its unit fails', () => {
    const kit = standIns();
    const mute = { FINRA_WEEKLY_MAIL_COMMAND: '/bin/false', FINRA_WEEKLY_PAGE_COMMAND: '/bin/false' };
    expect(kit.start(['--notify', '2'], mute).code).toBe(1);
  });

  test('0 tells nobody', () => {
    const kit = standIns();
    expect(kit.start(['--notify', '0']).code).toBe(0);
    expect(kit.told('mail')).toBeUndefined();
    expect(kit.told('page')).toBeUndefined();
  });
});
