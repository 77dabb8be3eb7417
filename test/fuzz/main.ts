/** `npm run fuzz -- --seconds 3600 --seed 7`: the fuzz run of the tests, for as long and with the seed that is given. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const { seconds = '3600', seed = String(Date.now() % 2 ** 31) } = values
const run = spawnSync('npx', ['vitest', 'run', 'test/app/fuzz.e2e.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_SECONDS: seconds, FUZZ_SEED: seed },
})
process.exitCode = run.status ?? 1
