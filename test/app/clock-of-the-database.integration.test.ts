import { afterAll, beforeAll, expect, test } from 'vitest'
import { startClock } from '../../src/app/start-clock.ts'
import type { Log } from '../../src/lib/log.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'

const resources = new AsyncDisposableStack()
let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = resources.use(await createTestDatabase())
})
afterAll(() => resources.disposeAsync())

const steady = () => performance.now()
const hourMs = 3_600_000

for (const [name, offsetMs] of [
  ['two hours ahead', 2 * hourMs],
  ['two hours behind', -2 * hourMs],
  ['thirty years behind', -30 * 365 * 24 * hourMs],
] as const)
  test(`a process on a machine that is ${name} goes by the database's time from its start on, and says so`, async () => {
    const said: object[] = []
    const log: Log = { ...silentLog, warn: (fields: object) => void said.push(fields) }
    const machine = () => Date.now() + offsetMs
    const before = Date.now()
    await using started = await startClock({ db: database.db, log, machine, steady })
    const now = started.clock()
    expect(now).toBeGreaterThanOrEqual(before - 1_000)
    expect(now).toBeLessThanOrEqual(Date.now() + 1_000)
    expect(said).toHaveLength(1)
    expect(Math.round((said[0] as { machineAheadMs: number }).machineAheadMs / hourMs)).toBe(offsetMs / hourMs)
  })

test('a process whose database does not answer begins with its machine’s time', async () => {
  await using db = openPostgres({ url: 'postgres://nobody@127.0.0.1:9/none', log: silentLog, max: 1 })
  await using started = await startClock({ db, log: silentLog, machine: () => 5_000_000, steady })
  expect(started.clock()).toBeGreaterThanOrEqual(5_000_000)
})
