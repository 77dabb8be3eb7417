/** An embedded ClickHouse full of chat, asked by our telemetry code and straight by a session of its own. */
import os from 'node:os'
import { Session } from 'chdb'
import { type ClickHouse, openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { embeddedQueryPools } from '../../src/stores/clickhouse/query-pool-settings.ts'
import { chatMessages } from '../../src/telemetry/chat-messages.ts'
import { chatDays } from '../../src/telemetry/chat-series.ts'
import { sharedChatters } from '../../src/telemetry/chatters.ts'
import { busyChannel, chatDaysFilled, fillChat } from '../support/chat-data.ts'
import { openBenchClickHouse } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'

export type ChatStart = { directory: string; messages: number; endSeconds: number }
export type ChatSlice = { wallMs: number; latenciesMs: number[] }

let store: ClickHouse
let bare: Session
let total: number
let end: Date

// As many as the store gives a heavy statement.
const threads = Math.max(1, Math.floor((os.availableParallelism() - 1) / embeddedQueryPools.heavy.slots))

const plain = (what: string) => `
SELECT toDate(created_at), ${what} FROM kick_chat_message
WHERE env = 'bench' AND channel_id = ${busyChannel} AND created_at < toDateTime(${end.getTime() / 1000}, 'UTC') GROUP BY 1
SETTINGS max_threads = ${threads}`

const days = async (chatters: boolean): Promise<void> => {
  // The last day ends a moment before the next one begins.
  const now = new Date(end.getTime() - 1)
  const options = { env: 'bench', channelIds: [busyChannel], days: chatDaysFilled, timezone: 'UTC', chatters, now }
  const found = (await chatDays(store, options)).get(busyChannel)!
  const messages = found.reduce((sum, day) => sum + day.messages, 0)
  if (found.length !== chatDaysFilled || messages !== total / 5) throw new Error(`${messages} in ${found.length} days.`)
}

const rangeOfAll = () => ({ from: new Date(end.getTime() - chatDaysFilled * 86_400_000), to: end })

const page = async (search: string): Promise<void> => {
  const options = {
    env: 'bench',
    channelIds: [busyChannel],
    range: rangeOfAll(),
    search,
    limit: 51,
    beyond: null,
    now: end,
  }
  const found = (await chatMessages(store, options)).get(busyChannel)
  if (found?.length !== 51) throw new Error(`${found?.length} messages.`)
}

/** A channel beside the busy one. */
const otherChannel = 2n

// As the engine is asked without our sums: both sides, and who is in both.
const plainShared = (): string => {
  const people = (channel: bigint) => `SELECT platform_user_id FROM kick_chat_message
    WHERE env = 'bench' AND channel_id = ${channel} AND created_at < toDateTime(${end.getTime() / 1000}, 'UTC')`
  const [busy, other] = [people(busyChannel), people(otherChannel)]
  return `SELECT (SELECT uniqExact(platform_user_id) FROM (${busy})), (SELECT uniqExact(platform_user_id) FROM (${other})),
    (SELECT count() FROM (${busy} INTERSECT DISTINCT ${other})) SETTINGS max_threads = ${threads}`
}

const shared = async (): Promise<void> => {
  const countOf = await sharedChatters(store, {
    env: 'bench',
    channelIds: [busyChannel, otherChannel],
    range: rangeOfAll(),
  })
  if (countOf(3) === 0 || countOf(1) < countOf(3)) throw new Error(`${countOf(3)} of ${countOf(1)} shared.`)
}

const calls: Record<string, () => Promise<unknown>> = {
  one: () => bare.queryAsync('SELECT 1'),
  'engine-shared': () => bare.queryAsync(plainShared()),
  shared,
  engine: () => bare.queryAsync(plain('count()')),
  ours: () => days(false),
  'engine-chatters': () => bare.queryAsync(plain('count(), uniqExact(platform_user_id)')),
  'ours-chatters': () => days(true),
  page: () => page(''),
  search: () => page('[EMOTE:15:wave]'),
}

serve({
  async start({ directory, messages, endSeconds }: ChatStart) {
    total = messages
    end = new Date(endSeconds * 1_000)
    await using filling = await openBenchClickHouse(directory)
    await fillChat(filling, messages, endSeconds)
  },

  async open(directory: string) {
    store = await openClickHouse({ directory })
    bare = new Session(directory)
    await bare.queryAsync('USE vf')
  },

  async slice({ variant, count }: { variant: string; count: number }): Promise<ChatSlice> {
    const latenciesMs: number[] = []
    const startedAt = performance.now()
    for (let call = 0; call < count; call++) {
      const since = performance.now()
      await calls[variant]!()
      latenciesMs.push(performance.now() - since)
    }
    return { wallMs: performance.now() - startedAt, latenciesMs }
  },
})
