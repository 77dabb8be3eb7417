import { number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import type { InsertTarget } from '../../stores/clickhouse/tables/row-format.ts'
import { columnsOfTables } from '../clickhouse/legacy-tables.ts'
import { noteRows } from '../phase-a/history.ts'
import type { AdoptionContext, Step } from '../step.ts'
import type { Mirror } from './mirror.ts'

const secondsOfDay = 86_400

const daysOf = ({ mirror, instant }: Mirror) =>
  namedQuery({
    name: 'adoption_mirror_days',
    pool: 'heavy',
    sql: `SELECT toUInt32(intDiv(toUnixTimestamp(${instant}), 86400) * 86400) AS day, toUInt32(count()) AS rows FROM ${mirror}
      WHERE toUnixTimestamp(${instant}) >= {from:UInt32} GROUP BY day ORDER BY day`,
    row: { day: number, rows: number },
  })

/** The days of a copy from a second on, each with its rows; none where there is no copy. */
export const daysOfMirror = async (
  store: ClickHouse,
  mirror: Mirror,
  from = 0,
): Promise<{ day: number; rows: number }[]> =>
  (await columnsOfTables(store, [mirror.mirror])).has(mirror.mirror) ? store.query(daysOf(mirror), { from }) : []

/** SQL: the instants of a day. */
export const ofDay = (instant: string, day: number): string =>
  `${instant} >= toDateTime(${day}, 'UTC') AND ${instant} < toDateTime(${day + secondsOfDay}, 'UTC')`

/** SQL: the instants of a day and of those beside it: this program may have received the same message at another instant. */
export const aroundDay = (instant: string, day: number): string =>
  `${instant} >= toDateTime(${Math.max(0, day - secondsOfDay)}, 'UTC') AND ${instant} < toDateTime(${day + 2 * secondsOfDay}, 'UTC')`

type Bringing = {
  name: string
  title: string
  mirror: Mirror
  to: InsertTarget
  /** The first second that the table keeps. */
  first(context: AdoptionContext): number
}

/** A step that brings messages of a copy into our table, day by day: those whose id it does not have. */
export const bringStep = ({ name, title, mirror, to, first }: Bringing): Step => ({
  name,
  phase: 'phase-b',
  title,
  // A copy that is made anew is brought anew.
  isRepeated: true,
  async estimate(context) {
    const days = await daysOfMirror(context.clickHouse, mirror, first(context))
    const rows = days.reduce((sum, day) => sum + day.rows, 0)
    return { rows, seconds: days.length * 0.1 + rows * 0.000_005 }
  },
  async run(context) {
    const { clickHouse, signal } = context
    const columns = to.columns.join(', ')
    for (const { day, rows } of await daysOfMirror(clickHouse, mirror, first(context))) {
      signal.throwIfAborted()
      const told = `(SELECT * FROM ${mirror.mirror} WHERE ${ofDay(mirror.instant, day)})`
      await clickHouse.command(`INSERT INTO ${to.table} (${columns}, provenance) SELECT ${columns}, 'legacy' FROM ${told}
        WHERE (env, message_id) NOT IN (SELECT env, message_id FROM ${to.table} WHERE ${aroundDay(mirror.instant, day)} AND message_id IN (SELECT message_id FROM ${told}))
        LIMIT 1 BY env, message_id`)
      await noteRows(context, { through: day }, rows)
    }
    await noteRows(context, null, 0)
  },
})
