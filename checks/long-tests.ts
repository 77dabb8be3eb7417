import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { longRuns } from './long-runs.ts'

// Runs the tests that repeat something, in full: npm run test:long. Variables that are set already hold.
const variables = Object.fromEntries(longRuns.map(({ variable, full }) => [variable, String(full)]))
const files = longRuns.flatMap(({ tests }) => tests.map((test) => `test/${test}`))
const { status } = spawnSync('vitest', ['run', ...files], {
  cwd: path.join(import.meta.dirname, '..'),
  env: { ...variables, ...process.env },
  stdio: 'inherit',
})
process.exitCode = status ?? 1
