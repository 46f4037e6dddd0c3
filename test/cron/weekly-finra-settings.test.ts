import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type StandIns, standIns } from './stand-ins.ts';
import { cronDir, run } from './tool.ts';

/** A settings file of these lines, named to the script by its environment. */
function settingsOf(kit: StandIns, ...lines: string[]): { FINRA_WEEKLY_ENV_FILE: string } {
  const path = join(kit.folder, 'weekly.env');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { FINRA_WEEKLY_ENV_FILE: path };
}

describe('the settings file', () => {
  test('names who is told, and gives the command its settings', () => {
    const kit = standIns();
    kit.commandIs('echo "waits $MARKET_SPINE_MAX_WAIT"; exit 2');
    const settings = ['# who is told', 'FINRA_WEEKLY_PAGE_TO="desk on call"', 'MARKET_SPINE_MAX_WAIT=20m'];
    kit.start([], settingsOf(kit, ...settings));
    expect(kit.told('page')).toContain('\ndesk on call\n');
    expect(kit.logged()).toContain('\nwaits 20m\n');
  });

  // On the right what systemd makes of the same line.
  const LITERAL: [string, string][] = [
    ['V=http://u:pa$sword@h/', 'http://u:pa$sword@h/'],
    ['V=`id` $(id) $HOME', '`id` $(id) $HOME'],
    ['V="$HOME and `id`"', '$HOME and `id`'],
    ['V=\'back\\slash and "quotes"\'', 'back\\slash and "quotes"'],
    ['V=a b # no comment', 'a b # no comment'],
    ["V=don't", "don't"],
    ['  V = spaces around  ', 'spaces around'],
    ['V=a line of Windows\r', 'a line of Windows'],
    ['V=first\nV=second', 'second'],
    ['; a comment\n#V=another\nV=', ''],
  ];
  test.each(LITERAL)('is taken literally, with nothing expanded or run: %j', (lines, value) => {
    const kit = standIns();
    kit.commandIs('printf "<%s>\\n" "$(printenv V || echo unset)"');
    expect(kit.start([], settingsOf(kit, lines)).code).toBe(0);
    expect(kit.logged()).toContain(`\n<${value}>\n`);
  });

  test('gives its last line also when that has no line end', () => {
    const kit = standIns();
    kit.commandIs('echo "<$V>"');
    const settings = settingsOf(kit);
    writeFileSync(settings.FINRA_WEEKLY_ENV_FILE, 'V=last');
    kit.start([], settings);
    expect(kit.logged()).toContain('\n<last>\n');
  });

  const REFUSED = [
    'export V=1',
    'a command',
    '1V=1',
    'V=back\\slash',
    'V="\\$"',
    'V="no end',
    'V="two" "texts"',
    "V='",
    'V=1\\',
    '# \\',
    'UID=5',
  ];
  test.each(REFUSED)('that systemd would read in another way is refused, with a page: %s', (line) => {
    const kit = standIns();
    kit.commandIs('echo "the command ran"');
    const settings = settingsOf(kit, '# a comment', line, 'FINRA_WEEKLY_PAGE_TO=below');
    const { code, stderr } = kit.start([], settings);
    expect(code).toBe(2);
    const cause = `cannot read the settings in ${settings.FINRA_WEEKLY_ENV_FILE}: line 2 is not a plain KEY=value`;
    expect(stderr).toContain(`${cause}\n`);
    expect(kit.told('page')).toContain(`exit 2, ${cause}\nbelow\n`);
    expect(kit.logged()).toContain(cause);
    expect(kit.logged()).not.toContain('the command ran');
  });

  test('is refused for a time limit that is none, with a page that has one', () => {
    const kit = standIns();
    const { code } = kit.start([], settingsOf(kit, 'FINRA_WEEKLY_SEND_TIMEOUT=a while'));
    expect(code).toBe(2);
    expect(kit.told('page')).toContain('FINRA_WEEKLY_SEND_TIMEOUT is no time that timeout knows: a while');
  });

  test('that is wrong does not keep --notify from telling', () => {
    const kit = standIns();
    const settings = settingsOf(kit, 'a command');
    expect(kit.start(['--notify', '1'], settings, 'the last line\n').code).toBe(0);
    expect(kit.told('mail')).toContain('Settings: cannot read the settings');
    expect(kit.told('mail')).toContain('the last line\n');
  });

  test.each(['no/such/file.env', '.'])('that was named and is not there, or no file, stops the run: %s', (name) => {
    const kit = standIns();
    const path = join(kit.folder, name);
    const { code, stderr } = kit.start([], { FINRA_WEEKLY_ENV_FILE: path });
    expect(code).toBe(2);
    expect(stderr).toContain(`cannot read the settings in ${path}\n`);
    expect(kit.told('page')).toContain('cannot read the settings');
  });
});

describe('the settings file in its usual place', () => {
  /** Starts the script with another place for /etc, as a user who is not root: root may read everything. */
  function startWithEtc(kit: StandIns, etc: string) {
    const copy = kit.program('weekly_finra.sh', '');
    const script = readFileSync(join(cronDir, 'weekly_finra.sh'), 'utf8');
    writeFileSync(copy, script.replaceAll('/etc/market-spine', etc));
    chmodSync(kit.folder, 0o777);
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    return run(copy, [], { cwd: '/', env: kit.env, ...user });
  }

  const UNREADABLE: [string, (etc: string, file: string) => void][] = [
    ['that the user may not read', (_, file) => chmodSync(file, 0)],
    ['in a folder that the user may not enter', (etc) => chmodSync(etc, 0)],
    ['that is a link to nowhere', (etc) => symlinkSync('nowhere', join(etc, 'finra-weekly.env'))],
  ];
  test.each(UNREADABLE)('%s stops the run, rather than its being run on defaults', (what, spoil) => {
    const kit = standIns();
    kit.commandIs('echo "the command ran"');
    const etc = join(kit.folder, 'etc');
    const file = join(etc, 'finra-weekly.env');
    mkdirSync(etc, { mode: 0o755 });
    if (!what.includes('link')) writeFileSync(file, '');
    spoil(etc, file);
    expect(startWithEtc(kit, etc).code).toBe(2);
    chmodSync(etc, 0o755);
    expect(kit.told('page')).toContain(`exit 2, cannot read the settings in ${file}`);
    expect(kit.logged()).not.toContain('the command ran');
  });

  test.each([true, false])('need not be there (its folder is: %j)', (hasFolder) => {
    const kit = standIns();
    kit.commandIs('echo "the command ran"');
    const etc = join(kit.folder, 'etc');
    if (hasFolder) mkdirSync(etc, { mode: 0o755 });
    expect(startWithEtc(kit, etc)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(kit.logged()).toContain('the command ran');
  });
});
