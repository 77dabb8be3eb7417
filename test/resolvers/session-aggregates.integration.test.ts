import { expect, test } from 'vitest'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { startTestApi } from '../support/http/api.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

const query = `{ channel(slug: "kept") { sessions(first: 5) { nodes {
  title peakViewers peakAt averageViewers hoursWatched messages chatters follows coverage
} } } }`

test('a year later, and without ClickHouse, an aggregated session answers alike in a compiled and in an executed read', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const start = Date.UTC(2026, 0, 1)
  const id = await seed(db).channel({ slug: 'kept' })
  const at = (hours: number) => new Date(start + hours * 3_600_000)
  await seed(db).session(id, at(0), at(2), 'seen')
  await seed(db).session(id, at(3), at(4), 'hidden')
  await seed(db).session(id, at(5), at(6), 'waits again')
  await db.pool.query(
    `UPDATE dm.stream_session SET aggregated_at = now(), samples = 120, peak_viewers = 70, peak_at = $1, average_viewers = 1e-7,
       hours_watched = 12.5, messages = 3, chatters = 2, follows = 1, coverage = 0.00001`,
    [at(1)],
  )
  await db.pool.query(
    `UPDATE dm.stream_session SET samples = 0, peak_viewers = NULL, peak_at = NULL, average_viewers = NULL, hours_watched = NULL
     WHERE title = 'hidden'`,
  )
  await db.pool.query(`UPDATE dm.stream_session SET aggregated_at = NULL WHERE title = 'waits again'`)
  const asked: string[] = []
  await using gone = await openClickHouse({ url: 'http://127.0.0.1:1/vf', onQuery: (name) => asked.push(name) })
  const now = start + 365 * 86_400_000
  await using api = await startTestApi({
    db,
    clock: () => now,
    services: { history: { store: gone, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
  })
  await api.services.cursors.known()
  const counts = { messages: 3, chatters: 2, follows: 1, coverage: 0.00001 }
  const viewers = { peakViewers: 70, peakAt: at(1).toISOString(), averageViewers: 1e-7, hoursWatched: 12.5 }
  const none = { peakViewers: null, peakAt: null, averageViewers: null, hoursWatched: null }
  for (const way of ['ask', 'execute'] as const) {
    const { data, errors } = await api[way](query, {})
    expect(errors).toBeUndefined()
    expect(data.channel.sessions.nodes.map((node: object) => ({ ...node }))).toEqual([
      { title: 'waits again', ...viewers, ...counts },
      { title: 'hidden', ...none, ...counts },
      { title: 'seen', ...viewers, ...counts },
    ])
  }
  asked.length = 0
  await db.pool.query('UPDATE dm.stream_session SET aggregated_at = now()')
  await api.ask(query, {})
  expect(asked).toEqual([])
})
