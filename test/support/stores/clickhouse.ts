import { existsSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
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

/** Makes a directory of an engine that has every table, because to copy it takes a sixth of the time that to migrate takes. */
export const copyClickHouseTemplate = (directory: string): Promise<void> =>
  // The engine's links lead within its directory.
  fs.cp(inject('clickHouseTemplate'), directory, { recursive: true, verbatimSymlinks: true })

/**
 * An embedded engine with every table, on a directory of its own unless one is given; one at a time in a process. A directory that is not there yet
 * gets the tables that the run has made once.
 */
export const openTestClickHouse = async (options: ClickHouseOptions = {}) => {
  await using opened = new AsyncDisposableStack()
  const directory = options.directory ?? path.join(opened.use(await temporaryDirectory('clickhouse')).path, 'engine')
  if (!existsSync(directory)) await copyClickHouseTemplate(directory)
  const { light, heavy, write } = options.queryPools ?? {}
  const store = await openClickHouse({
    ...options,
    directory,
    queryPools: {
      light: { ...patience, ...light },
      heavy: { ...patience, ...heavy },
      write: { ...patience, ...write },
    },
  })
  opened.use(store)
  const disposal = opened.move()
  return { store, [Symbol.asyncDispose]: () => disposal.disposeAsync() }
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
