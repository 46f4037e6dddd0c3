import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cronDir, type Finished, projectDir, run } from './tool.ts';

const readme = readFileSync(join(cronDir, 'README.md'), 'utf8');
const section = /^## A Linux server\n([\s\S]*?)^## /m.exec(readme)?.[1] ?? '';
const steps = /^```sh\n([\s\S]*?)^```/m.exec(section)?.[1] ?? '';
const NAME = 'run-finra-weekly-schedule';

interface Machine {
  /** Stands for /. */
  root: string;
  /** Runs commands in which the machine's folders and its user are the stand-ins for them. */
  run(commands: string): Finished;
}

/** A machine on which the package was installed and FINRA's files were downloaded, whose administrator is this user. */
function machine(): Machine {
  const root = mkdtempSync(join(tmpdir(), 'finra-machine-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['bin', 'opt', 'etc', 'var/lib', 'var/log', 'modules'])
    mkdirSync(join(root, folder), { recursive: true });
  symlinkSync(projectDir, join(root, 'modules', NAME));
  symlinkSync(join(projectDir, `bin/${NAME}.js`), join(root, 'bin', NAME));
  cpSync(join(projectDir, 'fixtures/finra_otc'), join(root, 'home/finra_otc'), { recursive: true });
  const settings = join(root, 'etc/market-spine/finra-weekly.env');
  const standIn = (name: string, body: string) => {
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(root, 'bin', name), 0o755);
  };
  standIn('npm', `[ "$*" = "root -g" ] && echo "${root}/modules"`);
  standIn('useradd', 'exit 0');
  standIn('mail', `{ echo "$@"; cat; } >>"${root}/mailed"`);
  standIn('sudo', `shift 2; sed -i "s|=/var/|=${root}/var/|" "${settings}"; exec "$@"`);
  return {
    root,
    run: (commands) => {
      const moved = commands
        .replaceAll(/(?<=[\s])\/(?=(opt|etc|var)\/)/g, `${root}/`)
        .replaceAll(/ -[og] market-spine/g, '');
      const env = {
        HOME: join(root, 'home'),
        PATH: `${root}/bin:${dirname(process.execPath)}:/usr/bin:/bin`,
        FINRA_WEEKLY_ENV_FILE: settings,
        MARKET_SPINE_RUN_DATE: '2026-01-12',
      };
      return run('bash', ['--norc', '-euo', 'pipefail', '-c', `umask 022\n${moved}`], { cwd: '/', env });
    },
  };
}

describe('the first steps on a Linux server', () => {
  test('end in a run that is complete', () => {
    const { root, run } = machine();
    const { code, stdout, stderr } = run(steps);
    const logged = readFileSync(join(root, 'var/log/market-spine/weekly_finra.log'), 'utf8');
    expect(code, stdout + stderr + logged).toBe(0);
    expect(logged).toContain(`database    ${root}/var/lib/market-spine/market_spine.db\n`);
    expect(logged).toContain('exit 0, success');
  });

  test('leave the settings, which hold passwords, to root and the group', () => {
    const { root, run } = machine();
    run(steps);
    const mode = (path: string) => statSync(join(root, path)).mode & 0o777;
    expect([mode('etc/market-spine'), mode('etc/market-spine/finra-weekly.env')]).toEqual([0o750, 0o640]);
  });

  test('end in exit 1, and a mail that says what is missing, while a file is', () => {
    const { root, run } = machine();
    const { code } = run(`rm ~/finra_otc/finra_otc_weekly_tier1_20251222.csv\n${steps}`);
    expect(code).toBe(1);
    expect(readFileSync(join(root, 'mailed'), 'utf8')).toMatch(/2025-12-19.*NMS_TIER_1/);
  });

  test('end in exit 2 without the folder of the files', () => {
    const { run } = machine();
    expect(run(`${steps.split('\n').slice(0, -2).join('\n')}\nrm -r /var/lib/market-spine/finra_otc`).code).toBe(0);
    expect(run(steps.split('\n').at(-2) ?? '').code).toBe(2);
  });

  test('can be told of by mail and by page', () => {
    const { root, run } = machine();
    run(steps);
    const tries = [...section.matchAll(/^echo .*--notify \d$/gm)].map(([line]) => line);
    expect(tries).toHaveLength(2);
    for (const line of tries) expect(run(line).code).toBe(0);
    const mailed = readFileSync(join(root, 'mailed'), 'utf8');
    expect(mailed).toMatch(
      /exit 1, .* data-operations@localhost\n[\s\S]*a test\n[\s\S]*exit 2, .* oncall@localhost\n[\s\S]*a test\n/,
    );
  });
});
