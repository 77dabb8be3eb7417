import { afterAll, expect, test } from 'vitest'
import { rankByChat } from '../../src/telemetry/chat-ranking.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { readFrom } from '../support/stores/clickhouse-plans.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'

const engine = await openTestClickHouse()
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const hour = 3_600
// Within the retention.
const from = Math.floor(Date.now() / 1000 / hour) * hour - 24 * hour

test('rankings of chat read the sums of hours in place of the messages', async () => {
  await insertSaid(
    store,
    [0, 1, 2].map((hours) => ({ channel: 1n, at: from + hours * hour })),
  )
  const read = (measure: 'MESSAGES' | 'CHATTERS') =>
    readFrom(store, (explaining) =>
      rankByChat(explaining, measure, {
        env: 'test',
        channels: null,
        from: from * 1000,
        to: (from + 3 * hour) * 1000,
        beyond: null,
        limit: 10,
      }),
    )
  expect(await read('MESSAGES')).toContain('messages_by_hour')
  expect(await read('CHATTERS')).toContain('chatters_by_hour')
})
