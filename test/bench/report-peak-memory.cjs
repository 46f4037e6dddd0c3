// Preloaded into a measured Node process: hands its peak resident memory over when it ends.
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(peakBytes())));

// Linux counts the parent's peak into a child's ru_maxrss when it was started without copying its memory; VmHWM begins
// anew with the program.
function peakBytes() {
  const kilobytes =
    process.platform === 'linux'
      ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]
      : process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}
