import { badInput } from '../lib/errors.ts'
import { planBuckets, type TimeRange } from '../telemetry/buckets.ts'
import { type ChatMessage, chatMessages } from '../telemetry/chat-messages.ts'
import {
  type ChatDay,
  type ChatSeries,
  type ChatTotals,
  chatDays,
  chatSeries,
  chatTotals,
} from '../telemetry/chat-series.ts'
import { refuseRaw } from '../telemetry/series.ts'
import type { Context } from './context.ts'
import { deliveredChannels } from './delivered.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import { found, type SeriesArguments, withDefaults } from './series.ts'
import { requireRange } from './time-range.ts'
import { requireWellFormed } from './well-formed.ts'

/** The default number of days. */
export const defaultChatDays = 30
/** The default number of hours. */
export const defaultChatHours = 24

const maxSearchLength = 200

const list = 'chat messages, newest first'

/** Whether chatters are counted; they cost more than messages. */
type Chatters = { chatters: boolean }

/** The chat of a channel over a range; channels with the same arguments share one query of each store. */
export const chatActivityOf = async (
  context: Context,
  channelId: bigint,
  { chatters, ...args }: SeriesArguments & Chatters,
): Promise<ChatSeries> => {
  const { history, clock, loaders } = context
  const asked = { ...withDefaults(args), chatters }
  const series = await loaders.load('chat activity', asked, channelId, async (channelIds) => {
    // Refuses wrong arguments before any statement.
    refuseRaw(asked.bucket)
    planBuckets(asked)
    const known = { completeThrough: history.completeThrough('chat'), lost: history.lost('chat') }
    const channels = await deliveredChannels(context, channelIds, 'chat')
    return chatSeries(history.store, { ...asked, ...known, env: history.env, channels, now: new Date(clock()) })
  })
  return found(channelId, series)
}

/** The chat of a channel on each of the last days of a time zone. */
export const chatDailyOf = async (
  { history, clock, loaders }: Context,
  channelId: bigint,
  { days, timezone, chatters }: { days?: number | null; timezone?: string | null } & Chatters,
): Promise<ChatDay[]> => {
  const asked = { days: days ?? defaultChatDays, timezone: timezone ?? 'UTC', chatters }
  const listed = await loaders.load('chat days', asked, channelId, (channelIds) =>
    chatDays(history.store, { ...asked, env: history.env, channelIds, now: new Date(clock()) }),
  )
  return found(channelId, listed)
}

/** The chat of a channel in the last hours. */
export const chatTotalsOf = async (
  { history, clock, loaders }: Context,
  channelId: bigint,
  { hours, chatters }: { hours?: number | null } & Chatters,
): Promise<ChatTotals> => {
  const asked = { hours: hours ?? defaultChatHours, chatters }
  const totals = await loaders.load('chat totals', asked, channelId, (channelIds) =>
    chatTotals(history.store, { ...asked, env: history.env, channelIds, now: new Date(clock()) }),
  )
  return found(channelId, totals)
}

/** A page of the messages of a channel, newest first; channels with the same arguments share one query. */
export const chatMessagesOf = async (
  context: Context,
  channelId: bigint,
  args: Pick<PageArguments, 'first' | 'after'> & { range: TimeRange; search?: string | null },
): Promise<Connection<ChatMessage>> => {
  const { history, clock, loaders } = context
  const range = requireRange('range', args.range)
  const search = requireWellFormed('search', args.search ?? '')
  if (search.length > maxSearchLength) throw badInput(`search must have at most ${maxSearchLength} characters.`)
  const read = async ({ limit, beyond }: PageRequest): Promise<readonly ChatMessage[]> => {
    const after = beyond && { createdAt: new Date(beyond[0]), messageId: beyond[1] }
    const asked = { range, search, limit, beyond: after }
    const messages = await loaders.load('chat messages', asked, channelId, (channelIds) =>
      chatMessages(history.store, { ...asked, env: history.env, channelIds, now: new Date(clock()) }),
    )
    return found(channelId, messages)
  }
  return readPage(context, list, args, read, ({ createdAt, messageId }) => [createdAt.toISOString(), messageId])
}
