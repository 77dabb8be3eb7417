import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createChatTable } from '../../../src/archive/chat-table.ts'
import { number, text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { cases } from '../../support/lib/cases.ts'
import { openTestClickHouse } from '../../support/stores/clickhouse.ts'
import { migrateTestClickHouse } from '../../support/stores/migrate-clickhouse.ts'
import { insertSaid, type SaidMessage } from '../../support/telemetry/chat-rows.ts'

const engine = await openTestClickHouse()
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const hour = 3_600
// Within the retention, and over the end of a day.
const first = Math.floor(Date.now() / 1000 / 86_400) * 86_400 - 2 * 86_400 - 2 * hour

const messagesByHour =
  `SELECT toString(channel_id) AS channel, toUnixTimestamp(toStartOfHour(created_at)) AS hour, toUInt32(count()) AS messages
  FROM kick_chat_message WHERE env = 'test' AND channel_id IN {channels:Array(UInt64)} AND toStartOfHour(created_at) >= toDateTime({from:UInt32}, 'UTC')
  GROUP BY channel_id, toStartOfHour(created_at) ORDER BY channel, hour` as const
const chattersByHour =
  `SELECT toString(channel_id) AS channel, toUnixTimestamp(toStartOfHour(created_at)) AS hour, platform_user_id AS by, toUInt32(count()) AS messages
  FROM kick_chat_message WHERE env = 'test' AND channel_id IN {channels:Array(UInt64)} AND toStartOfHour(created_at) >= toDateTime({from:UInt32}, 'UTC')
  GROUP BY channel_id, toStartOfHour(created_at), platform_user_id ORDER BY channel, hour, by` as const

const row = { channel: text, hour: number, messages: number }
const messages = namedQuery({ name: 'test_messages_by_hour', sql: messagesByHour, row })
const chatters = namedQuery({ name: 'test_chatters_by_hour', sql: chattersByHour, row: { ...row, by: text } })
const explained = { explain: text }
const messagesPlan = namedQuery({ name: 'test_plan', sql: `EXPLAIN ${messagesByHour}`, row: explained })
const chattersPlan = namedQuery({ name: 'test_plan', sql: `EXPLAIN ${chattersByHour}`, row: explained })
const projections = namedQuery({
  name: 'test_projections',
  sql: 'SELECT name FROM system.projections WHERE database = currentDatabase() AND table = {table:String} ORDER BY name',
  row: { name: text },
})

/** What the engine reads for the two, such as `chatters_by_hour` or the table. */
const readFrom = async (channel: bigint): Promise<string[]> => {
  const asked = { channels: [channel], from: first }
  const plans = await Promise.all([messagesPlan, chattersPlan].map((plan) => store.query(plan, asked)))
  return plans.flatMap((lines) => lines.flatMap(({ explain }) => /ReadFrom\w+ \(([\w.]+)\)/.exec(explain)?.[1] ?? []))
}

const counted = (said: readonly SaidMessage[], keyOf: (one: SaidMessage) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const one of said) counts[keyOf(one)] = (counts[keyOf(one)] ?? 0) + 1
  return counts
}

const slotOf = ({ channel, at }: SaidMessage) => `${channel} ${Math.floor(at / hour) * hour}`

const expectSums = async (said: readonly SaidMessage[]): Promise<void> => {
  const asked = { channels: said.map(({ channel }) => channel), from: first }
  const inHours = await store.query(messages, asked)
  const ofPeople = await store.query(chatters, asked)
  expect(Object.fromEntries(inHours.map((slot) => [`${slot.channel} ${slot.hour}`, slot.messages]))).toEqual(
    counted(said, slotOf),
  )
  expect(
    Object.fromEntries(ofPeople.map((slot) => [`${slot.channel} ${slot.hour} ${slot.by}`, slot.messages])),
  ).toEqual(counted(said, (one) => `${slotOf(one)} ${one.by}`))
}

const someMessages = fc.array(
  fc.record({
    of: fc.integer({ min: 0, max: 2 }),
    at: fc.integer({ min: first, max: first + 4 * hour }),
    by: fc.integer({ min: 0, max: 4 }).map((number) => `chatter-${number}`),
  }),
  { minLength: 1, maxLength: 40 },
)

let channels = 7_000n
const newChannel = (): bigint => ++channels
let tokens = 0

describe('the sums of chat by hour', () => {
  test('are those of the messages, in whatever batches they come, however late and however often a batch is repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(someMessages, fc.boolean()), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          const ours = [newChannel(), newChannel(), newChannel()]
          const all: SaidMessage[] = []
          for (const [said, isRepeated] of batches) {
            const batch = said.map(({ of, ...message }) => ({ ...message, channel: ours[of]! }))
            const token = `chat-by-hour-${tokens++}`
            await insertSaid(store, batch, token)
            if (isRepeated) await insertSaid(store, batch, token)
            all.push(...batch)
          }
          await expectSums(all)
          await store.command('OPTIMIZE TABLE kick_chat_message FINAL')
          await expectSums(all)
        },
      ),
      { numRuns: cases(5) },
    )
  })

  test('are what is read, in place of the messages', async () => {
    const channel = newChannel()
    await insertSaid(store, [{ channel, at: first }])
    expect(await readFrom(channel)).toEqual(['messages_by_hour', 'chatters_by_hour'])
  })

  test('hold nothing of a message that was removed', async () => {
    const channel = newChannel()
    const said = ['gone', 'stays', 'gone'].map((by, index) => ({ channel, at: first + index, by }))
    await insertSaid(store, said)
    await store.command(
      `ALTER TABLE kick_chat_message DELETE WHERE platform_user_id = 'gone' SETTINGS mutations_sync = 1`,
    )
    await expectSums(said.filter(({ by }) => by === 'stays'))
    expect(await readFrom(channel)).toEqual(['messages_by_hour', 'chatters_by_hour'])
  })

  test('are kept by a table into which archives are restored as well', async () => {
    await store.command(createChatTable('restored_chat'))
    expect(await store.query(projections, { table: 'restored_chat' })).toEqual([
      { name: 'chatters_by_hour' },
      { name: 'messages_by_hour' },
    ])
  })

  test('are made of what was there before them, however often the migration runs', async () => {
    const channel = newChannel()
    for (const projection of ['messages_by_hour', 'chatters_by_hour'])
      await store.command(`ALTER TABLE kick_chat_message DROP PROJECTION ${projection} SETTINGS mutations_sync = 1`)
    const before = [1, 2, 3].map((index) => ({ channel, at: first + index, by: 'one' }))
    await insertSaid(store, before)
    await expectSums(before)
    for (let run = 0; run < 2; run++) {
      await store.command(
        `ALTER TABLE schema_migration DELETE WHERE name = '0005_chat_by_hour' SETTINGS mutations_sync = 1`,
      )
      expect(await migrateTestClickHouse(store)).toEqual(['0005_chat_by_hour'])
    }
    const after = [{ channel, at: first + 4, by: 'two' }]
    await insertSaid(store, after)
    await expectSums([...before, ...after])
    await store.command('OPTIMIZE TABLE kick_chat_message FINAL')
    await expectSums([...before, ...after])
    expect(await readFrom(channel)).toEqual(['messages_by_hour', 'chatters_by_hour'])
  })
})
