// Stack traces of the bundle, told in files and lines of the sources: the bundle's own are one long line of short names.
const { readFileSync } = require('node:fs');
const { SourceMap } = require('node:module');
const { BUNDLE } = require('./load-bundle.js');

const PLACE = /^( +at ).*\bentry\.cjs:(\d+):(\d+)\)?$/gm;

/** `stack` with the sources' places for the bundle's; as it is where there is no source map, or a damaged one. */
function inSources(stack) {
  try {
    const map = new SourceMap(JSON.parse(readFileSync(`${BUNDLE}.map`, 'utf8')));
    return stack.replace(PLACE, (whole, at, line, column) => {
      const { originalSource, originalLine, originalColumn } = map.findEntry(Number(line) - 1, Number(column) - 1);
      if (originalSource === undefined) return whole;
      return `${at}${originalSource.replace(/^(?:\.\.\/)+/, '')}:${originalLine + 1}:${originalColumn + 1}`;
    });
  } catch {
    return stack;
  }
}

module.exports = { inSources };
