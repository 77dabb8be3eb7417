import { createChatTable } from '../../archive/chat-table.ts'
import { text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { chatFormat } from '../../stores/clickhouse/tables/kick-chat-message.ts'
import type { Finding } from '../step.ts'
import { readingStep } from './by-id.ts'
import { keepRows } from './left-rows.ts'

/** Chat that is older than the retention, until it is archived. */
export const oldChat = 'adoption_old_chat'

type ChatRow = {
  id: string
  messageId: string
  channelId: string | null
  slug: string
  userId: string
  username: string | null
  content: string
  emotes: unknown
  badges: unknown
  /** Seconds since 1970. */
  at: number
}

const size = 10_000

const knownMessages = namedQuery({
  name: 'adoption_known_messages',
  pool: 'heavy',
  sql: `SELECT DISTINCT message_id AS id FROM kick_chat_message
    WHERE env = {env:String} AND created_at >= {from:DateTime64(3)} AND created_at <= {until:DateTime64(3)} AND message_id IN {ids:Array(String)}`,
  row: { id: text },
})

const known = async (store: ClickHouse, env: string, rows: readonly ChatRow[]): Promise<ReadonlySet<string>> => {
  if (rows.length === 0) return new Set()
  const ats = rows.map(({ at }) => at)
  const found = await store.query(knownMessages, {
    env,
    // The same message may have been received twice, and its instant cut to what its receipt allows.
    from: new Date((Math.min(...ats) - 3_600) * 1_000),
    until: new Date((Math.max(...ats) + 3_600) * 1_000),
    ids: rows.map(({ messageId }) => messageId),
  })
  return new Set(found.map(({ id }) => id))
}

const asList = (value: unknown): string => JSON.stringify(Array.isArray(value) ? value : value === null ? [] : [value])

const render = (env: string, row: ChatRow): string =>
  chatFormat.render({
    env,
    channel_id: BigInt(row.channelId!),
    channel_slug: row.slug.toLowerCase(),
    message_id: row.messageId,
    platform_user_id: row.userId,
    username: row.username ?? '',
    content: row.content,
    emotes_json: asList(row.emotes),
    badges_json: asList(row.badges),
    created_at: new Date(row.at * 1_000),
  })

/** Of a row as it is stored, with more columns behind. */
const line = (rendered: string, ...more: unknown[]): string =>
  `${rendered.slice(0, -1)},${more.map((value) => JSON.stringify(value)).join(',')}]\n`

const insert = (
  store: ClickHouse,
  table: string,
  columns: readonly string[],
  token: string,
  lines: readonly string[],
) =>
  store.insertBatch({
    table,
    columns: [...chatFormat.columns, ...columns],
    format: 'JSONCompactEachRow',
    body: Buffer.from(lines.join('')),
    token,
    rows: lines.length,
  })

const unreadable = ({ channelId, messageId, at }: ChatRow): string | null => {
  if (channelId === null) return 'it names no channel'
  if (messageId === '') return 'it has no id'
  return at < 315_532_800 || at > Date.now() / 1_000 + 300 ? 'its instant can not be true' : null
}

const hour = 3_600

/** The first instant that ClickHouse still keeps chat of, with two days to spare, in seconds since 1970. */
const oldestChat = (now: number, days: number): number => Math.floor(now / 86_400_000 - Math.max(1, days) + 2) * 86_400

/** Brings chat into ClickHouse; what is older than its retention waits beside, to be archived. */
export const chatStep = readingStep<ChatRow>({
  name: 'chat',
  title: 'Bring chat into ClickHouse',
  table: 'public.kick_chat_messages',
  size,
  secondsPerRow: 0.000_06,
  columns: `message_id AS "messageId", channel_id::text AS "channelId", channel_slug AS slug, sender_user_id AS "userId", sender_username AS username,
    content, emotes, badges, floor(extract(epoch FROM created_at))::float8 AS at`,
  async begin({ clickHouse }) {
    await clickHouse.command(createChatTable(oldChat))
  },
  async bring({ clickHouse, dataDir, retentionDays, tier }, _, rows, { after, last }) {
    const unread = rows.flatMap((row) => {
      const reason = unreadable(row)
      return reason === null ? [] : [{ row, reason }]
    })
    const left = new Set(unread.map(({ row }) => row))
    const oldest = oldestChat(Date.now(), retentionDays.chat)
    const fresh = rows.filter((row) => !left.has(row) && row.at >= oldest)
    const there = await known(clickHouse, tier, fresh)
    const lines = fresh.filter(({ messageId }) => !there.has(messageId)).map((row) => line(render(tier, row), 'legacy'))
    if (lines.length > 0)
      await insert(clickHouse, chatFormat.table, ['provenance'], `adoption chat ${after}-${last}`, lines)
    const old = rows
      .filter((row) => !left.has(row) && row.at < oldest)
      .map((row) => line(render(tier, row), 'legacy', String(Math.floor(row.at / hour) * hour).padStart(10, '0')))
    if (old.length > 0)
      await insert(clickHouse, oldChat, ['provenance', 'inserted_at'], `adoption old chat ${after}-${last}`, old)
    const table = 'public.kick_chat_messages'
    const file = await keepRows(
      dataDir,
      { table, what: 'unread', from: after, to: last },
      unread.map(({ row, reason }) => ({ ...row, reason })),
    )
    return unread.map(
      ({ row, reason }): Finding => ({
        kind: 'can-not-be-read',
        table,
        key: row.id,
        details: { reason, file },
        done: 'kept in the file',
      }),
    )
  },
})
