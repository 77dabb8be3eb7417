import { impossibleInstant } from '../platforms/instant-bounds.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { type Statement, sql, statement } from '../stores/postgres/statement.ts'
import type { ProbedChannel } from '../telemetry/series.ts'
import type { ProbedSession } from '../telemetry/session-timeline.ts'
import type { Context } from './context.ts'

/** The rows that series are made with. SQL gives each row as one JSON list, which `read` reads. */
export type ProbedRows<T> = {
  name: string
  /** The SQL of the list of a row with this alias. */
  sql(alias: string): string
  /** The id and the value in a list. */
  read(list: readonly unknown[]): readonly [id: bigint, value: T]
  statement: Statement<{ list: unknown[] }>
}

const ofChannel = (c: string, p: string): string =>
  `${c}.id::text, ${c}.platform, ${c}.platform_user_id, ${c}.first_seen_at, ${p}.last_probed_at, CASE WHEN ${p}.active THEN ${p}.interval_seconds END`

type ChannelList = [string, string, string, string, string | null, number | null]

const channelOf = (list: readonly unknown[]): ProbedChannel => {
  const [id, platform, platformUserId, firstSeenAt, lastProbedAt, intervalSeconds] = list as ChannelList
  return {
    channelId: BigInt(id),
    platform,
    platformUserId,
    firstSeenAt: new Date(firstSeenAt),
    lastProbedAt: lastProbedAt === null ? null : new Date(lastProbedAt),
    intervalSeconds,
  }
}

const channelSql = (c: string): string =>
  `(SELECT json_build_array(${ofChannel(c, 'p')}) FROM (SELECT) AS one LEFT JOIN dm.probe_schedule p ON p.channel_id = ${c}.id)`

const sessionSql = (s: string): string =>
  `(SELECT json_build_array(${s}.id::text, ${s}.started_at, ${s}.ended_at, ${ofChannel('of_session', 'p')})
    FROM dm.streamer_channel of_session LEFT JOIN dm.probe_schedule p ON p.channel_id = of_session.id
    WHERE of_session.id = ${s}.channel_id)`

/** Channels and what is known of their probes. */
export const probedChannels: ProbedRows<ProbedChannel> = {
  name: 'probed channels',
  sql: channelSql,
  read(list) {
    const value = channelOf(list)
    return [value.channelId, value]
  },
  statement: statement(
    'watched_channels',
    sql`SELECT ${expressions<{ list: unknown[] }>({ list: channelSql('c') })} FROM ${tableOf('Channel')} c WHERE c.id = ANY ($1::bigint[])`,
  ),
}

/** Broadcasts with their channels. */
export const probedSessions: ProbedRows<ProbedSession> = {
  name: 'probed sessions',
  sql: sessionSql,
  read([id, startedAt, endedAt, ...channel]) {
    const value = {
      ...channelOf(channel),
      sessionId: BigInt(id as string),
      startedAt: new Date(startedAt as string),
      endedAt: endedAt === null ? null : new Date(endedAt as string),
    }
    return [value.sessionId, value]
  },
  statement: statement(
    'watched_sessions',
    sql`SELECT ${expressions<{ list: unknown[] }>({ list: sessionSql('s') })} FROM ${tableOf('StreamSession')} s WHERE s.id = ANY ($1::bigint[])`,
  ),
}

const loading =
  <T>({ databases }: Pick<Context, 'databases'>, { statement, read }: ProbedRows<T>) =>
  async (ids: readonly bigint[]): Promise<Map<bigint, T>> => {
    const rows = await databases.dm.query(statement, [ids])
    return new Map(rows.map(({ list }) => read(list)))
  }

/** Logs which of these stored broadcasts have impossible instants, so that nothing of them is shown. */
export const warnOfImpossible = (
  { log, clock }: Pick<Context, 'log' | 'clock'>,
  sessions: readonly ProbedSession[],
): void => {
  for (const { sessionId, startedAt, endedAt } of sessions) {
    const reason = impossibleInstant({ startedAt, endedAt }, clock())
    if (reason !== null) log.warn({ session: String(sessionId), reason }, 'a stored session can not be true')
  }
}

/** The rows with these ids, without those that are gone; one statement for all that are not loaded yet. */
export const loadProbed = async <T>(context: Context, kind: ProbedRows<T>, ids: readonly bigint[]): Promise<T[]> => {
  const load = loading(context, kind)
  const found = await Promise.all(ids.map((id) => context.loaders.load(kind.name, null, id, load)))
  return found.filter((value) => value !== undefined) as T[]
}

/** Keeps a row that another statement read, so that the operation does not load it. */
export const primeProbed = <T>(context: Context, kind: ProbedRows<T>, list: readonly unknown[]): void => {
  const [id, value] = kind.read(list)
  context.loaders.prime(kind.name, null, id, loading(context, kind), value)
}
