import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { BucketPlan } from './buckets.ts'
import { historyUnavailable } from './history-unavailable.ts'
import { laneFor } from './lane-for.ts'

/** A stretch of the time of one channel, cut into buckets; instants in milliseconds since the epoch. */
export type ChannelSpan = { channelId: bigint } & Pick<BucketPlan, 'from' | 'to' | 'edges'>

/** What was said in a span, by bucket. */
export type ChatCounts = {
  messages: number[]
  /** Different people in each bucket, exactly; zeros where they were not asked for. */
  chatters: number[]
  /** The first and the last message of the span, in milliseconds since the epoch; infinite where there is none. */
  firstAt: number
  lastAt: number
}

const second = 'toUnixTimestamp(created_at)' as const

const startOfBucket = `roundDown(${second}, {starts:Array(UInt32)})` as const

// Where channels have different axes, the number of an axis and a second make one number, so that a search in one list finds
// the bucket of any message of any channel. It takes a quarter longer than the search in one axis.
const startOfBucketOfAxes = `toUInt32(bitAnd(roundDown(
    bitShiftLeft(toUInt64(transform(channel_id, {ids:Array(UInt64)}, {axes:Array(UInt32)}, 0)), 32) + ${second},
    arrayMap((axis, start) -> bitShiftLeft(toUInt64(axis), 32) + start, {start_axes:Array(UInt32)}, {starts:Array(UInt32)})
  ), 4294967295))` as const

const channel = `transform(channel_id, {ids:Array(UInt64)}, arrayEnumerate({ids:Array(UInt64)}), 0) AS channel` as const

// Compared as DateTime: as DateTime64 every row would be converted, which takes a third of the time of the whole statement.
const counts = `
  toUInt32(count()) AS messages,
  toUnixTimestamp(min(created_at)) AS firstAt,
  toUnixTimestamp(max(created_at)) AS lastAt
FROM kick_chat_message
WHERE env = {env:String} AND channel_id IN {ids:Array(UInt64)}
  AND created_at >= toDateTime({from:UInt32}, 'UTC') AND created_at < toDateTime({until:UInt32}, 'UTC')
GROUP BY channel_id, start` as const

const noChatters = 'toUInt32(0) AS chatters' as const
const countedChatters = 'toUInt32(uniqExact(platform_user_id)) AS chatters' as const

const row = { channel: number, start: number, messages: number, firstAt: number, lastAt: number, chatters: number }

const queries = {
  messages: namedQuery({
    name: 'chat_messages',
    sql: `SELECT ${channel}, ${startOfBucket} AS start, ${noChatters}, ${counts}`,
    row,
  }),
  chatters: namedQuery({
    name: 'chat_chatters',
    sql: `SELECT ${channel}, ${startOfBucket} AS start, ${countedChatters}, ${counts}`,
    row,
  }),
  messagesOfAxes: namedQuery({
    name: 'chat_messages_of_axes',
    sql: `SELECT ${channel}, ${startOfBucketOfAxes} AS start, ${noChatters}, ${counts}`,
    row,
  }),
  chattersOfAxes: namedQuery({
    name: 'chat_chatters_of_axes',
    sql: `SELECT ${channel}, ${startOfBucketOfAxes} AS start, ${countedChatters}, ${counts}`,
    row,
  }),
}

/** The last second that the table can hold. */
export const lastSecond = 2 ** 32 - 1

/** The first whole second, 1970 to 2106, that is not before an instant in milliseconds: messages are dated in seconds. */
export const secondFrom = (ms: number): number => Math.max(0, Math.min(Math.ceil(ms / 1000), lastSecond))

/** Which bucket of which span begins at a second since the epoch; null where a span has ended. */
type Marks = Map<number, { span: number; place: number } | null>

const markSpan = (marks: Marks, { from, to, edges }: ChannelSpan, span: number): void => {
  for (const [place, edge] of edges.slice(0, -1).entries()) marks.set(secondFrom(Math.max(edge, from)), { span, place })
  marks.set(secondFrom(to), null)
}

/** Numbers of spans that can have messages, in groups in which those of one channel do not overlap: usually a single group. */
const separate = (spans: readonly ChannelSpan[]): number[][] => {
  const groups: { members: number[]; ends: Map<bigint, number> }[] = []
  const ordered = [...spans.keys()]
    .filter((span) => spans[span]!.edges.length > 0 && secondFrom(spans[span]!.from) < secondFrom(spans[span]!.to))
    .sort((a, b) => spans[a]!.from - spans[b]!.from)
  for (const span of ordered) {
    const { channelId, from, to } = spans[span]!
    const group = groups.find(({ ends }) => (ends.get(channelId) ?? from) <= from)
    if (group) {
      group.members.push(span)
      group.ends.set(channelId, to)
    } else groups.push({ members: [span], ends: new Map([[channelId, to]]) })
  }
  return groups.map(({ members }) => members)
}

/** The axis of each channel, and the starts on every axis: channels whose time is cut alike share theirs. */
const axesOf = (marksOf: ReadonlyMap<bigint, Marks>) => {
  const numbers = new Map<string, number>()
  const axes: number[] = []
  const startAxes: number[] = []
  const starts: number[] = []
  for (const marks of marksOf.values()) {
    // What lies before the first start belongs to no bucket, least of all to one of the axis before.
    const own = [...(marks.has(0) ? [] : [0]), ...marks.keys()]
    const key = own.join()
    const axis = numbers.get(key) ?? numbers.size
    axes.push(axis)
    if (numbers.has(key)) continue
    numbers.set(key, axis)
    for (const start of own) {
      startAxes.push(axis)
      starts.push(start)
    }
  }
  return { axes, start_axes: startAxes, starts }
}

/**
 * Counts the messages, and if asked the chatters, of spans in their order: one query for any number of channels and of spans
 * that do not overlap within a channel, none where nothing can be found. Rejects with UNAVAILABLE.
 */
export const countChat = async (
  store: ClickHouse,
  options: { env: string; spans: readonly ChannelSpan[]; chatters: boolean; signal?: AbortSignal | undefined },
): Promise<ChatCounts[]> => {
  const { env, spans, chatters, signal } = options
  const counts = spans.map(({ edges }): ChatCounts => {
    const places = Math.max(0, edges.length - 1)
    const zeros = () => Array<number>(places).fill(0)
    return {
      messages: zeros(),
      chatters: zeros(),
      firstAt: Number.POSITIVE_INFINITY,
      lastAt: Number.NEGATIVE_INFINITY,
    }
  })
  const read = async (members: readonly number[]): Promise<void> => {
    const marksOf = new Map<bigint, Marks>()
    for (const member of members) {
      const { channelId } = spans[member]!
      const marks: Marks = marksOf.get(channelId) ?? new Map()
      marksOf.set(channelId, marks)
      markSpan(marks, spans[member]!, member)
    }
    const asked = members.map((member) => spans[member]!)
    const { axes, start_axes, starts } = axesOf(marksOf)
    const ids = [...marksOf.keys()]
    const common = {
      env,
      ids,
      starts,
      from: Math.min(...asked.map((span) => secondFrom(span.from))),
      until: Math.max(...asked.map((span) => secondFrom(span.to))),
    }
    // A busy channel has a message a second.
    const rows = asked.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0)
    const how = { signal, lane: laneFor(rows) }
    const found = axes.every((axis) => axis === 0)
      ? store.query(chatters ? queries.chatters : queries.messages, common, how)
      : store.query(chatters ? queries.chattersOfAxes : queries.messagesOfAxes, { ...common, axes, start_axes }, how)
    for (const row of await found) {
      const mark = marksOf.get(ids[row.channel - 1]!)?.get(row.start)
      if (!mark) continue
      const sums = counts[mark.span]!
      sums.messages[mark.place]! += row.messages
      sums.chatters[mark.place]! += row.chatters
      sums.firstAt = Math.min(sums.firstAt, row.firstAt * 1000)
      sums.lastAt = Math.max(sums.lastAt, row.lastAt * 1000)
    }
  }
  try {
    await Promise.all(separate(spans).map(read))
  } catch (error) {
    throw historyUnavailable(error, 'chat history')
  }
  return counts
}
