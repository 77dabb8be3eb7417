import { afterAll, beforeAll, expect, test } from 'vitest'
import { number, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { makeAwkward } from '../support/legacy/awkward.ts'
import { fillLarge, fillLargeHistory } from '../support/legacy/large.ts'
import {
  insertLegacyHistory,
  insertLegacyRows,
  makeLegacyHistory,
  makeLegacyTables,
  onConnection,
} from '../support/legacy/legacy-database.ts'
import { legacyTables } from '../support/legacy/legacy-rows.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

// The tables of the old system forget after a year.
const at = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000)
const awkward = makeAwkward({ at })

let stack: AsyncDisposableStack
let store: ClickHouse

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const directory = stack.use(await temporaryDirectory('legacy-history'))
  store = stack.use(await openClickHouse({ directory: directory.path }))
  await makeLegacyHistory(store)
})
afterAll(() => stack.disposeAsync())

const probeCounts = namedQuery({
  name: 'test_legacy_probe_counts',
  sql: `SELECT env, toUInt32(count()) AS rows FROM kick_streamer_probe GROUP BY env ORDER BY env`,
  row: { env: text, rows: number },
})

test('the awkward set is the same for the same instant and seed, and every fault has rows of its own', () => {
  expect(makeAwkward({ at })).toMatchObject({ rows: awkward.rows })
  expect(makeAwkward({ at, seed: 2 }).rows).not.toEqual(awkward.rows)
  for (const name of awkward.names) expect(Object.values(awkward.of(name)).flat().length, name).toBeGreaterThan(0)
})

test('both stores take the awkward set as the old system had it', async () => {
  await using database = await createTestDatabase({ of: 'template0' })
  await makeLegacyTables(database.url)
  await insertLegacyRows(database.url, awkward.rows)
  await onConnection(database.url, async (client) => {
    for (const table of legacyTables.filter((name) => !name.startsWith('vf.'))) {
      const { rows } = await client.query(`SELECT count(*)::integer AS count FROM ${table}`)
      expect(rows, table).toEqual([{ count: awkward.rows[table]?.length ?? 0 }])
    }
    const next = await client.query(`INSERT INTO public.streamers (name) VALUES ('the next one') RETURNING id`)
    expect(next.rows[0].id).toBeGreaterThan(70_000_000)
  })
  await insertLegacyHistory(store, awkward.rows)
  const told = awkward.rows['vf.kick_streamer_probe']!
  expect(await store.query(probeCounts, {})).toEqual([
    { env: 'production', rows: told.filter(({ env = 'production' }) => env === 'production').length },
    { env: 'stage', rows: told.filter(({ env }) => env === 'stage').length },
  ])
})

test('the large set has the sizes that are asked for, and ClickHouse has the older half of its probes', async () => {
  await using database = await createTestDatabase({ of: 'template0' })
  await makeLegacyTables(database.url)
  const sizes = { users: 50, sessions: 200, probes: 1_000, chat: 300, deliveries: 40 }
  const older = await onConnection(database.url, async (client) => {
    await fillLarge(client, sizes)
    const { rows } = await client.query(`SELECT (SELECT count(*) FROM public.kick_stream_sessions)::integer AS sessions,
      (SELECT count(*) FROM public.kick_streamer_probe)::integer AS probes, (SELECT count(*) FROM public.kick_chat_messages)::integer AS chat,
      (SELECT count(*) FROM webhooks.incoming)::integer AS deliveries`)
    expect(rows).toEqual([{ sessions: 200, probes: 1_000, chat: 300, deliveries: 40 }])
    const half =
      await client.query(`SELECT platform_user_id AS user, extract(epoch FROM recorded_at)::integer AS ts, viewer_count AS viewers
      FROM public.kick_streamer_probe ORDER BY id LIMIT 500`)
    return half.rows
  })
  await store.command('TRUNCATE TABLE kick_streamer_probe')
  await fillLargeHistory(store, sizes)
  const overlap = namedQuery({
    name: 'test_legacy_overlap',
    sql: `SELECT platform_user_id AS user, toUInt32(ts) AS ts, viewer_count AS viewers FROM kick_streamer_probe
      ORDER BY ts DESC LIMIT 500`,
    row: { user: text, ts: number, viewers: number },
  })
  const order = (rows: { ts: number; user: string }[]) =>
    rows.toSorted((a, b) => a.ts - b.ts || (a.user < b.user ? -1 : 1))
  expect(order(await store.query(overlap, {}))).toEqual(order(older))
})
