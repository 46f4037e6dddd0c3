// Loaded into the real command ahead of it (`node --import`), never part of the program. A step is one statement that
// the command hands to SQLite to carry out; single-row look-ups are not counted.
import fs, { existsSync, writeFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const { HARNESS_HOST, HARNESS_PID, HARNESS_SIGNAL, HARNESS_HOLD, HARNESS_REPORT, HARNESS_OF, HARNESS_FILESYSTEM } =
  process.env;
const STEP = Number(process.env.HARNESS_STEP);
const realPid = process.pid;
let steps = 0;

if (HARNESS_HOST !== undefined) os.hostname = () => HARNESS_HOST;
if (HARNESS_PID !== undefined) Object.defineProperty(process, 'pid', { value: Number(HARNESS_PID) });
if (HARNESS_FILESYSTEM !== undefined) fs.statfsSync = () => ({ type: Number(HARNESS_FILESYSTEM) });
syncBuiltinESMExports();

const Database = createRequire(import.meta.url)('better-sqlite3');
const memory = new Database(':memory:');
const statement = Object.getPrototypeOf(memory.prepare('SELECT 1'));
memory.close();
for (const [owner, name] of [
  [statement, 'run'],
  [statement, 'all'],
  [Database.prototype, 'exec'],
]) {
  const original = owner[name];
  owner[name] = function (...args) {
    if (HARNESS_OF === undefined || (this.source ?? args[0]) === HARNESS_OF) {
      steps += 1;
      if (steps === STEP) return atStep(() => original.apply(this, args));
    }
    return original.apply(this, args);
  };
}

if (HARNESS_REPORT !== undefined) {
  process.on('exit', () => {
    writeFileSync(HARNESS_REPORT, JSON.stringify({ steps, peakKilobytes: process.resourceUsage().maxRSS }));
  });
}

function atStep(carryOut) {
  if (HARNESS_SIGNAL !== undefined) process.kill(realPid, HARNESS_SIGNAL);
  if (HARNESS_HOLD === undefined) return carryOut();
  writeFileSync(`${HARNESS_HOLD}.reached`, '');
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(HARNESS_HOLD)) Atomics.wait(cell, 0, 0, 5);
  try {
    return carryOut();
  } finally {
    writeFileSync(`${HARNESS_HOLD}.passed`, '');
  }
}
