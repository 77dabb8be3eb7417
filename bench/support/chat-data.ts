import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'

/** The channel of which a fifth of all messages are. */
export const busyChannel = 1n

/** Days of chat, up to the given time. */
export const chatDaysFilled = 30

// In the order in which chat comes: over the days, of 201 channels at once. Some people talk much, most little.
const messages = (from: number, count: number, total: number, endSeconds: number) => `
INSERT INTO kick_chat_message (env, channel_id, channel_slug, message_id, platform_user_id, username, content, created_at)
SELECT 'bench', channel, concat('channel-', toString(channel)), toString(generateUUIDv4(n)), toString(chatter),
  concat('chatter_', toString(chatter)), concat('message ', toString(cityHash64(n) % 100000), ' of many, [emote:', toString(n % 40), ':wave]'),
  toDateTime(${endSeconds - chatDaysFilled * 86_400} + intDiv(n * ${chatDaysFilled * 86_400}, ${total}), 'UTC')
FROM (SELECT number + ${from} AS n, if(n % 5 = 0, ${busyChannel}, 2 + cityHash64(n) % 200) AS channel,
    1000000 + toUInt32(exp(cityHash64(n, 1) % 1000000 / 1000000 * 11)) AS chatter
  FROM numbers(${count}))
SETTINGS max_threads = 2, max_insert_threads = 2`

const messagesAtOnce = 2_500_000

/** Fills the chat with so many messages that end at the given time, and merges them as time would. */
export const fillChat = async (store: ClickHouse, total: number, endSeconds: number): Promise<void> => {
  for (let from = 0; from < total; from += messagesAtOnce)
    await store.command(messages(from, Math.min(messagesAtOnce, total - from), total, endSeconds))
  await store.command('OPTIMIZE TABLE kick_chat_message FINAL')
}
