import { createChatTable } from '../../archive/chat-table.ts'
import { chatFormat } from '../../stores/clickhouse/tables/kick-chat-message.ts'
import { bringStep } from './bring-days.ts'
import { type Mirror, type MirroredRow, mirrorStep } from './mirror.ts'
import { impossibleInstant } from './probes-and-scores.ts'

// A list as JSON; one thing alone is a list of it.
const asList = (column: string) =>
  `CASE jsonb_typeof(${column}) WHEN 'array' THEN ${column} WHEN 'null' THEN '[]' ELSE coalesce(jsonb_build_array(${column}), '[]') END`

/** Chat of Postgres. */
export const chatMirror: Mirror = {
  table: 'public.kick_chat_messages',
  mirror: 'adoption_chat_mirror',
  step: 'chat-mirror',
  columns: `message_id AS "messageId", channel_id::text AS "channelId", lower(channel_slug) AS slug, sender_user_id AS "userId",
    coalesce(sender_username, '') AS username, content, ${asList('emotes')}::text AS emotes, ${asList('badges')}::text AS badges,
    floor(extract(epoch FROM created_at))::float8 AS at`,
  unreadable: [['"channelId" IS NULL', 'it names no channel'], [`"messageId" = ''`, 'it has no id'], impossibleInstant],
  instant: 'created_at',
  same: [
    ['"messageId"', 'message_id'],
    ['"channelId"', 'channel_id'],
    ['slug', 'channel_slug'],
    ['"userId"', 'platform_user_id'],
    ['username', 'username'],
    ['content', 'content'],
    ['emotes', 'emotes_json'],
    ['badges', 'badges_json'],
    ['at::bigint', 'toUnixTimestamp(created_at)'],
  ],
}

type ChatRow = MirroredRow & {
  messageId: string
  channelId: string
  slug: string
  userId: string
  username: string
  content: string
  emotes: string
  badges: string
  at: number
}

const hour = 3_600

/** Copies chat beside that of ClickHouse; each message as of the hour in which it was sent, because nobody knows when it arrived. */
export const chatMirrorStep = mirrorStep<ChatRow>(chatMirror, {
  title: 'Copy chat beside that of ClickHouse',
  size: 10_000,
  secondsPerRow: 0.000_06,
  target: [...chatFormat.columns, 'provenance', 'inserted_at'],
  async begin({ clickHouse }) {
    await clickHouse.command(createChatTable(chatMirror.mirror))
  },
  async lines({ tier: env }, _, rows) {
    const lines = rows.map((row) => {
      const rendered = chatFormat.render({
        env,
        channel_id: BigInt(row.channelId),
        channel_slug: row.slug,
        message_id: row.messageId,
        platform_user_id: row.userId,
        username: row.username,
        content: row.content,
        emotes_json: row.emotes,
        badges_json: row.badges,
        created_at: new Date(row.at * 1_000),
      })
      const arrived = String(Math.floor(row.at / hour) * hour).padStart(10, '0')
      return `${rendered.slice(0, -1)},"legacy","${arrived}"]\n`
    })
    return { lines }
  },
})

/** The first second of chat that ClickHouse still keeps, with two days to spare. */
export const firstChat = ({ retentionDays }: { retentionDays: { chat: number } }, now = Date.now()): number =>
  Math.floor(now / 86_400_000 - Math.max(1, retentionDays.chat) + 2) * 86_400

/** Brings chat into ClickHouse that its retention leaves there. */
export const chatStep = bringStep({
  name: 'chat',
  title: 'Bring chat into ClickHouse',
  mirror: chatMirror,
  to: chatFormat,
  first: firstChat,
})
