// The last step of the build: runs the bundle on a few files, so that V8 has compiled what a run needs, and keeps that code
// for load-bundle.js.
const {
  closeSync,
  mkdtempSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const { BUNDLE, CODE_CACHE, digestOf, loadBundle } = require('./load-bundle.js');

const HEADER =
  'tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|totalWeeklyShareQuantity|' +
  'totalWeeklyTradeCount|lastUpdateDate';
const ROWS = {
  tier1: 'NMS Tier 1|AAA|Alpha|Venue|VNUE|100|1|2025-09-22\n',
  tier2: 'NMS Tier 2|BBB|Beta|Venue|VNUE|100|1|2025-10-06\n',
  otc: 'OTC|CCC|Gamma|Venue|VNUE|100|1|2025-10-06\n',
};
const OPTIONS = ['--weeks', '2025-08-29..2025-09-05', '--run-date', '2025-11-03', '--data-dir', 'files', '--db', 'db'];

async function writeCodeCache() {
  rmSync(CODE_CACHE, { force: true });
  const { exports: bundle, script } = loadBundle();
  const uninterrupted = new AbortController().signal;
  const umask = process.umask();
  const place = mkdtempSync(path.join(tmpdir(), 'code-cache-'));
  const output = openSync(path.join(place, 'output'), 'w');
  try {
    mkdirSync(path.join(place, 'files'));
    for (const day of ['20250901', '20250908']) {
      for (const [tier, row] of Object.entries(ROWS)) {
        writeFileSync(path.join(place, 'files', `finra_otc_weekly_${tier}_${day}.csv`), `${HEADER}\n${row}`);
      }
    }
    const run = [...OPTIONS, '--allow-network-fs', '--quiet'];
    // The second run finds nothing to do, as most runs of a week do.
    for (const args of [['--help'], run, run]) {
      const code = await bundle.run(processOf(args), uninterrupted, (stack) => stack, {
        stdout: output,
        stderr: output,
      });
      if (code !== 0) throw new Error(`the bundle ended with exit code ${code}`);
    }
  } finally {
    process.umask(umask);
    closeSync(output);
    rmSync(place, { recursive: true, force: true });
  }
  const unfinished = `${CODE_CACHE}.unfinished`;
  const code = script.createCachedData();
  writeFileSync(unfinished, Buffer.concat([digestOf(readFileSync(BUNDLE), code), code]));
  renameSync(unfinished, CODE_CACHE);

  function processOf(args) {
    const own = { argv: ['node', 'run', ...args], env: {}, cwd: () => place };
    return Object.create(process, Object.getOwnPropertyDescriptors(own));
  }
}

writeCodeCache();
