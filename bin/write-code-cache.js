// The last step of the build: runs the bundle on a few files, so that V8 has compiled what a run needs, and keeps that code
// for load-bundle.js.
const { mkdtempSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { Writable } = require('node:stream');

const { BUNDLE, CODE_CACHE, digestOf, loadBundle } = require('./load-bundle.js');

const HEADER =
  'tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|totalWeeklyShareQuantity|' +
  'totalWeeklyTradeCount|lastUpdateDate';
const FILES = {
  tier1_20250905: 'NMS Tier 1|AAA|Alpha|Venue|VNUE|100|1|2025-09-22\n',
  tier2_20250905: 'NMS Tier 2|BBB|Beta|Venue|VNUE|100|1|2025-10-06\n',
  otc_20250905: 'OTC|CCC|Gamma|Venue|VNUE|100|1|2025-10-06\n',
};

async function writeCodeCache() {
  rmSync(CODE_CACHE, { force: true });
  const { exports: bundle, script } = loadBundle();
  const uninterrupted = new AbortController().signal;
  const umask = process.umask();
  const place = mkdtempSync(path.join(tmpdir(), 'code-cache-'));
  try {
    mkdirSync(path.join(place, 'files'));
    for (const [name, row] of Object.entries(FILES)) {
      writeFileSync(path.join(place, 'files', `${name}.csv`), `${HEADER}\n${row}`);
    }
    await bundle.run(processOf('--help'), uninterrupted);
    const week = ['--weeks', '2025-09-05', '--run-date', '2025-11-03', '--data-dir', 'files'];
    const options = [...week, '--db', 'db', '--allow-network-fs', '--quiet'];
    // The second run finds nothing to do, as most runs of a week do.
    for (const run of [options, options]) {
      const code = await bundle.run(processOf(...run), uninterrupted);
      if (code !== 0) throw new Error(`the bundle ended with exit code ${code}`);
    }
  } finally {
    process.umask(umask);
    rmSync(place, { recursive: true, force: true });
  }
  const unfinished = `${CODE_CACHE}.unfinished`;
  const code = script.createCachedData();
  writeFileSync(unfinished, Buffer.concat([digestOf(readFileSync(BUNDLE), code), code]));
  renameSync(unfinished, CODE_CACHE);

  function processOf(...args) {
    const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() });
    const own = { argv: ['node', 'run', ...args], env: {}, cwd: () => place, stdout: silent(), stderr: silent() };
    return Object.create(process, Object.getOwnPropertyDescriptors(own));
  }
}

writeCodeCache();
