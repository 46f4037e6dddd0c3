#!/usr/bin/env node
// CommonJS (see package.json beside it): Node starts a CommonJS bundle in half the time of an ES module.
async function start() {
  try {
    const { loadBundle } = require('./load-bundle.js');
    process.exitCode = await loadBundle().exports.run(process);
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(`error: the program cannot be loaded: ${error?.message ?? error}\n`);
    process.stderr.write('try: npm ci && npm run build in its folder, or install the package again\n');
  }
}

start();
