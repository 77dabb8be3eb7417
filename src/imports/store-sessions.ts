import { jsonRows } from '../lib/json-rows.ts'
import { appendStatements } from '../sessions/detail-log.ts'
import { bigint, instant, nullable, number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { columnNames, expressions, recordset } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type ImportContext, ownRows, type Verdict } from './staged-rows.ts'
import { placeOf, type StorePage } from './store-page.ts'

const pageRows = 1_000

const details = ['platformStreamId', 'title', 'category', 'language'] as const
const counts = [
  'peakViewers',
  'averageViewers',
  'hoursWatched',
  'samples',
  'coverage',
  'messages',
  'chatters',
  'follows',
] as const
const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const pageOf = (context: ImportContext) =>
  namedQuery({
    name: 'import_sessions_page',
    pool: 'heavy',
    sql: `SELECT r.part AS part, r.row AS row, c.channel_id AS channelId, concat(c.platform, '/', c.account) AS channel,
        toFloat64(toUnixTimestamp64Milli(r.at)) AS startedAt, toFloat64(toUnixTimestamp64Milli(assumeNotNull(r.ended_at))) AS endedAt,
        ${details.map((field) => `r.${columnOf(field)} AS ${field}`).join(', ')}, toUInt8(r.is_mature) AS isMature,
        toFloat64(toUnixTimestamp64Milli(r.peak_at)) AS peakAt, ${counts.map((field) => `r.${columnOf(field)} AS ${field}`).join(', ')}
      FROM ${ownRows(context)}
      WHERE r.problem = '' AND (channel, toUnixTimestamp64Milli(r.at), r.part, r.row) > ({channel:String}, {at:Int64}, {part:UInt32}, {row:UInt32})
      ORDER BY channel, r.at, r.part, r.row LIMIT ${pageRows}` as `${string}{channel:String}{at:Int64}{part:UInt32}{row:UInt32}`,
    row: {
      part: number,
      row: number,
      channelId: bigint,
      channel: text,
      startedAt: instant,
      endedAt: instant,
      platformStreamId: nullable(text),
      title: nullable(text),
      category: nullable(text),
      language: nullable(text),
      isMature: nullable(number),
      peakAt: nullable(instant),
      peakViewers: nullable(number),
      averageViewers: nullable(number),
      hoursWatched: nullable(number),
      samples: nullable(number),
      coverage: nullable(number),
      messages: nullable(number),
      chatters: nullable(number),
      follows: nullable(number),
    },
  })

// A broadcast that this program saw, or took over, is never touched: neither itself nor one that overlaps it.
const judge = statement(
  'import_judge_sessions',
  sql`SELECT ${expressions<{ n: number; reason: string | null }>({
    n: 'v.n',
    reason: `CASE
       WHEN EXISTS (SELECT FROM dm.stream_session s WHERE s.channel_id = v."channelId" AND s.started_at = v."startedAt" AND s.provenance = 'import') THEN 'present'
       WHEN EXISTS (SELECT FROM dm.stream_session s WHERE s.channel_id = v."channelId" AND s.provenance IS DISTINCT FROM 'import'
         AND (s.started_at = v."startedAt" OR s.started_at < v."endedAt" AND coalesce(s.ended_at, 'infinity') > v."startedAt")) THEN 'observed'
       WHEN EXISTS (SELECT FROM dm.stream_session s WHERE s.channel_id = v."channelId" AND s.provenance = 'import'
         AND s.started_at < v."endedAt" AND s.ended_at > v."startedAt") THEN 'overlap' END`,
  })}
   FROM json_to_recordset($1) AS v(n integer, "channelId" bigint, "startedAt" timestamptz, "endedAt" timestamptz)`,
)

const lockChannels = statement(
  'import_lock_channels',
  'SELECT id FROM dm.streamer_channel WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE',
)

const fields = ['channelId', 'startedAt', 'endedAt', ...details, 'isMature', 'peakAt', ...counts] as const

// The end is kept as a told one as well: what is observed later of the channel is judged with it. What a file has added up stays until the rows
// that are here add up to more.
const insert = statement(
  'import_insert_sessions',
  `WITH given AS (SELECT * FROM json_to_recordset($1) AS v(${recordset('StreamSession', fields)})),
   ends AS (
     INSERT INTO dm.told_end (channel_id, started_at, ended_at, source)
     SELECT "channelId", "startedAt", "endedAt", 'import' FROM given ON CONFLICT DO NOTHING),
   seen AS (
     UPDATE dm.streamer_channel c SET last_seen_online_at = v.until FROM (SELECT "channelId" AS id, max("endedAt") AS until FROM given GROUP BY 1) v
     WHERE c.id = v.id AND c.last_seen_online_at IS NULL)
   INSERT INTO dm.stream_session (${columnNames('StreamSession', fields)}, start_source, end_source, details_observed_at, provenance)
   SELECT ${fields.map((field) => `"${field}"`).join(', ')}, 'import', 'import', "endedAt", 'import'
   FROM given ON CONFLICT (channel_id, started_at) DO NOTHING`,
)

/** Judges and stores the next page of sessions. */
export const storeSessions: StorePage = async (context, after, within, save) => {
  const { clickHouse, isDryRun, signal } = context
  const rows = await clickHouse.query(pageOf(context), placeOf(after), { signal })
  const last = rows.at(-1)
  if (!last) return null
  const next = { channel: last.channel, at: String(last.startedAt.getTime()), part: last.part, row: last.row }
  return within(async (tx) => {
    await tx.query(lockChannels, [[...new Set(rows.map(({ channelId }) => channelId))]])
    const asked = rows.map(({ channelId, startedAt, endedAt }, n) => ({ n, channelId, startedAt, endedAt }))
    const reasons = new Map((await tx.query(judge, [jsonRows(asked)])).map(({ n, reason }) => [n, reason]))
    const verdicts: Verdict[] = []
    const stored: typeof rows = []
    for (const [n, session] of rows.entries()) {
      const before = stored.at(-1)
      const isSame = before?.channel === session.channel
      const reason =
        reasons.get(n) ??
        (isSame && before.startedAt.getTime() === session.startedAt.getTime()
          ? 'repeated'
          : isSame && before.endedAt > session.startedAt
            ? 'overlap'
            : null)
      if (reason === null) stored.push(session)
      else verdicts.push({ part: session.part, row: session.row, reason })
    }
    const page = { verdicts, after: next, rows: rows.length }
    if (!isDryRun && stored.length > 0) {
      const sessions = stored.map(({ isMature, ...session }) => ({
        ...session,
        isMature: isMature === null ? null : isMature > 0,
        samples: session.samples ?? (session.peakViewers === null ? null : 1),
      }))
      await appendStatements(
        tx,
        sessions.flatMap(({ channelId, startedAt, endedAt, title, category, language, isMature }) =>
          title === null && category === null && language === null && isMature === null
            ? []
            : [
                {
                  channelId,
                  startedAt,
                  saidAt: endedAt,
                  source: 'import' as const,
                  title,
                  category,
                  language,
                  isMature,
                },
              ],
        ),
      )
      await tx.query(insert, [jsonRows(sessions)])
    }
    await save(tx, page)
    return page
  })
}
