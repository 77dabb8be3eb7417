import { jsonRows } from '../lib/json-rows.ts'
import { tellLateRows } from '../sessions/late-rows.ts'
import { bigint, instant, nullable, number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { expressions } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { lockFollows } from '../webhooks/project-follows.ts'
import { type ImportContext, ownRows, type Verdict } from './staged-rows.ts'
import { placeOf, type StorePage } from './store-page.ts'

const pageRows = 5_000
/** What is told again within an hour is the same follow. */
const sameMs = 3_600_000

const pageOf = (context: ImportContext) =>
  namedQuery({
    name: 'import_follows_page',
    pool: 'heavy',
    sql: `SELECT * FROM (
      SELECT r.part AS part, r.row AS row, c.channel_id AS channelId, concat(c.platform, '/', c.account) AS channel,
        toFloat64(toUnixTimestamp64Milli(r.at)) AS at, toUnixTimestamp64Milli(r.at) AS place, nullIf(r.follower_platform_user_id, '') AS follower,
        toUInt32(row_number() OVER (PARTITION BY channel, r.at, follower ORDER BY r.part, r.row)) AS nth
      FROM ${ownRows(context)} WHERE r.problem = '')
      WHERE (channel, place, part, row) > ({channel:String}, {at:Int64}, {part:UInt32}, {row:UInt32})
      ORDER BY channel, place, part, row LIMIT ${pageRows}` as `${string}{channel:String}{at:Int64}{part:UInt32}{row:UInt32}`,
    row: {
      part: number,
      row: number,
      channelId: bigint,
      channel: text,
      at: instant,
      place: bigint,
      follower: nullable(text),
      nth: number,
    },
  })

// Follows of nobody in particular are known by their instant and how many of it there are.
const judge = statement(
  'import_judge_follows',
  sql`SELECT ${expressions<{ n: number }>({ n: 'v.n' })}
   FROM json_to_recordset($1) AS v(n integer, "channelId" bigint, at timestamptz, follower text, nth integer)
   WHERE CASE WHEN v.follower IS NULL
     THEN (SELECT count(*) FROM dm.kick_follow_event f WHERE f.channel_id = v."channelId" AND f.occurred_at = v.at) >= v.nth
     ELSE EXISTS (SELECT FROM dm.kick_follow_event f WHERE f.channel_id = v."channelId" AND f.follower_platform_user_id = v.follower
       AND f.occurred_at <= v.at + interval '1 hour' AND coalesce(f.last_told_at, f.occurred_at) >= v.at - interval '1 hour') END`,
)

const insert = statement(
  'import_insert_follows',
  `INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at, provenance)
   SELECT "channelId", follower, at, 'import' FROM json_to_recordset($1) AS v("channelId" bigint, at timestamptz, follower text)`,
)

/** Judges and stores the next page of follows. */
export const storeFollows: StorePage = async (context, after, within, save) => {
  const { clickHouse, isDryRun, signal } = context
  const rows = await clickHouse.query(pageOf(context), placeOf(after), { signal })
  const last = rows.at(-1)
  if (!last) return null
  const next = { channel: last.channel, at: String(last.place), part: last.part, row: last.row }
  return within(async (tx) => {
    await tx.query(lockFollows, [rows.map(({ channelId }) => channelId)])
    const asked = rows.map(({ channelId, at, follower, nth }, n) => ({ n, channelId, at, follower, nth }))
    const present = new Set((await tx.query(judge, [jsonRows(asked)])).map(({ n }) => n))
    const verdicts: Verdict[] = []
    const stored: typeof rows = []
    const told = new Map<string, number>()
    for (const [n, follow] of rows.entries()) {
      const who = follow.follower === null ? null : `${follow.channel} ${follow.follower}`
      const before = who === null ? undefined : told.get(who)
      const isRepeated = before !== undefined && follow.at.getTime() - before <= sameMs
      if (who !== null) told.set(who, follow.at.getTime())
      if (present.has(n)) verdicts.push({ part: follow.part, row: follow.row, reason: 'present' })
      else if (isRepeated) verdicts.push({ part: follow.part, row: follow.row, reason: 'repeated' })
      else stored.push(follow)
    }
    const page = { verdicts, after: next, rows: rows.length }
    if (!isDryRun && stored.length > 0) {
      await tellLateRows(
        tx,
        stored.map(({ channelId, at, follower }) => ({ channelId, from: at, to: at, followerUserId: follower })),
      )
      await tx.query(insert, [jsonRows(stored.map(({ channelId, at, follower }) => ({ channelId, at, follower })))])
    }
    await save(tx, page)
    return page
  })
}
