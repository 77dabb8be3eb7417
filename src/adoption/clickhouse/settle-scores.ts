import { bigint, number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { template } from '../../stores/clickhouse/parameters.ts'
import { fillTable } from './fill-table.ts'
import type { TakeOverNote } from './legacy-tables.ts'
import { convertedFactors, rawScores } from './overlap.ts'
import { type Route, secondsOfMonth, settled } from './settle-probes-sql.ts'

/** What became of the scores of a stretch of time: those that were told, one a channel and second, and those that our table has of them. */
export type SettledScores = { from: number; told: number; stored: number; hash: bigint }

const stretchesOf = (table: string) =>
  namedQuery({
    name: 'adoption_score_months',
    pool: 'heavy',
    sql: `SELECT toUInt32(intDiv(toUnixTimestamp(computed_at), ${secondsOfMonth}) * ${secondsOfMonth}) AS since, toUInt32(count()) AS rows
      FROM ${table} WHERE computed_at >= toDateTime({from:UInt32}, 'UTC') GROUP BY since ORDER BY since`,
    row: { since: number, rows: number },
  })

/** The stretches of 30 days that a table of scores has rows of; the oldest comes first. */
export const stretchesOfScores = (
  store: ClickHouse,
  table: string,
  from = 0,
): Promise<{ since: number; rows: number }[]> => store.query(stretchesOf(table), { from })

const within = `computed_at >= toDateTime({since:UInt32}, 'UTC') AND computed_at < toDateTime({until:UInt32}, 'UTC')`

/** SQL: what a table of before tells, as rows of ours; of several scores of a channel and second the greatest counts. */
const toldScores = (
  { from }: Route,
  { envs }: Pick<TakeOverNote, 'envs'>,
  stretch: { since: number; until: number },
): string => {
  const tier =
    Object.keys(envs).length === 0
      ? 'toString(env)'
      : 'transform(toString(env), {envs:Array(String)}, {tiers:Array(String)}, toString(env))'
  return template(`SELECT tier AS env, platform, platform_user_id, at AS computed_at, tupleElement(best, 1) AS score, 'legacy' AS algorithm,
      ${convertedFactors('tupleElement(best, 2)')} AS factors_json, 'legacy' AS provenance
    FROM (
      SELECT ${tier} AS tier, toString(platform) AS platform, platform_user_id, toDateTime64(computed_at, 3, 'UTC') AS at,
        max((round(toFloat64(score), 2), factors)) AS best
      FROM ${from} WHERE ${within} GROUP BY ALL)`).render({
    ...stretch,
    envs: Object.keys(envs),
    tiers: Object.values(envs),
  })
}

const columns = 'env, platform, platform_user_id, computed_at, score, algorithm, factors_json, provenance'
const hash =
  'cityHash64(toString(env), toString(platform), platform_user_id, toUnixTimestamp(computed_at), toFloat64(score), factors_json)'

const contentOf = (rows: string) =>
  namedQuery({
    name: 'adoption_score_content',
    pool: 'heavy',
    sql: `SELECT toUInt32(count()) AS rows, sum(${hash}) AS hash FROM ${rows}`,
    row: { rows: number, hash: bigint },
  })

/** Brings the scores of a stretch, those before `end` alone, into our table and compares both by count and hash. It can be repeated at any time. */
export const settleScores = async (
  store: ClickHouse,
  { route, note }: { route: Route; note: Pick<TakeOverNote, 'envs'> },
  since: number,
  end = Number.POSITIVE_INFINITY,
): Promise<SettledScores> => {
  const stretch = { since, until: Math.min(since + secondsOfMonth, end) }
  await fillTable(store, settled, toldScores(route, note, stretch))
  const where = template(within).render(stretch)
  const mine = `(SELECT * FROM ${route.to} WHERE ${where} AND provenance = 'legacy' AND NOT (${rawScores}))`
  await store.command(`INSERT INTO ${route.to} (${columns}) SELECT ${columns} FROM ${settled}
    WHERE (env, platform, platform_user_id, computed_at) NOT IN (SELECT toString(env), toString(platform), platform_user_id, computed_at FROM ${mine})`)
  const [told] = await store.query(contentOf(settled), {})
  const [stored] = await store.query(contentOf(mine), {})
  await store.command(`DROP TABLE IF EXISTS ${settled} SYNC`)
  const { rows } = told!
  if (stored!.rows < rows || (stored!.rows === rows && stored!.hash !== told!.hash))
    throw new Error(
      `${new Date(since * 1_000).toISOString().slice(0, 10)}: ${route.from} has ${rows} scores and ${route.to} ${stored!.rows}, or others.`,
    )
  return { from: since, told: rows, stored: stored!.rows, hash: told!.hash }
}
