import { bigint, instant, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { TimeRange } from './buckets.ts'
import { lastSecond, secondFrom } from './chat-counts.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'

/** One message of a channel's chat. */
export type ChatMessage = {
  messageId: string
  /** Null when the platform does not send it. */
  username: string | null
  /** The user who wrote it. */
  platformUserId: string
  content: string
  /** The slug of the channel at the time. */
  slugAtTheTime: string
  /** To the second. */
  createdAt: Date
}

/** The position of a message among those of its channel: its second, and its id among those of that second. */
export type ChatPosition = { createdAt: Date; messageId: string }

export type ChatPageOptions = {
  env: string
  channelIds: readonly bigint[]
  range: TimeRange
  /** Text that the content contains, in upper or lower case; empty for all messages. */
  search: string
  /** The most messages of each channel. */
  limit: number
  /** Only messages older than this one. */
  beyond: ChatPosition | null
  signal?: AbortSignal | undefined
}

const columns = `
SELECT channel_id AS channelId, toFloat64(toUnixTimestamp(created_at)) * 1000 AS createdAt, message_id AS messageId, username,
  platform_user_id AS platformUserId, content, channel_slug AS slugAtTheTime
FROM kick_chat_message` as const

// Folded like `content_folded`, which is empty where the content is ASCII.
const needle = 'normalizeUTF8NFC(caseFoldUTF8(normalizeUTF8NFD({search:String})))'

const asked = `
WHERE env = {env:String} AND channel_id IN {ids:Array(UInt64)}
  AND created_at >= toDateTime({from:UInt32}, 'UTC') AND created_at < toDateTime({until:UInt32}, 'UTC')
  AND (toUnixTimestamp(created_at), message_id) < ({before:UInt32}, {before_id:String})
  AND (empty({search:String})
    OR if(content_folded = '', positionCaseInsensitive(content, ${needle}), position(content_folded, ${needle})) > 0)` as const

const row = {
  channelId: bigint,
  createdAt: instant,
  messageId: text,
  username: text,
  platformUserId: text,
  content: text,
  slugAtTheTime: text,
}

// With LIMIT the engine reads only the texts of the rows it returns; LIMIT BY would read those of the whole range.
const ofOneChannel = namedQuery({
  name: 'chat_page',
  sql: `${columns}${asked}
ORDER BY kick_chat_message.created_at DESC, message_id DESC LIMIT {limit:UInt32}`,
  row,
})

// First it finds for each channel the second from which on there are enough messages. LIMIT BY alone takes six times as long.
const ofChannels = namedQuery({
  name: 'chat_pages',
  sql: `
WITH cuts AS (
  SELECT channel_id AS id, -arrayReduce('max', groupArraySorted(101)(-toInt64(toUnixTimestamp(created_at)))) AS second
  FROM kick_chat_message${asked}
  GROUP BY channel_id)
${columns}${asked}
  AND toInt64(toUnixTimestamp(created_at)) >= transform(channel_id, (SELECT groupArray(id) FROM cuts), (SELECT groupArray(second) FROM cuts), toInt64(0))
ORDER BY channel_id, kick_chat_message.created_at DESC, message_id DESC LIMIT {limit:UInt32} BY channel_id`,
  row,
})

/**
 * Messages of channels, newest first, by their second and then by id: one query for any number of channels. `limit` is at
 * most 101. Rejects with UNAVAILABLE.
 */
export const chatMessages = async (
  store: ClickHouse,
  { env, channelIds, range, search, limit, beyond, signal }: ChatPageOptions,
): Promise<Map<bigint, ChatMessage[]>> => {
  const before = beyond ? Math.floor(beyond.createdAt.getTime() / 1000) : lastSecond
  const from = secondFrom(range.from.getTime())
  const until = Math.min(secondFrom(range.to.getTime()), before + 1)
  if (from >= until || channelIds.length === 0) return new Map()
  const parameters = {
    env,
    ids: [...channelIds],
    from,
    until,
    before,
    before_id: beyond?.messageId ?? '',
    search,
    limit,
  }
  const query = channelIds.length === 1 ? ofOneChannel : ofChannels
  const found = await store
    .query(query, parameters, { signal, pool: readPoolFor(channelIds.length * (until - from)) })
    .catch(historyUnavailable('chat history'))
  const messages = new Map<bigint, ChatMessage[]>()
  for (const { channelId, ...message } of found) {
    const theirs = messages.get(channelId) ?? []
    theirs.push({ ...message, username: message.username || null })
    messages.set(channelId, theirs)
  }
  return messages
}
