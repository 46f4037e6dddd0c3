// Node.js compiles what it loads anew in every process, and most of a short run's time goes there. So the build keeps V8's
// compiled code of the bundle beside it, made by this version of Node.js; another version ignores it and compiles.
const { createHash } = require('node:crypto');
const { readFileSync, statSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');

const DIST = path.join(__dirname, '..', 'dist');
const BUNDLE = path.join(DIST, 'entry.cjs');
const CODE_CACHE = path.join(DIST, 'entry.cache');
const DIGEST_BYTES = 32;

/** The bundle's exports, and its script; throws what the bundle throws while it is loaded. */
function loadBundle() {
  const source = readFileSync(BUNDLE);
  // The bundle is ASCII, which Latin-1 decodes fastest.
  const script = new Script(wrap(source.latin1Slice()), {
    filename: 'entry.cjs',
    // Makes positions in stack traces those of the file, which its source map knows.
    columnOffset: -wrap('|').indexOf('|'),
    cachedData: codeOf(source),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(BUNDLE), module, BUNDLE, DIST);
  return { exports: module.exports, script };
}

// The file is a digest of the bundle and its code, then the code. V8 itself would run code of another bundle that is as
// long, and code that was damaged.
function codeOf(source) {
  try {
    if (!statSync(CODE_CACHE).isFile()) return undefined;
    const kept = readFileSync(CODE_CACHE);
    const code = kept.subarray(DIGEST_BYTES);
    return digestOf(source, code).equals(kept.subarray(0, DIGEST_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** What the file of the compiled code begins with. */
function digestOf(source, code) {
  return createHash('sha256').update(source).update(code).digest();
}

module.exports = { loadBundle, digestOf, BUNDLE, CODE_CACHE };
