import { expect } from 'vitest'
import { insertProbes, openTestClickHouse, type TestProbe } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { statement } from '../stores/statement.ts'
import { startTestApi } from './api.ts'
import { statementName } from './statement-names.ts'

const day = Date.UTC(2026, 4, 1)

/** An instant by its minutes after the day. */
export const at = (minutes: number): Date => new Date(Math.round(day + minutes * 60_000))

/** The same in seconds since the epoch. */
export const seconds = (minutes: number): number => at(minutes).getTime() / 1000

/** The time of the API. */
export const nowMinutes = 3_000

/** The fields of a moment. */
export const momentFields = 'at slug status session { title } chapter { category } viewers { count at } followerCount'

/** A moment as the API answers it. */
export type Moment = {
  slug: string | null
  status: string
  session: { title: string } | null
  chapter: { category: string } | null
  viewers: { count: number; at: string } | null
  followerCount: number | null
}

const userOf = statement('test_user_of', 'SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1')

/** An API over both stores, which is asked for moments. */
export const startMomentsApi = async () => {
  await using opened = new AsyncDisposableStack()
  let asked: string[] = []
  const { db } = opened.use(await createTestDatabase())
  const { store } = opened.use(await openTestClickHouse({ onQuery: (name) => asked.push(name) }))
  const history = { store, env: 'test', completeThrough: () => at(nowMinutes), lost: () => [] }
  const clock = () => at(nowMinutes).getTime()
  const api = opened.use(await startTestApi({ db, clock, services: { history } }))
  await api.services.cursors.known()
  db.onStatement((name) => asked.push(statementName(name)))
  const running = opened.move()
  return {
    db,
    store,
    api,
    /** What the stores were asked since the last call. */
    takeAsked(): string[] {
      const taken = asked
      asked = []
      return taken
    },
    /** Stores probes of a channel. */
    async probe(channelId: bigint, probes: readonly Omit<TestProbe, 'channel'>[]): Promise<void> {
      const [row] = await db.query<{ user: string }>(userOf, [channelId])
      await insertProbes(
        store,
        probes.map((probe) => ({ channel: row!.user, ...probe })),
      )
    },
    /** The channel at each of these minutes, by both ways of answering. */
    async momentsOf(channelId: bigint, minutes: readonly number[]): Promise<Moment[]> {
      const aliases = minutes.map((minute, n) => `m${n}: asOf(at: "${at(minute).toISOString()}") { ${momentFields} }`)
      const query = `{ channel(id: "${channelId}") { ${aliases.join(' ')} } }`
      const [compiled, executed] = [await api.ask(query), await api.execute(query)]
      expect(compiled.errors).toBeUndefined()
      expect(executed.data).toEqual(compiled.data)
      return minutes.map((minute, n) => {
        const { at: told, ...moment } = compiled.data.channel[`m${n}`]
        expect(told).toBe(at(minute).toISOString())
        return moment
      })
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
