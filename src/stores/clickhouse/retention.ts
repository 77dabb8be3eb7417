import type { Log } from '../../lib/log.ts'
import { onClusterOf, storedIn } from './cluster.ts'
import type { ClickHouse } from './open-clickhouse.ts'
import type { MigrationSettings } from './statements.ts'
import { tableDefinitions } from './table-definitions.ts'

const retained = [
  { table: 'kick_streamer_probe', from: 'toDateTime(ts)', days: 'probes' },
  { table: 'kick_streamer_probe_15m', from: 'slot', days: 'probes' },
  { table: 'kick_chat_message', from: 'created_at', days: 'chat' },
  { table: 'webhook_inbox', from: 'toDateTime(received_at)', days: 'webhooks' },
] as const

/** How long a table kept its rows, and how long it does now, in days. */
export type RetentionChange = { table: string; from: number; to: number }

/** Makes the tables keep their rows for as many days as the settings say; those that do already are not touched. Throws where a table is missing. */
export const applyRetention = async (
  store: ClickHouse,
  settings: MigrationSettings,
  log: Log,
): Promise<RetentionChange[]> => {
  const definitions = await tableDefinitions(store)
  const changes: RetentionChange[] = []
  for (const { table, from, days } of retained) {
    const to = settings.retentionDays[days]
    const current = /toIntervalDay\((\d+)\)/.exec(definitions.get(table) ?? '')?.[1]
    if (current === undefined) throw new Error(`The ClickHouse table ${table} is not there yet.`)
    if (Number(current) === to) continue
    await store.command(
      `ALTER TABLE ${storedIn(store, table)} ${onClusterOf(store, table)} MODIFY TTL ${from} + toIntervalDay(${to})`,
    )
    const change = { table, from: Number(current), to }
    log.info(change, 'changed how many days a table keeps')
    changes.push(change)
  }
  return changes
}
