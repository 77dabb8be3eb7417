import { impossibleInstant } from '../platforms/instant-bounds.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { ProbedChannel } from '../telemetry/series.ts'
import type { SessionSummary } from '../telemetry/session-summaries.ts'
import type { ProbedSession } from '../telemetry/session-timeline.ts'
import type { Context } from './context.ts'
import type { ToldRows } from './told-rows.ts'

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
  `(SELECT json_build_array(${s}.id::text, ${s}.started_at, ${s}.ended_at, ${s}.peak_viewers, ${s}.peak_at, ${s}.average_viewers,
      ${s}.hours_watched, ${s}.samples, ${ofChannel('of_session', 'p')})
    FROM dm.streamer_channel of_session LEFT JOIN dm.probe_schedule p ON p.channel_id = of_session.id
    WHERE of_session.id = ${s}.channel_id)`

/** Channels and what is known of their probes. */
export const probedChannels: ToldRows<ProbedChannel> = {
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

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))

type SummaryList = [number | null, string | null, number | null, number | null, number | null]

/** Broadcasts with their channels, and with what was computed of each before, which rows that came late can have changed. */
export const probedSessions: ToldRows<ProbedSession & { computed: SessionSummary | null }> = {
  name: 'probed sessions',
  sql: sessionSql,
  read(list) {
    const [id, startedAt, endedAt] = list as [string, string, string | null]
    const [peakViewers, peakAt, averageViewers, hoursWatched, samples] = list.slice(3, 8) as SummaryList
    const value = {
      ...channelOf(list.slice(8)),
      sessionId: BigInt(id),
      startedAt: new Date(startedAt),
      endedAt: dateOf(endedAt),
      computed:
        samples === null ? null : { peakViewers, peakAt: dateOf(peakAt), averageViewers, hoursWatched, samples },
    }
    return [value.sessionId, value]
  },
  statement: statement(
    'watched_sessions',
    sql`SELECT ${expressions<{ list: unknown[] }>({ list: sessionSql('s') })} FROM ${tableOf('StreamSession')} s WHERE s.id = ANY ($1::bigint[])`,
  ),
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
