import { number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { fillTable } from './fill-table.ts'
import { type Chunk, chunkCondition, late, rawProbes } from './settle-probes-sql.ts'

/** The sums of 15 minutes, and the text by which their view makes them of `kick_streamer_probe`. */
export type SlotTables = { table: string; viewQuery: string }

const countOf = (table: string) =>
  namedQuery({
    name: 'adoption_slots_differ',
    sql: `SELECT toUInt32(count()) AS channels, toUInt32(countIf(had)) AS wrong FROM ${table}`,
    row: { channels: number, wrong: number },
  })

/** The channels of a chunk whose sums differ from their rows, as rows of `late`; `had` where there are any sums. */
const differing = (slots: string, to: string, chunk: Chunk): string => {
  const ofSlots = chunkCondition(chunk).replaceAll(/\bts\b/g, 'slot')
  return `SELECT env, platform, platform_user_id, max(slots) > 0 AS had
    FROM (
      SELECT toString(env) AS env, toString(platform) AS platform, platform_user_id, toInt64(0) AS slots, toInt64(count()) AS probes,
        toInt64(sum(toUInt64(ifNull(viewer_count, 0)) * sample_seconds)) AS seconds, toInt64(sum(missed_probes)) AS missed
      FROM ${to} WHERE ${chunkCondition(chunk)} AND NOT (${rawProbes}) GROUP BY env, platform, platform_user_id
      UNION ALL
      SELECT toString(env), toString(platform), platform_user_id, toInt64(count()), -toInt64(sum(probes)),
        -toInt64(sum(viewer_seconds)), -toInt64(sum(missed))
      FROM ${slots} WHERE ${ofSlots} GROUP BY env, platform, platform_user_id)
    GROUP BY env, platform, platform_user_id
    HAVING sum(probes) != 0 OR sum(seconds) != 0 OR sum(missed) != 0`
}

/** Makes the sums of a part of a day anew for each channel whose sums are not those of its rows. */
export const repairSlots = async (
  store: ClickHouse,
  { table, viewQuery }: SlotTables,
  to: string,
  chunk: Chunk,
): Promise<void> => {
  await fillTable(store, late, differing(table, to, chunk))
  const { channels, wrong } = (await store.query(countOf(late), {}))[0]!
  if (channels === 0) return
  const ofChannels = `(env, platform, platform_user_id) IN (SELECT env, platform, platform_user_id FROM ${late})`
  const slots = chunkCondition(chunk).replaceAll(/\bts\b/g, 'slot')
  if (wrong > 0)
    await store.command(`ALTER TABLE ${table} DELETE WHERE ${slots} AND ${ofChannels} SETTINGS mutations_sync = 1`)
  const rows = `(SELECT *, sample_seconds, missed_probes FROM ${to} WHERE ${chunkCondition(chunk)} AND NOT (${rawProbes}) AND ${ofChannels}) AS p`
  await store.command(`INSERT INTO ${table} ${viewQuery.replace('FROM kick_streamer_probe', `FROM ${rows}`)}`)
}
