#!/usr/bin/env node
try {
  const { run } = await import('../dist/entry.cjs');
  process.exitCode = await run(process);
} catch (error) {
  process.exitCode = 2;
  process.stderr.write(`error: the program cannot be loaded: ${error?.message ?? error}\n`);
  process.stderr.write('try: npm ci && npm run build in its folder, or install the package again\n');
}
