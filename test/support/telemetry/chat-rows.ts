import type { ChatLine } from '../../../src/platforms/webhook-source.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { chatFormat } from '../../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { renderChatRow } from '../../../src/webhooks/project-chat.ts'

/** A message as a test describes it; the instant in seconds since the epoch. */
export type SaidMessage = { channel: bigint; at: number; by?: string; text?: string; id?: string; env?: string }

let ids = 0
let batches = 0

/** A line as a platform tells it. */
export const chatLine = ({ at, by = 'someone', text = 'hello', id }: Omit<SaidMessage, 'channel'>): ChatLine => ({
  messageId: id ?? `message-${String(ids++).padStart(8, '0')}`,
  platformUserId: by,
  username: `name of ${by}`,
  content: text,
  emotes: '[]',
  badges: '[]',
  createdAt: new Date(at * 1000),
})

/** Stores messages as one batch, as rows of the projector. */
export const insertSaid = async (
  store: ClickHouse,
  said: readonly SaidMessage[],
  token = `said-${batches++}`,
): Promise<void> => {
  if (said.length === 0) return
  const rows = said.map(({ channel, env = 'test', ...line }) =>
    renderChatRow(env, { channelId: channel, slug: `slug-${channel}`, line: chatLine(line) }),
  )
  const { table, columns } = chatFormat
  const body = Buffer.from(rows.map((row) => `${row}\n`).join(''))
  await store.insertBatch({ table, columns, format: 'JSONCompactEachRow', body, token, rows: rows.length })
}
