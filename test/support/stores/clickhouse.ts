import fs from 'node:fs/promises'
import { inject } from 'vitest'
import {
  type ClickHouse,
  type ClickHouseOptions,
  openClickHouse,
} from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { probeFormat } from '../../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A slow machine is no reason to refuse a statement. */
const patience = { maxWaitMs: 60_000, timeoutMs: 60_000 }

/**
 * An embedded engine with every table, on a directory of its own; one at a time in a process. It copies the tables that the run has made
 * once, because to migrate takes six times as long.
 */
export const openTestClickHouse = async (options: ClickHouseOptions = {}) => {
  const directory = await temporaryDirectory('clickhouse')
  // The engine's links lead within its directory.
  await fs.cp(inject('clickHouseTemplate'), directory.path, { recursive: true, verbatimSymlinks: true })
  const { light, heavy, write } = options.queryPools ?? {}
  const store = await openClickHouse({
    directory: directory.path,
    ...options,
    queryPools: {
      light: { ...patience, ...light },
      heavy: { ...patience, ...heavy },
      write: { ...patience, ...write },
    },
  })
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}

/** A probe as a test describes it; instants in seconds since the epoch. */
export type TestProbe = {
  channel: string
  at: number
  platform?: string
  /** Absent: the channel was not live. */
  startedAt?: number
  viewers?: number | null
  followers?: number | null
  subscribers?: number | null
  elapsed?: number
  interval?: number
  title?: string
  category?: string
  language?: string
  isMature?: boolean
}

let batches = 0

/** Stores probes of environment `test` as one batch. */
export const insertProbes = async (
  store: ClickHouse,
  probes: readonly TestProbe[],
  token = `probes-${batches++}`,
): Promise<void> => {
  const rows = probes.map((probe) => [
    'test',
    probe.platform ?? 'kick',
    probe.channel,
    probe.at.toFixed(3).padStart(14, '0'),
    probe.startedAt !== undefined,
    String(probe.startedAt ?? 0).padStart(10, '0'),
    probe.viewers ?? null,
    probe.followers ?? null,
    probe.subscribers ?? null,
    probe.elapsed ?? 60,
    probe.interval ?? 60,
    probe.title ?? '',
    probe.category ?? '',
    probe.language ?? '',
    probe.isMature ?? null,
  ])
  await store.insertBatch({
    table: probeFormat.table,
    columns: probeFormat.columns,
    format: 'JSONCompactEachRow',
    body: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    token,
    rows: rows.length,
  })
}
