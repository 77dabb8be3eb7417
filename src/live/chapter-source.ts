import { type Chapter, chapterAt, chaptersOf, type DetailStatement, isAbout, saySame } from '../sessions/chapters.ts'
import { findSessionDetails } from '../sessions/detail-log.ts'
import { earlier, isSame, later } from '../sessions/instants.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { type Sql, type Statement, sql, statement } from '../stores/postgres/statement.ts'
import { type ByInterest, forInterest, type Interest } from './interest.ts'
import { encodeJournalCursor } from './journal-cursor.ts'
import type { LogPage } from './log-backfill.ts'
import type { SessionChapterChange } from './message.ts'
import type { FeedItem } from './recent-items.ts'
import { channelPart, type QueryRows, type Row, sessionPart } from './status-source.ts'

/** Statements of a page. */
const statementsPerPage = 200

const head = 'coalesce((SELECT max(id) FROM dm.session_detail), 0)'

// A statement that names no broadcast is about the latest that had begun by then. The outer joins keep one row when nothing matches.
const selectStatements = (where: string): Sql<Row> => sql`
SELECT ${expressions<Row>({ head, id: 'd.id', said_at: 'd.said_at', source: 'd.source' })}, ${channelPart.list}, ${sessionPart.list}
FROM (VALUES (true)) AS v
LEFT JOIN LATERAL (SELECT * FROM dm.session_detail WHERE id > $1 ${where} ORDER BY id LIMIT $2) d ON true
LEFT JOIN ${tableOf('Channel')} c ON c.id = d.channel_id
LEFT JOIN LATERAL (SELECT * FROM dm.stream_session
  WHERE channel_id = d.channel_id AND started_at <= coalesce(d.session_started_at, d.said_at)
    AND (d.session_started_at IS NULL OR started_at = d.session_started_at)
  ORDER BY started_at DESC LIMIT 1) s ON true
ORDER BY d.id`

const newStatements = statement('live_new_statements', selectStatements(''))
const newStatementsOf: ByInterest<Statement<Row>> = {
  all: statement('live_statements_of_all', selectStatements('AND id <= $3')),
  channels: statement(
    'live_statements_of_channels',
    selectStatements('AND id <= $3 AND channel_id = ANY ($4::bigint[])'),
  ),
  platform: statement(
    'live_statements_of_platform',
    selectStatements(`AND id <= $3 AND EXISTS (
    SELECT FROM ${tableOf('Channel')} p WHERE p.id = channel_id AND p.platform = $4)`),
  ),
}

const last = statement('live_last_statement', sql`SELECT ${expressions<{ head: bigint }>({ head })}`)

/** The id of the last statement in the log. */
export const readLogHead = async (query: QueryRows): Promise<number> => Number((await query(last, []))[0]!.head)

/** The epoch in the cursors of this log, so that nobody goes on in it from a cursor of the journal. */
export const detailEpoch = (epoch: string): string => `${epoch}-details`

const isSameList = (a: readonly Chapter[], b: readonly Chapter[]): boolean =>
  a.length === b.length && a.every((one, i) => saySame(one, b[i]!) && isSame(one.from, b[i]!.from))

/**
 * The chapter that a statement made, of all that was said by then in the order of the log; null where it changed nothing. So a
 * statement is told to everybody or to nobody, whenever it is read.
 */
const changeBy = (
  id: bigint,
  statements: Awaited<ReturnType<typeof findSessionDetails>>,
): { chapter: Chapter | null } | null => {
  const own = statements.find((one) => one.id === id)
  if (!own) return null
  const extent = { startedAt: own.sessionStartedAt, endedAt: own.endedAt, nextStartedAt: own.nextStartedAt }
  if (!isAbout(own, extent)) return null
  const before = chaptersOf(statements.filter((one) => one.id < id) as readonly DetailStatement[], extent)
  const after = chaptersOf(statements.filter((one) => one.id <= id) as readonly DetailStatement[], extent)
  if (isSameList(before, after)) return null
  const at = earlier(later(extent.startedAt, own.saidAt), extent.endedAt)
  return { chapter: chapterAt(after, at) ?? null }
}

const pageOf = async (query: QueryRows, rows: Row[], limit: number, epoch: string): Promise<LogPage> => {
  const found = rows.filter((row) => row.id !== null)
  const sessions = found.flatMap((row) => sessionPart.read(row) ?? [])
  const ids = [...new Set(sessions.map(({ id }) => id))]
  const statements = ids.length === 0 ? [] : await findSessionDetails({ query }, ids)
  const bySession = Map.groupBy(statements, ({ sessionId }) => sessionId)
  const items = found.flatMap((row): FeedItem[] => {
    const [id, channel, session] = [row.id as bigint, channelPart.read(row), sessionPart.read(row)]
    const change = session && changeBy(id, bySession.get(session.id) ?? [])
    if (!channel || !session || !change?.chapter) return []
    const { chapter } = change
    const message: SessionChapterChange = {
      kind: 'SessionChapterChange',
      ...{ channel, session, chapter, at: row.said_at as Date },
      cursor: encodeJournalCursor(detailEpoch(epoch), id),
    }
    return [{ seq: Number(id), channelId: Number(channel.id), platform: channel.platform, message }]
  })
  const lastId = Number(found.at(-1)?.id ?? 0)
  return { items, next: found.length === limit ? lastId : null, head: Number(rows[0]?.head), prunedThrough: 0, lastId }
}

/** The next changes of chapters after a statement of the log, of at most `limit` statements. */
export const readNewChapters = async (
  query: QueryRows,
  after: number,
  limit: number,
  epoch: string,
): Promise<LogPage> => pageOf(query, await query(newStatements, [after, limit]), limit, epoch)

/** Reads the log for a subscription that begins. */
export type ChapterSource = (interest: Interest, after: number, through: number, epoch: string) => Promise<LogPage>

/** Reads through `query`, whose int8 columns come out as bigint and timestamps as Date. */
export const createChapterSource =
  (query: QueryRows): ChapterSource =>
  async (interest, after, through, epoch) => {
    const [statement, which] = forInterest(interest, newStatementsOf)
    const rows = await query(statement, [after, statementsPerPage, through, ...which])
    return pageOf(query, rows, statementsPerPage, epoch)
  }
