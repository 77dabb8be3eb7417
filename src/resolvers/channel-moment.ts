import type { ModelRows } from '../../prisma/generated/models.ts'
import { slugsAt } from '../channels/channel-lookup.ts'
import { badInput } from '../lib/errors.ts'
import { columnsOfRows } from '../lib/json-rows.ts'
import { type Chapter, chapterAt } from '../sessions/chapters.ts'
import type { ViewersNow } from '../sessions/viewers-now.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type ProbeAnswer, type ProbeAsk, probesAt } from '../telemetry/probes-at.ts'
import type { Context } from './context.ts'
import { probedChannels } from './probed-rows.ts'
import { chaptersOfSession } from './session-chapters.ts'
import { loadAllTold } from './told-rows.ts'

/** A channel at an instant of the past; its fields are read when they are asked for. */
export type ChannelMoment = { channelId: bigint; at: Date }

/** What moments are read with. */
export type MomentContext = Pick<Context, 'loaders' | 'databases' | 'clock'> & {
  history: Pick<Context['history'], 'store' | 'env'>
}

type Session = ModelRows['StreamSession']

/** The session that was on, if any, and whether the platform has ever told the status of the channel. */
type Broadcast = { session: Session | null; isTold: boolean }

// One session begins at a time, so the newest one that had begun is the one that was on, or none was.
const sessionsAt = statement(
  'sessions_of_moments',
  sql`SELECT ${expressions<{ isTold: boolean }>({ isTold: "c.status <> 'unknown'" })}, ${select('StreamSession', undefined, 's')}
   FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS v(channel_id, at, ordinal)
   LEFT JOIN ${tableOf('Channel')} c ON c.id = v.channel_id
   LEFT JOIN LATERAL (SELECT b.*, coalesce(b.ended_at, 'infinity') > v.at AS was_on FROM ${tableOf('StreamSession')} b
     WHERE b.channel_id = v.channel_id AND b.started_at <= v.at ORDER BY b.started_at DESC LIMIT 1) s ON s.was_on
   ORDER BY v.ordinal`,
)

/** The channel at this instant. BAD_USER_INPUT where that has not come yet. */
export const channelMoment = ({ clock }: MomentContext, channelId: bigint, at: Date): ChannelMoment => {
  if (at.getTime() > clock()) throw badInput('at must not be in the future.')
  return { channelId, at }
}

const keyOf = ({ channelId, at }: ChannelMoment, kind = ''): string => `${channelId} ${at.getTime()} ${kind}`

const momentOf = (key: string): ChannelMoment & { kind: string } => {
  const [channelId, ms, kind] = key.split(' ') as [string, string, string]
  return { channelId: BigInt(channelId), at: new Date(Number(ms)), kind }
}

/** What `read` finds for the moments of all keys, in their order. */
const readingMoments =
  <T>(read: (moments: (ChannelMoment & { kind: string })[]) => Promise<readonly T[]>) =>
  async (keys: readonly string[]): Promise<Map<string, T>> => {
    const found = await read(keys.map(momentOf))
    return new Map(keys.map((key, index) => [key, found[index]!]))
  }

/** The slug that the channel had then; null when it had none. All moments of the operation share one statement. */
export const slugAt = async (context: MomentContext, moment: ChannelMoment): Promise<string | null> => {
  const read = readingMoments((moments) => slugsAt(context.databases.dm, moments))
  return (await context.loaders.load('slugs at', null, keyOf(moment), read)) ?? null
}

const broadcastAt = async (context: MomentContext, moment: ChannelMoment): Promise<Broadcast> => {
  const read = readingMoments(async (moments): Promise<Broadcast[]> => {
    const rows = await context.databases.dm.query(sessionsAt, columnsOfRows(moments, 'channelId', 'at'))
    return rows.map(({ isTold, ...row }) => ({ isTold, session: (row as Partial<Session>).id == null ? null : row }))
  })
  return (await context.loaders.load('sessions at', null, keyOf(moment), read))!
}

/** The session that was on then; null when none was. All moments of the operation share one statement. */
export const sessionAt = async (context: MomentContext, moment: ChannelMoment): Promise<Session | null> =>
  (await broadcastAt(context, moment)).session

/** What the probes say of the moment; one query for all of the operation. Rejects with UNAVAILABLE. */
const probesOf = async (
  context: MomentContext,
  moment: ChannelMoment,
  wanted: ProbeAsk['wanted'],
): Promise<ProbeAnswer | undefined> => {
  const { history, loaders } = context
  return loaders.load('probes at', null, keyOf(moment, wanted), async (keys) => {
    const moments = keys.map((key) => ({ key, ...momentOf(key) }))
    const channels = await loadAllTold(context, probedChannels, [...new Set(moments.map(({ channelId }) => channelId))])
    const byId = new Map(channels.map((channel) => [channel.channelId, channel]))
    const asked = moments.flatMap(({ key, channelId, at, kind }) => {
      const channel = byId.get(channelId)
      return channel ? [{ key, channel, at, wanted: kind as ProbeAsk['wanted'] }] : []
    })
    const answers = await probesAt(history.store, history.env, asked)
    return new Map(asked.map(({ key }, index) => [key, answers[index]!]))
  })
}

/**
 * The status then: online in a session, offline where a probe that stood for the instant saw that none was on, and unknown where
 * nobody looked or no look is kept. Rejects with UNAVAILABLE.
 */
export const statusAt = async (
  context: MomentContext,
  moment: ChannelMoment,
): Promise<'online' | 'offline' | 'unknown'> => {
  const { session, isTold } = await broadcastAt(context, moment)
  if (session) return 'online'
  return isTold && (await probesOf(context, moment, 'look'))?.look ? 'offline' : 'unknown'
}

/** The chapter of the session that was on then. */
export const chapterOfMoment = async (context: MomentContext, moment: ChannelMoment): Promise<Chapter | null> => {
  const session = await sessionAt(context, moment)
  return session && (chapterAt(await chaptersOfSession(context, session), moment.at) ?? null)
}

const wholeSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** The viewers of the session that was on then, by the newest sample that still stood. Rejects with UNAVAILABLE. */
export const viewersAt = async (context: MomentContext, moment: ChannelMoment): Promise<ViewersNow | null> => {
  const session = await sessionAt(context, moment)
  if (!session) return null
  const look = (await probesOf(context, moment, 'look'))?.look
  if (!look?.startedAt || look.viewers === null) return null
  return wholeSeconds(look.startedAt) === wholeSeconds(session.startedAt) ? { count: look.viewers, at: look.at } : null
}

/** The followers that the platform told last by then. Rejects with UNAVAILABLE. */
export const followersAt = async (context: MomentContext, moment: ChannelMoment): Promise<number | null> => {
  // The other fields ask for probes after this statement, and so all of them share one query.
  await broadcastAt(context, moment)
  return (await probesOf(context, moment, 'followers'))?.followers ?? null
}
