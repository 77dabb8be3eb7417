import { expect, test } from 'vitest'
import { alarmSecondsOf, watchArchiveLag } from '../../src/archive/archive-lag.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'

const day = 86_400

test.for([
  [30, day],
  [4, day],
  [3, (3 * day) / 4],
  [1, day / 4],
] as const)('with %d days of retention the alarm comes long before its end', ([days, seconds]) => {
  expect(alarmSecondsOf(days)).toBe(seconds)
})

test('the lag is that of the watermark, and one warning an hour says when it is too long', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const setWatermark = (at: Date) =>
    db.pool.query(
      `INSERT INTO dm.chat_export_watermark VALUES ('test', $1) ON CONFLICT (env) DO UPDATE SET last_exported_at = $1`,
      [at],
    )
  let now = Date.UTC(2026, 10, 22, 12)
  let looks = 0
  const warnings: object[] = []
  const log: Log = { ...silentLog, warn: (fields) => void warnings.push(fields) }
  const counted = {
    query: (async (...args: Parameters<typeof db.query>) => {
      const rows = await db.query(...args)
      looks += 1
      return rows
    }) as typeof db.query,
  }
  await using lag = watchArchiveLag({
    db: counted,
    env: 'test',
    retentionDays: () => 30,
    clock: () => now,
    steady: () => now,
    log,
    everyMs: 5,
  })
  const looked = () => {
    const before = looks
    return eventually('it has looked again', () => looks > before + 1)
  }
  await looked()
  expect(lag.lagSeconds()).toBeNull()
  await setWatermark(new Date(0))
  await looked()
  expect(lag.lagSeconds()).toBeNull()
  await setWatermark(new Date(now - 2 * 3_600_000))
  await looked()
  expect(lag.lagSeconds()).toBe(7_200)
  expect(warnings).toEqual([])
  now += 30 * 3_600_000
  await looked()
  await looked()
  expect(lag.lagSeconds()).toBe(32 * 3_600)
  expect(warnings).toEqual([{ lagHours: 32, retentionDays: 30 }])
  now += 3_600_000
  await looked()
  expect(warnings).toHaveLength(2)
  await setWatermark(new Date(now))
  await looked()
  now += 3_600_000
  await looked()
  expect(warnings).toHaveLength(2)
})
