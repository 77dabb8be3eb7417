import type { StreamSession } from '../../prisma/generated/client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { type SessionSummary, sessionSummaries } from '../telemetry/session-summaries.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type Connection, type PageArguments, readPage } from './page.ts'
import { byId, paddedIds } from './prisma-selection.ts'
import { probedSessions, warnOfImpossible } from './probed-rows.ts'
import { countRowsOfChannel } from './row-count.ts'
import { type Condition, type ListRequest, pageRowsOfChannel, type RowList } from './row-list.ts'
import { requireRange } from './time-range.ts'
import { loadAllTold } from './told-rows.ts'

type SessionArguments = PageArguments & { range?: TimeRange | null }

/** The sessions of a channel, newest first. */
export const sessionList: RowList<'StreamSession'> = {
  name: 'sessions by start',
  model: 'StreamSession',
  key: (session) => `${session}.started_at`,
  type: 'timestamptz',
  keyText: (session) => `to_char(${session}.started_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  // A channel begins one session at a time.
  hasTies: false,
  ascending: false,
}

// An open end is beyond every instant, so the first condition bounds the scan of the index. An empty range overlaps nothing.
const overlaps = ({ from, to }: TimeRange): Condition => ({
  name: 'range',
  values: [from, to],
  sql: (s, [from, to]) =>
    `${s}.started_at < ${to}::timestamptz AND (${s}.started_at >= ${from}::timestamptz OR coalesce(${s}.ended_at, 'infinity') > ${from}::timestamptz) AND ${from}::timestamptz < ${to}::timestamptz`,
})

/** The sessions that a channel is asked for; with a range those that overlap it. */
export const sessionListRequest = ({ range }: Pick<SessionArguments, 'range'>): ListRequest<'StreamSession'> => ({
  list: sessionList,
  conditions: range == null ? [] : [overlaps(requireRange('range', range))],
})

/** The sessions with these internal ids, in one statement; ids without a session are left out. */
export const findSessions = async ({ prisma }: Context, ids: readonly bigint[]): Promise<Map<bigint, StreamSession>> =>
  ids.length === 0 ? new Map() : byId(await prisma.streamSession.findMany({ where: { id: { in: paddedIds(ids) } } }))

/** The session with this global id; null when there is none. */
export const streamSession = async (context: Context, id: string): Promise<StreamSession | null> => {
  const key = requireNode('id', 'StreamSession', id)
  return (await findSessions(context, [key])).get(key) ?? null
}

/** A page of a channel's sessions; one statement serves every channel of the operation that asks for the same page. */
export const sessionsOfChannel = async (
  context: Context,
  channelId: bigint,
  args: SessionArguments,
): Promise<Connection<StreamSession>> => {
  const asked = sessionListRequest(args)
  return readPage(
    context,
    sessionList.name,
    args,
    (request) => pageRowsOfChannel(context, 'sessions_of_channels', asked, request, channelId),
    ({ startedAt, id }) => [startedAt.toISOString(), id.toString()],
    () => countRowsOfChannel(context, asked, channelId),
  )
}

const largestInt = 2 ** 31 - 1

/** How long a session lasted, or has lasted until now, in whole seconds that an Int can carry. */
export const durationSeconds = ({ startedAt, endedAt }: StreamSession, now: Clock): number =>
  Math.min(Math.max(0, Math.floor(((endedAt?.getTime() ?? now()) - startedAt.getTime()) / 1000)), largestInt)

/** The same as SQL, of the row with this alias. */
export const durationSql = (session: string, { now }: { now(): string }): string => {
  const seconds = `extract(epoch FROM coalesce(${session}.ended_at, ${now()}) - ${session}.started_at)`
  return `least(greatest(0, floor(${seconds})), ${largestInt})::integer`
}

/** What was computed before where rows of it have gone since, else what there is now. */
const latestOf = (computed: SessionSummary | null, found: SessionSummary): SessionSummary =>
  computed && computed.samples > found.samples ? computed : found

/**
 * What the probes of a session add up to, of one that is not aggregated; all sessions of the operation share one query of each
 * store. While ClickHouse does not answer, a session that was aggregated once answers as then.
 */
const readSummary = async (context: Context, id: bigint): Promise<SessionSummary> => {
  const { history, clock, loaders } = context
  const summary = await loaders.load('session summaries', null, id, async (ids) => {
    const sessions = await loadAllTold(context, probedSessions, ids)
    warnOfImpossible(context, sessions)
    const options = { env: history.env, sessions, now: new Date(clock()) }
    const found: (SessionSummary | Error)[] = await sessionSummaries(history.store, options).catch((error: Error) =>
      sessions.map(({ computed }) => computed ?? error),
    )
    return new Map(
      sessions.map(({ sessionId, computed }, index) => {
        const now = found[index]!
        return [sessionId, now instanceof Error ? now : latestOf(computed, now)]
      }),
    )
  })
  if (!summary) throw new Error(`session ${id} is gone`)
  if (summary instanceof Error) throw summary
  return summary
}

type Summary = Omit<SessionSummary, 'samples'>

/** What the viewer counts of a session add up to: as it was aggregated, else from its probes. */
export const summaryOf = async (
  context: Context,
  session: Pick<StreamSession, 'id'> & Partial<Summary & Pick<StreamSession, 'aggregatedAt'>>,
): Promise<Summary> => {
  const { id, aggregatedAt, peakViewers = null, peakAt = null, averageViewers = null, hoursWatched = null } = session
  return aggregatedAt ? { peakViewers, peakAt, averageViewers, hoursWatched } : readSummary(context, id)
}
