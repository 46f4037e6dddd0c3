// Node.js compiles what it loads anew in every process, and most of a short run's time goes there. So the build keeps V8's
// compiled code of the bundle beside it, made by this version of Node.js; another version ignores it and compiles.
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');

const DIST = path.join(__dirname, '..', 'dist');
const BUNDLE = path.join(DIST, 'entry.cjs');
const CODE_CACHE = path.join(DIST, 'entry.cache');

/** The bundle's exports, and its script; throws what the bundle throws while it is loaded. */
function loadBundle() {
  const source = readFileSync(BUNDLE);
  // The bundle is ASCII, which Latin-1 decodes fastest.
  const script = new Script(wrap(source.latin1Slice()), { filename: 'entry.cjs', cachedData: codeOf(source) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(BUNDLE), module, BUNDLE, DIST);
  return { exports: module.exports, script };
}

// The file is the bundle's own bytes, then the code: V8 itself tells code of another bundle by its length only.
function codeOf(source) {
  try {
    const kept = readFileSync(CODE_CACHE);
    return source.equals(kept.subarray(0, source.length)) ? kept.subarray(source.length) : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { loadBundle, BUNDLE, CODE_CACHE };
