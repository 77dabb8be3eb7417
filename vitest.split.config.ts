import { defineConfig } from 'vitest/config'
import { splitTests } from './test/support/stores/split-tests.ts'
import { everyKind, everyRun } from './vitest.config.ts'

// The same tests with `dm` and `public` in two databases, as DM_DATABASE_URL has them: `npm run test:split`.
process.env.SPLIT_DM = '1'
// That both ways of answering are alike is found by `npm test`; here a few are enough, as only the databases differ.
process.env.EQUALITY_RUNS ??= '30'

export default defineConfig({
  test: { ...everyRun, projects: [{ test: { ...everyKind, name: 'split', include: splitTests(), isolate: false } }] },
})
