import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'admin/src/**/*.test.ts'],
    globalSetup: ['test/support/stores/global-setup.ts'],
    setupFiles: ['test/support/access/watch-for-secrets.ts'],
    pool: 'forks',
    // Tests wait more than they work: on two cores three files run at a time.
    maxWorkers: Math.max(3, availableParallelism()),
    // Longer than `eventually` looks, so that a test that waits in vain says for what.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    // How long `expect.poll` looks; of its own accord it gives up after a second.
    expect: { poll: { timeout: 15_000 } },
    // Node loads the files itself, as it does in production: type stripping, import.meta.resolve, one copy of graphql.
    experimental: { viteModuleRunner: false },
  },
})
