import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

/** A chat message as a test describes it; instants in seconds since the epoch. */
export type TestMessage = {
  id: string
  channel?: number
  sentAt: number
  /** Absent: left to the table, as every writer but a test does. */
  arrivedAt?: number
  content?: string
  env?: string
}

const columns = [
  'env',
  'channel_id',
  'channel_slug',
  'message_id',
  'platform_user_id',
  'username',
  'content',
  'created_at',
]

let batches = 0

/** Stores messages as one batch. */
export const insertChat = async (store: ClickHouse, messages: readonly TestMessage[]): Promise<void> => {
  for (const [arrived, batch] of Map.groupBy(messages, ({ arrivedAt }) => arrivedAt !== undefined)) {
    const rows = batch.map(({ id, channel = 1, sentAt, arrivedAt, content = `text of ${id}`, env = 'test' }) => [
      env,
      channel,
      `slug-${channel}`,
      id,
      `user-${channel}`,
      `User ${channel}`,
      content,
      sentAt,
      ...(arrived ? [arrivedAt] : []),
    ])
    await store.insertBatch({
      table: 'kick_chat_message',
      columns: arrived ? [...columns, 'inserted_at'] : columns,
      format: 'JSONCompactEachRow',
      body: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
      token: `chat-${batches++}-${process.pid}`,
      rows: rows.length,
    })
  }
}
