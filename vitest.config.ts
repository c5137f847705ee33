import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))
const alias = {
  'server-only': fileURLToPath(new URL('./scripts/test-support/empty.ts', import.meta.url)),
  '@/': root,
}
const shared = { resolve: { alias } }
/** Real servers on two cores: a second try, which the report names, tells a busy machine from a wrong answer. */
const retry = 1

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{lib,server,components,scripts,bench,demo}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.contract.test.ts', '**/node_modules/**'],
        },
      },
      {
        ...shared,
        test: {
          name: 'contract',
          retry,
          include: ['server/**/*.contract.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Most of a driver's test is waiting for its server: two files share the time, on two cores.
          maxWorkers: 2,
        },
      },
      {
        ...shared,
        test: {
          name: 'system',
          retry,
          include: ['e2e/api/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        ...shared,
        test: {
          name: 'faults',
          retry,
          include: ['e2e/{demo,faults,truth}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Each has servers of its own and mostly waits for them to go and come.
          maxWorkers: 2,
        },
      },
    ],
  },
})
