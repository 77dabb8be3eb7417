import { number, text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { columnsOfTables, legacyProbes, seenTwice } from '../clickhouse/legacy-tables.ts'
import { probesToSettle, settleTelemetry } from '../clickhouse/settle.ts'
import { clickHouseMigrations, noteRows } from '../phase-a/history.ts'
import type { Step } from '../step.ts'
import { keepRows } from './left-rows.ts'
import { bringMissing, probesMirror, scoresMirror } from './probes-and-scores.ts'

const slugsOf = namedQuery({
  name: 'adoption_slugs',
  pool: 'heavy',
  sql: `SELECT toString(env) AS env, toString(platform) AS platform, platform_user_id AS "userId", slug,
      toFloat64(toUnixTimestamp(min(ts))) AS first, toFloat64(toUnixTimestamp(max(ts))) AS last
    FROM kick_streamer_probe_before WHERE slug != '' GROUP BY ALL ORDER BY ALL`,
  row: { env: text, platform: text, userId: text, slug: text, first: number, last: number },
})

const twiceOf = namedQuery({
  name: 'adoption_twice',
  pool: 'heavy',
  sql: `SELECT env, platform, platform_user_id AS "userId", toFloat64(toUnixTimestamp(ts)) AS at, toFloat64(ifNull(viewer_count, 0)) AS viewers
    FROM ${seenTwice} WHERE ts >= toDateTime({from:UInt32}, 'UTC') AND ts < toDateTime({until:UInt32}, 'UTC')
    ORDER BY ts, env, platform, platform_user_id`,
  row: { env: text, platform: text, userId: text, at: number, viewers: number },
})

const isThere = async (store: ClickHouse, table: string): Promise<boolean> =>
  (await columnsOfTables(store, [table])).has(table)

/** All there is, with a day for clocks that go fast: nobody settles anything after Phase B. */
const untilNow = (): number => Math.floor(Date.now() / 1_000) + 86_400

/** Makes ClickHouse hold all that any table from before told, and compares by day. */
export const settleStep: Step = {
  name: 'history-settled',
  phase: 'phase-b',
  title: 'Bring what ClickHouse lacks, and compare by day',
  // Until the tables of before are gone, whatever was written meanwhile is settled once more.
  isRepeated: true,
  async estimate({ clickHouse, retentionDays }) {
    if (!(await isThere(clickHouse, legacyProbes.before))) return { rows: 0, seconds: 0 }
    const options = { directory: clickHouseMigrations, settings: { retentionDays }, until: untilNow() }
    const stretches = await probesToSettle(clickHouse, options)
    const rows = stretches.reduce((sum, stretch) => sum + stretch.rows, 0)
    return { rows, seconds: rows * 0.000_006 }
  },
  async run(context) {
    const { clickHouse, db, dataDir, find, retentionDays, signal } = context
    for (const mirror of [probesMirror, scoresMirror])
      if (await isThere(clickHouse, mirror.mirror)) await bringMissing(clickHouse, mirror)
    await settleTelemetry(clickHouse, {
      directory: clickHouseMigrations,
      settings: { retentionDays },
      until: untilNow(),
      signal,
      onProbes: async (days) => {
        const twice = days.filter((day) => day.twice > 0)
        for (const { day, stored, told, twice: count } of twice) {
          const key = new Date(day * 1_000).toISOString().slice(0, 10)
          const rows = await clickHouse.query(twiceOf, { from: day, until: day + 86_400 })
          const file = await keepRows(
            dataDir,
            { table: 'vf.kick_streamer_probe', what: 'seen-twice', from: key, to: key },
            rows,
          )
          await db.transaction((tx) =>
            find(tx, [
              {
                kind: 'probes-seen-twice',
                table: 'vf.kick_streamer_probe',
                key,
                details: { told, stored, twice: count, file },
                done: 'the probe of this program counts; that of before is in the file',
              },
            ]),
          )
        }
        await noteRows(
          context,
          { through: days.at(-1)?.day ?? null },
          days.reduce((sum, { rows }) => sum + rows, 0),
        )
      },
      onScores: async ({ from }) => noteRows(context, { scoresThrough: from }, 0),
    })
    if (await isThere(clickHouse, legacyProbes.before)) {
      const slugs = await clickHouse.query(slugsOf, {})
      const file = await keepRows(
        dataDir,
        { table: 'vf.kick_streamer_probe', what: 'slugs', from: 'all', to: 'all' },
        slugs,
      )
      if (file !== null)
        await db.transaction((tx) =>
          find(tx, [
            {
              kind: 'slugs-of-probes',
              table: 'vf.kick_streamer_probe',
              key: 'slug',
              details: { slugs: slugs.length, file },
              done: 'kept in the file: probes have no slug',
            },
          ]),
        )
    }
    await noteRows(context, null, 0)
  },
}
