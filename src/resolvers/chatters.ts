import type { StreamSession } from '../../prisma/generated/client/client.ts'
import { existingChannels } from '../channels/channel-lookup.ts'
import { badInput } from '../lib/errors.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { requireWhole } from '../telemetry/chat-series.ts'
import { broadcastChatters, maxSharingChannels, sharedChatters } from '../telemetry/chatters.ts'
import { idsOf } from './channel-ids.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { maxPageSize, pageSizeOf } from './page.ts'
import { findSessions } from './sessions.ts'
import { requireRange } from './time-range.ts'

/** How many people wrote in a channel. */
export type ChannelChatters = { channelId: bigint; chatters: number }

/** How many people wrote in every channel of a set. */
export type ChatterOverlap = { channelIds: readonly bigint[]; chatters: number }

export type SharedChatters = { channels: ChannelChatters[]; overlaps: ChatterOverlap[] }

/** Every set of at least two channels, the smallest first; bit n stands for the n-th channel. */
const setsOf = (channels: number): number[] => {
  const sets = Array.from({ length: 2 ** channels }, (_, set) => set)
  const size = (set: number): number => set.toString(2).replaceAll('0', '').length
  return sets.filter((set) => size(set) > 1).sort((a, b) => size(a) - size(b))
}

/** How many entries the longer list of an answer has at most. */
export const sharedListSize = ({ channels }: { channels?: readonly unknown[] }): number => {
  const asked = Math.min(channels?.length ?? 0, maxSharingChannels)
  return Math.max(asked, setsOf(asked).length)
}

/** The people that channels have in common. BAD_USER_INPUT unless two to six different channels are named. */
export const sharedChattersOf = async (
  context: Context,
  args: { channels: readonly string[]; range: TimeRange },
): Promise<SharedChatters> => {
  const { history } = context
  const range = requireRange('range', args.range)
  if (args.channels.length < 2 || args.channels.length > maxSharingChannels)
    throw badInput(`channels must name 2 to ${maxSharingChannels} channels.`)
  const channelIds = await idsOf(context, args.channels, 'channels')
  if (new Set(channelIds).size < channelIds.length) throw badInput('channels must name each channel once.')
  const countOf = await sharedChatters(history.store, { env: history.env, channelIds, range })
  return {
    channels: channelIds.map((channelId, n) => ({ channelId, chatters: countOf(2 ** n) })),
    overlaps: setsOf(channelIds.length).map((set) => ({
      channelIds: channelIds.filter((_, n) => set & (2 ** n)),
      chatters: countOf(set),
    })),
  }
}

/** The default number of hours before and after a broadcast, and the most. */
export const defaultHoursAround = 24
export const maxHoursAround = 168
/** Where the people of a broadcast wrote in a stretch beside it. */
export type ChattersElsewhere = { range: TimeRange; nowhereElse: number; channels: ChannelChatters[] }

export type BroadcastChatters = {
  session: StreamSession
  chatters: number
  before: ChattersElsewhere
  /** Null while the broadcast lasts. */
  after: ChattersElsewhere | null
}

/** The default number of channels to name. */
export const defaultElsewhere = 10

/** How many channels are named at most. */
export const elsewhereListSize = (args: { first?: number | null }): number =>
  pageSizeOf({ first: args.first ?? defaultElsewhere })

/** The first of the channels of a stretch. */
export const channelsElsewhere = ({ channels }: ChattersElsewhere, first?: number | null): ChannelChatters[] => {
  const count = first ?? defaultElsewhere
  requireWhole('first', count, maxPageSize)
  return channels.slice(0, count)
}

/** Who wrote while a broadcast was on, and where else they wrote before and after it; null where there is no such session. */
export const broadcastChattersOf = async (
  context: Context,
  args: { session: string; hours?: number | null },
): Promise<BroadcastChatters | null> => {
  const { history, clock, databases } = context
  const hours = args.hours ?? defaultHoursAround
  requireWhole('hours', hours, maxHoursAround)
  const key = requireNode('session', 'StreamSession', args.session)
  const session = (await findSessions(context, [key])).get(key)
  if (!session) return null
  const { channelId, startedAt: from } = session
  const now = new Date(clock())
  const to = session.endedAt ?? now
  const ms = hours * 3_600_000
  const before = { from: new Date(from.getTime() - ms), to: from }
  const after = { from: to, to: new Date(Math.max(to.getTime(), Math.min(to.getTime() + ms, now.getTime()))) }
  const asked = { env: history.env, channelId, broadcast: { from, to }, before, after, first: maxPageSize }
  const found = await broadcastChatters(history.store, asked)
  const named = [...found.before.channels, ...found.after.channels].map((channel) => channel.channelId)
  // The messages of a channel that was deleted go after it.
  const existing = new Set((await existingChannels(databases.dm, named, [])).map(({ id }) => id))
  const sideOf = (range: TimeRange, { nowhereElse, channels }: typeof found.before): ChattersElsewhere => ({
    range,
    nowhereElse,
    channels: channels.filter((channel) => existing.has(channel.channelId)),
  })
  return {
    session,
    chatters: found.chatters,
    before: sideOf(before, found.before),
    after: session.endedAt === null ? null : sideOf(after, found.after),
  }
}
