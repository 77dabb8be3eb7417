import { columnsOfRows } from '../lib/json-rows.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Happening } from './happening.ts'
import type { Message } from './message.ts'
import type { Rule } from './rule.ts'
import { sentenceOf } from './sentence.ts'

/** The page of a channel on its platform. */
export type PageUrl = (platform: string, slug: string) => string

const channelFields = [
  'id',
  'externalId',
  'platform',
  'platformUserId',
  'currentSlug',
  'displayName',
  'avatarUrl',
] as const

// A channel whose slug was taken by another is known by the last that it had.
const readChannels = statement(
  'alerts_channels',
  sql`SELECT ${select('Channel', channelFields, 'c')}, ${expressions<{ lastSlug: string | null }>({
    lastSlug: `(SELECT h.slug FROM dm.streamer_channel_slug_history h WHERE h.channel_id = c.id
      ORDER BY h.observed_from DESC LIMIT 1)`,
  })} FROM dm.streamer_channel c WHERE c.id = ANY ($1::bigint[])`,
)

const sessionFields = ['channelId', 'startedAt', 'endedAt', 'title', 'category', 'language', 'peakViewers'] as const

const readSessions = statement(
  'alerts_sessions',
  sql`SELECT ${select('StreamSession', sessionFields, 's')}, ${expressions<{ viewers: number | null }>({
    viewers: `CASE WHEN v.live_started_at = s.started_at THEN v.live_viewers END`,
  })}
   FROM unnest($1::bigint[], $2::timestamptz[]) AS n(channel_id, started_at)
   JOIN dm.stream_session s ON s.channel_id = n.channel_id AND s.started_at = n.started_at
   LEFT JOIN dm.probe_schedule v ON v.channel_id = s.channel_id`,
)

type Channel = NonNullable<Message['channel']>

const present = (facts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined))

const broadcastOf = ({ channelId, sessionStartedAt }: Happening): string | null =>
  channelId === null || sessionStartedAt === null ? null : `${channelId}:${sessionStartedAt}`

/** Whether the broadcast was on when it happened, or ended by it. */
const isWithin = ({ kind, at }: Happening, session: Record<string, unknown> | undefined): boolean =>
  session !== undefined && (kind === 'ended' || !session.endedAt || at < Date.parse(String(session.endedAt)))

/** What the rows say of happenings now: their channels and broadcasts, for what people are told. Nothing is decided by it. */
export const describe = async (
  dm: Transaction,
  pageUrl: PageUrl,
  happenings: readonly Happening[],
): Promise<(happening: Happening, rule: Pick<Rule, 'id' | 'name'>) => Message> => {
  const ids = [...new Set(happenings.flatMap(({ channelId }) => channelId ?? []))]
  const named = happenings.flatMap((one) =>
    one.channelId === null || one.sessionStartedAt === null
      ? []
      : [{ channelId: one.channelId, startedAt: new Date(one.sessionStartedAt) }],
  )
  const channels = new Map<bigint, Channel>()
  const [channelRows, sessionRows] = await Promise.all([
    ids.length === 0 ? [] : dm.query(readChannels, [ids]),
    named.length === 0 ? [] : dm.query(readSessions, columnsOfRows(named, 'channelId', 'startedAt')),
  ])
  for (const row of channelRows) {
    const slug = row.currentSlug ?? row.lastSlug ?? row.platformUserId
    const { externalId: id, platform, displayName, avatarUrl } = row
    channels.set(row.id, { id, platform, slug, displayName, url: pageUrl(platform, slug), avatarUrl })
  }
  const sessions = new Map<string, Record<string, unknown>>()
  for (const { channelId, startedAt, endedAt, ...row } of sessionRows)
    sessions.set(`${channelId}:${+startedAt}`, {
      ...row,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString(),
    })
  return (happening, rule) => {
    const channel = happening.channelId === null ? null : (channels.get(happening.channelId) ?? null)
    const broadcast = broadcastOf(happening)
    const session = broadcast === null ? undefined : sessions.get(broadcast)
    const isOfBroadcast = isWithin(happening, session)
    const facts = present({ ...(isOfBroadcast && session), ...happening.facts })
    const who = channel ? (channel.displayName ?? channel.slug) : ''
    return {
      kind: happening.kind,
      at: new Date(happening.at).toISOString(),
      rule: { id: rule.id, name: rule.name },
      channel,
      facts,
      text: sentenceOf(happening, { who, facts }),
      thread: isOfBroadcast ? broadcast : null,
      isTest: false,
    }
  }
}
