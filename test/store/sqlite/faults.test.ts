import { describe, expect, it } from 'vitest';
import { fatalFault } from '../../../src/store/sqlite/faults.ts';

describe("a binary of SQLite's that cannot be loaded", () => {
  it.each([
    [
      'that the bundle does not find',
      new Error(
        "Cannot find module 'better-sqlite3/build/Release/better_sqlite3.node'\nRequire stack:\n- /a/entry.cjs",
      ),
      "Cannot find module 'better-sqlite3/build/Release/better_sqlite3.node'",
    ],
    [
      'that the modules do not find',
      new Error('Could not locate the bindings file. Tried:\n → /a/build/better_sqlite3.node\n → /a/out'),
      'Could not locate the bindings file',
    ],
    [
      'made for another Node.js',
      Object.assign(
        new Error(
          "The module '/a/better_sqlite3.node'\nwas compiled against a different Node.js version using\n" +
            'NODE_MODULE_VERSION 127. This version of Node.js requires\nNODE_MODULE_VERSION 115. Please try re-compiling ' +
            'or re-installing\nthe module (for instance, using `npm rebuild` or `npm install`).',
        ),
        { code: 'ERR_DLOPEN_FAILED' },
      ),
      "The module '/a/better_sqlite3.node' was compiled against a different Node.js version using " +
        'NODE_MODULE_VERSION 127. This version of Node.js requires NODE_MODULE_VERSION 115',
    ],
  ])('%s is told in whole sentences, on one line', (_, error, reason) => {
    expect(fatalFault(error, '/a/spine.db')).toMatchObject({
      code: 'sqlite_binary',
      message: `better_sqlite3.node, which brings SQLite, cannot be loaded: ${reason}`,
      hint: 'install the program again with the Node.js that runs it (in a clone: npm ci)',
    });
  });
});
