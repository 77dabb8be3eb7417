import { bigint, number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { TimeRange } from './buckets.ts'
import { secondFrom } from './chat-counts.ts'
import { historyUnavailable } from './history-unavailable.ts'

/** The most channels that may be asked for what they share: so many bits tell who wrote where. */
export const maxSharingChannels = 6

const hour = 3_600

/**
 * SQL of who wrote in which channel over a stretch: `channel_id` and `platform_user_id`, each pair at least once. Its whole hours come from the sums by
 * hour, what is before and after them from the messages. The parameters of a stretch begin with its name.
 */
const writersIn = <const Name extends string, const Where extends string>(name: Name, where: Where) =>
  `
  SELECT channel_id, platform_user_id FROM kick_chat_message
  WHERE env = {env:String} AND ${where}
    AND toStartOfHour(created_at) >= toDateTime({${name}_hours:UInt32}, 'UTC') AND toStartOfHour(created_at) < toDateTime({${name}_rest:UInt32}, 'UTC')
  GROUP BY channel_id, platform_user_id
  UNION ALL
  SELECT channel_id, platform_user_id FROM kick_chat_message
  WHERE env = {env:String} AND ${where}
    AND (created_at >= toDateTime({${name}_from:UInt32}, 'UTC') AND created_at < toDateTime({${name}_hours:UInt32}, 'UTC')
      OR created_at >= toDateTime({${name}_rest:UInt32}, 'UTC') AND created_at < toDateTime({${name}_until:UInt32}, 'UTC'))` as const

type StretchParameters<Name extends string> = Record<`${Name}_${'from' | 'hours' | 'rest' | 'until'}`, number>

/** The parameters of a stretch; where it holds no whole hour, all of it is before them. */
const stretch = <const Name extends string>(name: Name, range: TimeRange): StretchParameters<Name> => {
  const [from, until] = [secondFrom(range.from.getTime()), secondFrom(range.to.getTime())]
  const [hours, rest] = [Math.ceil(from / hour) * hour, Math.floor(until / hour) * hour]
  const whole = hours < rest ? { hours, rest } : { hours: until, rest: until }
  const parameters = Object.entries({ from, until, ...whole }).map(([key, second]) => [`${name}_${key}`, second])
  return Object.fromEntries(parameters) as StretchParameters<Name>
}

const sharing = namedQuery({
  name: 'chat_shared_chatters',
  pool: 'heavy',
  sql: `
SELECT toUInt32(channels) AS set, toUInt32(count()) AS chatters
FROM (
  SELECT groupBitOr(toUInt8(bitShiftLeft(1, indexOf({ids:Array(UInt64)}, channel_id) - 1))) AS channels
  FROM (${writersIn('asked', 'channel_id IN {ids:Array(UInt64)}')})
  GROUP BY platform_user_id)
GROUP BY channels`,
  row: { set: number, chatters: number },
})

/**
 * How many people wrote in all of the channels of a set, whether or not in others too, by set: bit n of a set stands for the n-th channel.
 * Exact; one query for up to six channels. Rejects with UNAVAILABLE.
 */
export const sharedChatters = async (
  store: ClickHouse,
  options: { env: string; channelIds: readonly bigint[]; range: TimeRange; signal?: AbortSignal | undefined },
): Promise<(set: number) => number> => {
  const { env, channelIds, range, signal } = options
  const parameters = { env, ids: [...channelIds], ...stretch('asked', range) }
  const exactly = await store.query(sharing, parameters, { signal }).catch(historyUnavailable('chat history'))
  return (set) => exactly.filter((row) => (row.set & set) === set).reduce((sum, { chatters }) => sum + chatters, 0)
}

const theirs = writersIn('broadcast', 'channel_id = {id:UInt64}')
const isTheirs = 'channel_id != {id:UInt64} AND platform_user_id IN (SELECT platform_user_id FROM theirs)'

// On each side a person counts in the channel 0, which stands for all, and in each other channel, or in that of the broadcast where there is none.
const placesOn = <const Side extends string>(side: Side) =>
  `arrayMap(channel -> ('${side}', channel), arrayPushFront(if(empty(${side}), [{id:UInt64}], ${side}), 0))` as const

const elsewhere = namedQuery({
  name: 'chat_chatters_elsewhere',
  pool: 'heavy',
  sql: `
WITH theirs AS (${theirs})
SELECT place.1 AS side, place.2 AS channel, toUInt32(count()) AS chatters
FROM (
  SELECT groupUniqArrayIf(channel_id, isBefore) AS before, groupUniqArrayIf(channel_id, isAfter) AS after
  FROM (
    SELECT false AS isBefore, false AS isAfter, channel_id, platform_user_id FROM theirs
    UNION ALL SELECT true, false, channel_id, platform_user_id FROM (${writersIn('before', isTheirs)})
    UNION ALL SELECT false, true, channel_id, platform_user_id FROM (${writersIn('after', isTheirs)}))
  GROUP BY platform_user_id)
ARRAY JOIN arrayConcat(${placesOn('before')}, ${placesOn('after')}) AS place
GROUP BY side, channel
ORDER BY channel IN (0, {id:UInt64}) DESC, chatters DESC, channel LIMIT {most:UInt32} + 2 BY side`,
  row: { side: text, channel: bigint, chatters: number },
})

/** Where people wrote in a stretch beside one broadcast. */
type Elsewhere = {
  /** How many of them wrote in no other channel. */
  nowhereElse: number
  /** How many of them wrote in each other channel: most first, then by id. */
  channels: { channelId: bigint; chatters: number }[]
}

/** Who wrote while a broadcast was on, and where they wrote before and after it. */
export type BroadcastChatters = { chatters: number; before: Elsewhere; after: Elsewhere }

/**
 * Counts the people who wrote in a channel while a broadcast was on, and where else they wrote in the stretches before and after it: `first` channels of
 * each. Exact; one query. Rejects with UNAVAILABLE.
 */
export const broadcastChatters = async (
  store: ClickHouse,
  options: {
    env: string
    channelId: bigint
    broadcast: TimeRange
    before: TimeRange
    after: TimeRange
    first: number
    signal?: AbortSignal | undefined
  },
): Promise<BroadcastChatters> => {
  const { env, channelId, broadcast, before, after, first, signal } = options
  const parameters = {
    env,
    id: channelId,
    most: first,
    ...stretch('broadcast', broadcast),
    ...stretch('before', before),
    ...stretch('after', after),
  }
  const rows = await store.query(elsewhere, parameters, { signal }).catch(historyUnavailable('chat history'))
  const countOf = (side: string, id: bigint): number =>
    rows.find((row) => row.side === side && row.channel === id)?.chatters ?? 0
  const sideOf = (side: string): Elsewhere => ({
    nowhereElse: countOf(side, channelId),
    channels: rows
      .filter((row) => row.side === side && row.channel !== 0n && row.channel !== channelId)
      .slice(0, first)
      .map(({ channel, chatters }) => ({ channelId: channel, chatters })),
  })
  return { chatters: countOf('before', 0n), before: sideOf('before'), after: sideOf('after') }
}
