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
  /** Reading begins shortly before it; newer messages are found as well. */
  now: Date
  signal?: AbortSignal | undefined
}

const columns = `
SELECT channel_id AS channelId, toFloat64(toUnixTimestamp(created_at)) * 1000 AS createdAt, message_id AS messageId, username,
  platform_user_id AS platformUserId, content, channel_slug AS slugAtTheTime
FROM kick_chat_message` as const

const inWindow = `
WHERE env = {env:String} AND channel_id IN {ids:Array(UInt64)}
  AND created_at >= toDateTime({from:UInt32}, 'UTC') AND created_at < toDateTime({until:UInt32}, 'UTC')
  AND (empty({before_id:String}) OR created_at < toDateTime({before:UInt32}, 'UTC') OR message_id < {before_id:String})` as const

// Folded like `content_folded`, which is empty where the content is ASCII.
const needle = 'normalizeUTF8NFC(caseFoldUTF8(normalizeUTF8NFD({search:String})))'

const holdingText = `${inWindow}
  AND if(content_folded = '', positionCaseInsensitive(content, ${needle}), position(content_folded, ${needle})) > 0` as const

const row = {
  channelId: bigint,
  createdAt: instant,
  messageId: text,
  username: text,
  platformUserId: text,
  content: text,
  slugAtTheTime: text,
}

// With LIMIT the engine reads only the texts of the rows it returns; LIMIT BY would read those of the whole window.
const ofOneChannel = <const Asked extends string>(asked: Asked) =>
  `${columns}${asked}
ORDER BY kick_chat_message.created_at DESC, message_id DESC LIMIT {limit:UInt32}` as const

// First it finds for each channel the second from which on there are enough messages. LIMIT BY alone takes six times as long.
const ofChannels = <const Asked extends string>(asked: Asked) =>
  `
WITH cuts AS (
  SELECT channel_id AS id, -arrayReduce('max', groupArraySorted(101)(-toInt64(toUnixTimestamp(created_at)))) AS second
  FROM kick_chat_message${asked}
  GROUP BY channel_id)
${columns}${asked}
  AND toInt64(toUnixTimestamp(created_at)) >= transform(channel_id, (SELECT groupArray(id) FROM cuts), (SELECT groupArray(second) FROM cuts), toInt64(0))
ORDER BY channel_id, kick_chat_message.created_at DESC, message_id DESC LIMIT {limit:UInt32} BY channel_id` as const

const queries = {
  page: namedQuery({ name: 'chat_page', sql: ofOneChannel(inWindow), row }),
  pages: namedQuery({ name: 'chat_pages', sql: ofChannels(inWindow), row }),
  search: namedQuery({ name: 'chat_search', sql: ofOneChannel(holdingText), row }),
  searches: namedQuery({ name: 'chat_searches', sql: ofChannels(holdingText), row }),
}

const minute = 60

/** How far back the windows begin, in seconds before the newest instant: most pages are full after the first. */
const reaches = [10 * minute, 4 * 60 * minute, 4 * 24 * 60 * minute, Number.POSITIVE_INFINITY]

/** The windows of a range in seconds, newest first: each begins much earlier than the one before, so there are few. */
function* windowsOf(from: number, until: number, newest: number): Generator<{ from: number; until: number }> {
  let end = until
  for (const reach of reaches) {
    const begin = Math.max(from, newest - reach)
    if (begin < end) yield { from: begin, until: end }
    end = Math.min(end, begin)
    if (begin === from) return
  }
}

/**
 * Messages of channels, newest first, by their second and then by id. It reads windows that grow, newest first, until it has
 * `limit` of each channel: at most four queries for any number of channels. `limit` is at most 101. Rejects with UNAVAILABLE.
 */
export const chatMessages = async (
  store: ClickHouse,
  { env, channelIds, range, search, limit, beyond, now, signal }: ChatPageOptions,
): Promise<Map<bigint, ChatMessage[]>> => {
  const before = beyond ? Math.floor(beyond.createdAt.getTime() / 1000) : lastSecond
  const asked = { env, limit, before, before_id: beyond?.messageId ?? '' }
  const from = secondFrom(range.from.getTime())
  const until = Math.min(secondFrom(range.to.getTime()), before + 1)
  const messages = new Map<bigint, ChatMessage[]>(channelIds.map((id) => [id, []]))
  const isShort = (id: bigint): boolean => messages.get(id)!.length < limit
  for (const window of windowsOf(from, until, Math.min(until, secondFrom(now.getTime())))) {
    const ids = [...messages.keys()].filter(isShort)
    if (ids.length === 0) break
    const pool = readPoolFor(ids.length * (window.until - window.from))
    const query =
      search === ''
        ? store.query(ids.length === 1 ? queries.page : queries.pages, { ...asked, ...window, ids }, { signal, pool })
        : store.query(
            ids.length === 1 ? queries.search : queries.searches,
            { ...asked, ...window, ids, search },
            { signal, pool },
          )
    const found = await query.catch(historyUnavailable('chat history'))
    for (const { channelId, ...message } of found)
      if (isShort(channelId)) messages.get(channelId)!.push({ ...message, username: message.username || null })
  }
  return messages
}
