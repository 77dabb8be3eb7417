import { afterAll, beforeAll, expect, test } from 'vitest'
import { giveBackLegacyTables } from '../../src/adoption/clickhouse/give-back.ts'
import { envsOfTakeOver } from '../../src/adoption/clickhouse/legacy-tables.ts'
import { legacyTelemetry } from '../../src/adoption/clickhouse/settle.ts'
import { takeOverLegacyTables } from '../../src/adoption/clickhouse/take-over.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import {
  startLegacyHistories,
  tablesAsText,
  takeOverOptions,
  writeOldProbes,
} from '../support/adoption/legacy-history.ts'

let engine: Awaited<ReturnType<typeof startLegacyHistories>>
beforeAll(async () => {
  engine = await startLegacyHistories()
})
afterAll(() => engine[Symbol.asyncDispose]())

const start = Math.floor(Date.now() / 86_400_000 - 40) * 86_400
const options = { ...takeOverOptions, envs: { old: 'production' } }

/** The same store, killed before it gives the table of before its new name. */
const killedBehindExchange = (store: ClickHouse): ClickHouse => ({
  ...store,
  command: (sql) =>
    /^RENAME TABLE kick_streamer_probe_taken/.test(sql) ? Promise.reject(new Error('killed')) : store.command(sql),
})

const halfExchanged = async (): Promise<{ store: ClickHouse; tables: Record<string, string> }> => {
  const store = await engine.legacy()
  const tables = await tablesAsText(store)
  await writeOldProbes(store, [
    { channel: 'one', at: start, started: start - 60, viewers: 3 },
    { channel: 'one', at: start + 60, started: start - 60, viewers: 4 },
  ])
  await expect(takeOverLegacyTables(killedBehindExchange(store), options)).rejects.toThrow('killed')
  return { store, tables }
}

test('after a kill right behind the exchange, what stands where is told, and the next run goes on', async () => {
  const { store } = await halfExchanged()
  await using _ = store
  expect(await envsOfTakeOver(store)).toEqual(options.envs)
  const [probes] = await legacyTelemetry(store)
  expect(probes).toMatchObject({ table: 'kick_streamer_probe', state: 'taken', envs: [{ rows: 2 }] })
  await takeOverLegacyTables(store, takeOverOptions)
  expect((await legacyTelemetry(store))[0]).toMatchObject({ state: 'taken', envs: [{ rows: 2 }] })
})

test('after a kill right behind the exchange, a rollback gives the tables back', async () => {
  const { store, tables } = await halfExchanged()
  await using _ = store
  await giveBackLegacyTables(store)
  expect(await tablesAsText(store)).toEqual(tables)
})
