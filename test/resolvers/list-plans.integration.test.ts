import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
let api: TestApi

// 4,000 channels of which every tenth is live, with ten sessions each. A hundredth of them is on Twitch.
const rows = [
  `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug, status)
   SELECT '01' || lpad(n::text, 24, '0'), CASE WHEN n % 100 = 0 THEN 'twitch' ELSE 'kick' END, n::text, 'c' || n,
     CASE WHEN n % 10 = 0 THEN 'online' ELSE 'offline' END FROM generate_series(1, 4000) n`,
  `INSERT INTO dm.stream_session (channel_id, started_at, ended_at, end_source, category, language)
   SELECT c.id, began, ended, CASE WHEN ended IS NOT NULL THEN 'poll' END, 'Category ' || (c.id + k) % 200, 'l' || (c.id + k) % 150
   FROM dm.streamer_channel c, generate_series(0, 9) k,
     LATERAL (SELECT date_trunc('day', now()) - make_interval(days => k, secs => c.id::int) AS began) b,
     LATERAL (SELECT CASE WHEN k > 0 OR c.status <> 'online' THEN began + interval '2 hours' END AS ended) e`,
  `INSERT INTO dm.probe_schedule (channel_id, interval_seconds, live_started_at, last_live_at, live_viewers)
   SELECT c.id, 3600, o.started_at, CASE WHEN o.id IS NOT NULL THEN now() END, CASE WHEN o.id IS NOT NULL THEN c.id % 97 END
   FROM dm.streamer_channel c LEFT JOIN dm.stream_session o ON o.channel_id = c.id AND o.ended_at IS NULL`,
  'ANALYZE',
]

beforeAll(async () => {
  database = await createTestDatabase()
  for (const text of rows) await database.db.pool.query(text)
  api = await startTestApi({ db: database.db })
  await api.services.cursors.known()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Node = {
  'Node Type': string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Node[]
}

/** The nodes of the plan of the one statement that answers a query, run as it was run. */
const planOf = async (query: string): Promise<Node[]> => {
  const asked: [string, unknown[]][] = []
  const { dm } = api.services.databases
  const original = dm.query
  dm.query = ((made: { text: string }, values: unknown[] = []) => {
    asked.push([made.text, values])
    return original.call(dm, made as never, values)
  }) as typeof dm.query
  const { errors } = await api.ask(query)
  dm.query = original
  expect(errors).toBeUndefined()
  expect(asked).toHaveLength(1)
  const [text, values] = asked[0]!
  const { rows } = await database.db.pool.query(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`, values)
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
  return flat(rows[0]['QUERY PLAN'][0].Plan)
}

const day = `{ from: "now-4d/d", to: "now-3d/d" }`
const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 3 * 86_400_000
const atMidnight = `{ from: "${new Date(midnight).toISOString()}", to: "${new Date(midnight + 1).toISOString()}" }`

test.each([
  ['channels(filter: { status: ONLINE }, orderBy: VIEWERS_DESC, first: 100)', 'idx_probe_schedule_viewers', 101],
  ['channels(orderBy: VIEWERS_DESC, first: 20)', 'idx_probe_schedule_viewers', 21],
  ['channels(filter: { category: "category 10" }, first: 20)', 'idx_session_live_category', 60],
  ['sessions(first: 50)', 'idx_session_started', 51],
  ['sessions(first: 50, filter: { category: "CATEGORY 7" })', 'idx_session_category', 400],
  ['sessions(first: 20, filter: { language: "L7" })', 'idx_session_language', 400],
  ['sessions(first: 50, filter: { live: true })', 'idx_session_live', 51],
  [`sessions(first: 50, filter: { range: ${day} })`, 'idx_session_started', 51],
  // At midnight one session of each channel was on. They are found by what they span, and no others are read.
  [`sessions(first: 50, filter: { range: ${atMidnight} })`, 'idx_session_span', 4_000],
  ['sessions(first: 50, filter: { channels: ["7", "8"] })', 'stream_session_channel_started_key', 60],
])('%s reads by the index %s, and no more than it needs', async (field, index, most) => {
  const nodes = await planOf(`{ ${field} { nodes { id } pageInfo { hasNextPage } } }`)
  const scans = nodes.filter((node) => /Scan/.test(node['Node Type']) && node['Actual Loops'] > 0)
  expect(scans.map((node) => node['Index Name'])).toContain(index)
  const whole = scans.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Actual Rows'])
  expect(whole).toEqual([])
  for (const node of scans) expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(most)
})
