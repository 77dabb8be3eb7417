import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery, type ReadPool } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketIndexOf } from './buckets.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'

/** A stretch of the time of one channel, cut into buckets; instants in milliseconds since the epoch. */
export type ChannelSpan = { channelId: bigint } & Pick<BucketPlan, 'from' | 'to' | 'edges'>

/** The messages and chatters of a span, by bucket. */
type ChatCounts = {
  messages: number[]
  /** The exact number of different people in each bucket; zeros when it was not asked for. */
  chatters: number[]
  /** The first and the last message of the span, in milliseconds since the epoch; infinite when there is none. */
  firstAt: number
  lastAt: number
}

const second = 'toUnixTimestamp(created_at)' as const

// Channel and start of the bucket are one number: grouping by it takes a third less time than by two.
const ofOneAxis = `bitShiftLeft(channel_id, 32) + roundDown(${second}, {starts:Array(UInt32)})` as const
const ofOwnAxes = `roundDown(bitShiftLeft(channel_id, 32) + ${second},
  arrayMap((id, start) -> bitShiftLeft(toUInt64(id), 32) + start, {start_ids:Array(UInt32)}, {starts:Array(UInt32)}))` as const

const noChatters = 'toUInt32(0)' as const
const exactChatters = 'toUInt32(uniqExact(platform_user_id))' as const

const sums = `toUInt32(count()) AS messages,
  toUnixTimestamp(min(created_at)) AS firstAt,
  toUnixTimestamp(max(created_at)) AS lastAt` as const

const select = `
SELECT toUInt32(bitShiftRight(bucket, 32)) AS channel,
  toUInt32(bitAnd(bucket, 4294967295)) AS start,
  ${sums}` as const

// Compared as DateTime, because DateTime64 would convert every row, which takes a quarter of the time of the whole statement.
const fromMessages = `
FROM kick_chat_message
WHERE env = {env:String} AND channel_id IN {ids:Array(UInt32)}
  AND created_at >= toDateTime({from:UInt32}, 'UTC') AND created_at < toDateTime({until:UInt32}, 'UTC')` as const

const row = { channel: number, start: number, messages: number, firstAt: number, lastAt: number, chatters: number }

const queries = {
  messages: namedQuery({
    name: 'chat_messages',
    sql: `${select}, ${noChatters} AS chatters${fromMessages} GROUP BY ${ofOneAxis} AS bucket`,
    row,
  }),
  chatters: namedQuery({
    name: 'chat_chatters',
    sql: `${select}, ${exactChatters} AS chatters${fromMessages} GROUP BY ${ofOneAxis} AS bucket`,
    row,
  }),
  messagesOfAxes: namedQuery({
    name: 'chat_messages_of_axes',
    sql: `${select}, ${noChatters} AS chatters${fromMessages} GROUP BY ${ofOwnAxes} AS bucket`,
    row,
  }),
  chattersOfAxes: namedQuery({
    name: 'chat_chatters_of_axes',
    sql: `${select}, ${exactChatters} AS chatters${fromMessages} GROUP BY ${ofOwnAxes} AS bucket`,
    row,
  }),
}

// Grouping by a number of 16 bits is cheapest: for one span it takes half the time of the query for many.
const messagesOfSteps = namedQuery({
  name: 'chat_messages_of_steps',
  sql: `
SELECT step_number AS step, ${sums}${fromMessages}
GROUP BY toUInt16(intDiv(${second} - {origin:UInt32}, {step:UInt32})) AS step_number`,
  row: { step: number, messages: number, firstAt: number, lastAt: number },
})

const mostSteps = 2 ** 16

/** The last second that the table can hold. */
export const lastSecond = 2 ** 32 - 1

/** The first whole second from 1970 to 2106 that is not before an instant in milliseconds. Messages are dated in seconds. */
export const secondFrom = (ms: number): number => Math.max(0, Math.min(Math.ceil(ms / 1000), lastSecond))

/** By second since the epoch: which bucket of which span begins then; null when a span has ended. */
type Marks = Map<number, { span: number; bucket: number } | null>

const markSpan = (marks: Marks, { from, to, edges }: ChannelSpan, span: number): void => {
  for (const [bucket, edge] of edges.slice(0, -1).entries())
    marks.set(secondFrom(Math.max(edge, from)), { span, bucket })
  marks.set(secondFrom(to), null)
}

/** The indexes of spans that can have messages, in groups without overlaps within a channel: usually a single group. */
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

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))

/** The steps of one length, in seconds, that the buckets of a span consist of; null when there are too many. */
const stepsOf = ({ to, edges }: ChannelSpan): { origin: number; step: number } | null => {
  const origin = secondFrom(edges[0]!)
  const inner = edges.slice(1, -1).map((edge) => secondFrom(edge) - origin)
  const length = secondFrom(to) - origin
  const step = inner.length === 0 ? length : inner.reduce(commonDivisor)
  return length <= step * mostSteps ? { origin, step } : null
}

/** The starts of the buckets of a channel. A message before the first start belongs to no bucket, so 0 starts a bucket for it. */
const startsOf = (marks: Marks): number[] => (marks.has(0) ? [...marks.keys()] : [0, ...marks.keys()])

/**
 * Counts the messages, and with `chatters` the people who wrote them, of spans in their order. One query serves all spans that
 * do not overlap within a channel. Rejects with UNAVAILABLE.
 */
export const countChat = async (
  store: ClickHouse,
  options: {
    env: string
    spans: readonly ChannelSpan[]
    chatters: boolean
    /** Where it runs; absent, where its size belongs. */
    pool?: ReadPool
    signal?: AbortSignal | undefined
  },
): Promise<ChatCounts[]> => {
  const { env, spans, chatters, pool, signal } = options
  const counts = spans.map(({ edges }): ChatCounts => {
    const bucketCount = Math.max(0, edges.length - 1)
    const zeros = () => Array<number>(bucketCount).fill(0)
    return {
      messages: zeros(),
      chatters: zeros(),
      firstAt: Number.POSITIVE_INFINITY,
      lastAt: Number.NEGATIVE_INFINITY,
    }
  })
  const readSteps = async (member: number, { origin, step }: { origin: number; step: number }): Promise<void> => {
    const { channelId, from, to, edges } = spans[member]!
    const [first, until] = [secondFrom(from), secondFrom(to)]
    const parameters = { env, ids: [Number(channelId)], from: first, until, origin, step }
    const sums = counts[member]!
    for (const row of await store.query(messagesOfSteps, parameters, {
      signal,
      pool: pool ?? readPoolFor(until - first),
    })) {
      sums.messages[bucketIndexOf(edges, (origin + row.step * step) * 1000)]! += row.messages
      sums.firstAt = Math.min(sums.firstAt, row.firstAt * 1000)
      sums.lastAt = Math.max(sums.lastAt, row.lastAt * 1000)
    }
  }
  const read = async (members: readonly number[]): Promise<void> => {
    const steps = members.length === 1 && !chatters ? stepsOf(spans[members[0]!]!) : null
    if (steps) return readSteps(members[0]!, steps)
    const marksOf = new Map<number, Marks>()
    for (const member of members) {
      const id = Number(spans[member]!.channelId)
      const marks: Marks = marksOf.get(id) ?? new Map()
      marksOf.set(id, marks)
      markSpan(marks, spans[member]!, member)
    }
    const asked = members.map((member) => spans[member]!)
    const axes = [...marksOf.values()].map(startsOf)
    const common = {
      env,
      ids: [...marksOf.keys()],
      from: Math.min(...asked.map((span) => secondFrom(span.from))),
      until: Math.max(...asked.map((span) => secondFrom(span.to))),
    }
    // A busy channel has one message a second.
    const rows = asked.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0)
    const how = { signal, pool: pool ?? readPoolFor(rows) }
    const found =
      new Set(axes.map(String)).size === 1
        ? store.query(chatters ? queries.chatters : queries.messages, { ...common, starts: axes[0]! }, how)
        : store.query(
            chatters ? queries.chattersOfAxes : queries.messagesOfAxes,
            {
              ...common,
              starts: axes.flat(),
              start_ids: axes.flatMap((starts, index) => starts.map(() => common.ids[index]!)),
            },
            how,
          )
    for (const row of await found) {
      const mark = marksOf.get(row.channel)?.get(row.start)
      if (!mark) continue
      const sums = counts[mark.span]!
      sums.messages[mark.bucket]! += row.messages
      sums.chatters[mark.bucket]! += row.chatters
      sums.firstAt = Math.min(sums.firstAt, row.firstAt * 1000)
      sums.lastAt = Math.max(sums.lastAt, row.lastAt * 1000)
    }
  }
  await Promise.all(separate(spans).map(read)).catch(historyUnavailable('chat history'))
  return counts
}
