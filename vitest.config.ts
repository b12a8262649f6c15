import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './scripts/lib/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/build/**', 'apps/site/e2e/**'],
          testTimeout: 30_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'browser',
          include: ['apps/site/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry: 1,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});
