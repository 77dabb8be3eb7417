import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Node keeps what it compiled: every test file, and every program that a test starts, has a process of its own.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node-compile', import.meta.url))

// Node loads the files itself, as it does in production: type stripping, import.meta.resolve, one copy of graphql.
const experimental = { viteModuleRunner: false }

/** What holds for every kind of test. */
export const everyKind = {
  experimental,
  setupFiles: ['test/support/access/watch-for-secrets.ts', 'test/support/forget-statements.ts'],
  pool: 'forks' as const,
  // Longer than `eventually` looks, so that a test that waits in vain says for what.
  testTimeout: 90_000,
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
  // How long `expect.poll` looks; of its own accord it gives up after a second.
  expect: { poll: { timeout: 15_000 } },
}

/** What holds for every run. */
export const everyRun = {
  experimental,
  // Of the root, as one Postgres serves the tests of all kinds.
  globalSetup: ['test/support/stores/global-setup.ts'],
  // Tests wait more than they work: on two cores three files run at a time.
  maxWorkers: Math.max(3, availableParallelism()),
}

export default defineConfig({
  test: {
    ...everyRun,
    projects: [
      // Files share a process: to load the program takes longer than most of them. Whatever they need of the stores they make for themselves.
      {
        test: {
          ...everyKind,
          name: 'parts',
          include: ['{test,admin/src}/**/*.{unit,integration}.test.ts'],
          isolate: false,
        },
      },
      // Apart from the parts, so that a browser and a server with both stores stand in few processes.
      { test: { ...everyKind, name: 'pages', include: ['test/**/*.browser.test.ts'], isolate: false } },
      {
        test: {
          ...everyKind,
          name: 'programs',
          include: ['test/**/*.e2e.test.ts'],
          globalSetup: ['test/support/app/build-program.ts'],
        },
      },
    ],
  },
})
