import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests that start the command as a process share two cores with it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['src/**/*.ts'], reporter: ['text-summary'] },
  },
});
