import { eventsThatCarry, type PlatformRegistry } from '../platforms/platform-definition.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type ChannelKey, channelKey, numbered } from '../telemetry/channel-key.ts'
import { trustAudienceQuery, trustCurveQuery, trustFollowersQuery } from '../telemetry/trust-queries.ts'
import { type Broadcasts, curveDays, type Evidence, type FollowEvidence, recentDays, regularDays } from './evidence.ts'

const dayMs = 86_400_000
/** A broadcast counts as over when it was not seen for this long. */
const endedMs = 15 * 60_000

const subscribedSince = (events: string): string => `(SELECT min(e.created_at) FROM dm.event_subscription e
  WHERE e.channel_id = c.id AND e.event = ANY (${events}::text[]) AND e.platform_subscription_id IS NOT NULL)`

// No broadcast lasts longer than 30 days, so older starts are not read.
const channelsWithSessions = statement(
  'trust_channels',
  sql`SELECT ${expressions<ChannelRow>({
    channelId: 'c.id',
    platform: 'c.platform',
    platformUserId: 'c.platform_user_id',
    tellsFollowers: 'c.follower_count IS NOT NULL',
    hours: 's.hours::float8',
    weeksKnown: 'known.weeks',
    weeksLive: 'w.live',
    follows: 'f.follows::float8',
    busiestHour: 'f."busiestHour"::float8',
    peak: 'a.peak::float8',
    followHoursWatched: 'a."hoursWatched"',
    firstFollowAt: 'f."firstFollowAt"',
    chatSince: subscribedSince('$6'),
    followsSince: 'told.since',
  })}
   FROM dm.streamer_channel c
   CROSS JOIN LATERAL (
     SELECT greatest(0, least($5 / 7, floor(extract(epoch FROM $3::timestamptz - c.first_seen_at) / 604800)))::int AS weeks) known
   CROSS JOIN LATERAL (
     SELECT count(*) AS sessions, coalesce(sum(greatest(0, extract(epoch FROM
       least(coalesce(o.ended_at, $3), $3) - greatest(o.started_at, $3 - make_interval(days => $4))))), 0) / 3600 AS hours
     FROM dm.stream_session o
     WHERE o.channel_id = c.id AND o.started_at < $3 AND o.started_at > $3 - make_interval(days => $5 + 30)
       AND coalesce(o.ended_at, $3) > $3 - make_interval(days => $5)) s
   CROSS JOIN LATERAL (
     SELECT count(DISTINCT week)::int AS live
     FROM dm.stream_session o
     CROSS JOIN LATERAL generate_series(
       floor(extract(epoch FROM $3 - least(coalesce(o.ended_at, $3), $3)) / 604800)::int,
       floor(extract(epoch FROM $3 - o.started_at) / 604800)::int) AS week
     WHERE o.channel_id = c.id AND o.started_at < $3 AND o.started_at > $3 - make_interval(days => $5 + 30)
       AND week < known.weeks) w
   CROSS JOIN LATERAL (
     SELECT coalesce(sum(hour.follows), 0) AS follows, coalesce(max(hour.follows), 0) AS "busiestHour", min(hour.first) AS "firstFollowAt"
     FROM (
       SELECT count(*) AS follows, min(e.occurred_at) AS first FROM dm.kick_follow_event e
       WHERE e.channel_id = c.id AND e.occurred_at >= $3 - make_interval(days => $4) AND e.occurred_at < $3
       GROUP BY date_trunc('hour', e.occurred_at)) hour) f
   CROSS JOIN LATERAL (SELECT ${subscribedSince('$7')} AS since) told
   CROSS JOIN LATERAL (
     SELECT coalesce(max(o.peak_viewers), 0) AS peak,
       coalesce(sum(o.hours_watched) FILTER (WHERE o.started_at >= coalesce(least(told.since, f."firstFollowAt"), '-infinity')), 0) AS "hoursWatched"
     FROM dm.stream_session o
     WHERE o.channel_id = c.id AND o.started_at >= $3 - make_interval(days => $4) AND o.ended_at <= $3) a
   WHERE c.id > $1 AND s.sessions > 0
   ORDER BY c.id LIMIT $2`,
)

type ChannelRow = ChannelKey &
  Broadcasts &
  Pick<FollowEvidence, 'follows' | 'busiestHour'> & { channelId: bigint; tellsFollowers: boolean } & {
    [K in 'peak' | 'followHoursWatched']: number
  } & {
    [K in 'firstFollowAt' | 'chatSince' | 'followsSince']: Date | null
  }

/** A channel and the evidence about it. */
export type JudgedChannel = ChannelKey & { channelId: bigint; evidence: Evidence }

const never = 0xffff_ffff
const second = (at: Date): number => Math.floor(at.getTime() / 1000)
const earliest = (...instants: (Date | null)[]): number =>
  Math.min(never, ...instants.flatMap((at) => (at === null ? [] : [second(at)])))

/** Whether follow events are used. Without any, follower counts are used where the platform reports them. */
const usesEvents = ({ follows, followsSince }: ChannelRow): boolean => follows > 0 || followsSince !== null

const followsSince = (channel: ChannelRow, from: Date): number => {
  if (usesEvents(channel)) return earliest(channel.followsSince, channel.firstFollowAt)
  return channel.tellsFollowers ? second(from) : never
}

const noAudience = { peak: 0, followHoursWatched: 0, chatHours: 0, chatHoursWatched: 0, chatterHours: 0, messages: 0 }
const noCurve = { steps: 0, still: 0, moved: 0, settledHours: 0, jumps: 0, starts: 0, arriving: 0, ends: 0, leaving: 0 }

const evidenceOf = (
  channel: ChannelRow,
  audience: typeof noAudience,
  curve: typeof noCurve,
  counts: { follows: number; busiestHour: number } | undefined,
): Evidence => {
  const { hours, weeksKnown, weeksLive } = channel
  const { chatHours, chatHoursWatched, chatterHours, messages } = audience
  const { follows, busiestHour } = usesEvents(channel) ? channel : (counts ?? { follows: 0, busiestHour: 0 })
  return {
    broadcasts: { hours, weeksKnown, weeksLive },
    chat: {
      hours: chatHours,
      averageViewers: chatHours > 0 ? chatHoursWatched / chatHours : 0,
      chatters: chatHours > 0 ? chatterHours / chatHours : 0,
      messages,
    },
    follows: {
      isCollected: usesEvents(channel) || counts !== undefined,
      follows,
      busiestHour,
      // Aggregates are of sessions that lie wholly in the time, and probes of all that are kept. Rows only go, so more is right.
      hoursWatched: Math.max(channel.followHoursWatched, audience.followHoursWatched),
      peakViewers: Math.max(channel.peak, audience.peak),
    },
    curve,
  }
}

/**
 * The evidence at `now` about up to `limit` channels that broadcast in the last `regularDays`, in the order of their ids
 * beyond `after`: one statement, and two or three queries in the heavy pool. Rejects when either store does not answer.
 */
export const readEvidence = async (
  db: Transaction,
  clickHouse: ClickHouse,
  options: {
    env: string
    registry: PlatformRegistry
    after: bigint
    limit: number
    now: Date
    /** Days of which all chat is kept: of older time nobody knows who wrote. */
    chatDays: number
    signal?: AbortSignal | undefined
  },
): Promise<JudgedChannel[]> => {
  const { env, registry, after, limit, now, chatDays, signal } = options
  const channels = await db.query(channelsWithSessions, [
    after,
    limit,
    now,
    recentDays,
    regularDays,
    eventsThatCarry(registry, 'chat'),
    eventsThatCarry(registry, 'follows'),
  ])
  if (channels.length === 0) return []
  const { parameters } = numbered(channels, channelKey)
  const span = (days: number) => ({ env, ...parameters, from: new Date(now.getTime() - days * dayMs), until: now })
  const recent = span(recentDays)
  // One query after the other, so that others who wait for the heavy pool get their turn in between.
  const audiences = await clickHouse.query(
    trustAudienceQuery,
    {
      ...recent,
      channel_ids: channels.map(({ channelId }) => channelId),
      chat_since: channels.map((channel) => earliest(channel.chatSince)),
      chat_kept: second(new Date(now.getTime() - chatDays * dayMs)),
      follows_since: channels.map((channel) => followsSince(channel, recent.from)),
    },
    { signal },
  )
  const ofCurve = { ...span(curveDays), ended: new Date(now.getTime() - endedMs) }
  const curves = await clickHouse.query(trustCurveQuery, ofCurve, { signal })
  const followers = channels.some(({ tellsFollowers }) => tellsFollowers)
    ? await clickHouse.query(trustFollowersQuery, recent, { signal })
    : []
  const byNumber = <Row extends { channel: number }>(rows: readonly Row[]) =>
    new Map(rows.map(({ channel, ...row }) => [channel, row]))
  const [audience, curve, counts] = [byNumber(audiences), byNumber(curves), byNumber(followers)]
  return channels.map((channel, index) => {
    const { channelId, platform, platformUserId } = channel
    // Queries number channels from 1 in the order of their keys.
    const number = index + 1
    const evidence = evidenceOf(
      channel,
      audience.get(number) ?? noAudience,
      curve.get(number) ?? noCurve,
      counts.get(number),
    )
    return { channelId, platform, platformUserId, evidence }
  })
}
