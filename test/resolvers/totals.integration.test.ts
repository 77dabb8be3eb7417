import { expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { startTestApi } from '../support/http/api.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

const start = Date.UTC(2026, 1, 5)
const now = start + 3_600_000

test('a channel says which totals its platform tells, and so do its series, both ways', async () => {
  await using database = await createTestDatabase()
  await using history = await openTestClickHouse()
  const rows = seed(database.db)
  await using api = await startTestApi({
    db: database.db,
    clock: () => now,
    services: { history: { store: history.store, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
  })
  const ids = [await rows.channel({ platform: 'kick' }), await rows.channel({ platform: 'x' })]
  const query = `query ($ids: [ID!]!, $range: TimeRange!) { nodes(ids: $ids) { ... on Channel {
    followerTotals { available reason } subscriberTotals { available reason }
    followers(range: $range, bucket: HOUR) { availability { available reason } points { last change } }
    subscribers(range: $range, bucket: HOUR) { availability { available reason } points { last change } }
  } } }`
  const range = { from: new Date(start).toISOString(), to: new Date(now).toISOString() }
  const told = { available: true, reason: null }
  const untold = (reason: string) => ({ available: false, reason })
  const kick = untold('Kick tells nobody how many follow a channel; each follow that it reports is counted in follows.')
  const x = untold('X tells nobody how many subscribe to an account.')
  const points = [{ last: null, change: null }]
  for (const way of ['ask', 'execute'] as const) {
    const { data, errors } = await api[way](query, { ids: ids.map((id) => globalId('Channel', id)), range })
    expect(errors).toBeUndefined()
    expect(data.nodes).toEqual([
      {
        followerTotals: kick,
        subscriberTotals: told,
        followers: { availability: kick, points },
        subscribers: { availability: told, points },
      },
      {
        followerTotals: told,
        subscriberTotals: x,
        followers: { availability: told, points },
        subscribers: { availability: x, points },
      },
    ])
  }
})
