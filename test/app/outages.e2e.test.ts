import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { stillRunning } from '../support/app/processes.ts'
import { type Program, runProgram, secretsSaid } from '../support/app/program.ts'
import { ask, isReady, metric, readiness } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { type ProxyMode, startFaultProxy } from '../support/lib/fault-proxy.ts'
import { connectLive, type LiveClient } from '../support/live/live-client.ts'
import { startWatchedKick } from '../support/platforms/watched-kick.ts'
import { startClickHouseHttp } from '../support/stores/clickhouse-http.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

// One program, with both of its databases behind something that can fail, lives through all of this.
const resources = new AsyncDisposableStack()
const adminKey = 'canary-of-the-admin-key'
const slugs = Array.from({ length: 10 }, (_, i) => `streamer-${i + 1}`)
let front: Awaited<ReturnType<typeof startClickHouseHttp>>
let proxy: Awaited<ReturnType<typeof startFaultProxy>>
let kick: Awaited<ReturnType<typeof startWatchedKick>>
let clickHouse: ClickHouse
let program: Program
let url: string
let secrets: string[]

beforeAll(async () => {
  const directory = resources.use(await sharedDirectory('outages')).path
  front = resources.use(await startClickHouseHttp(path.join(directory, 'clickhouse')))
  clickHouse = resources.use(await openClickHouse({ url: front.url }))
  const database = new URL(resources.use(await createTestDatabase()).url)
  proxy = resources.use(await startFaultProxy({ host: database.hostname, port: Number(database.port) }))
  database.port = String(proxy.port)
  kick = resources.use(await startWatchedKick())
  slugs.forEach((slug, i) => void kick.world.add({ id: i + 1, slug }))
  secrets = [adminKey, database.password, new URL(front.url).password]

  await front.stop()
  await proxy.set('refuse')
  program = resources.use(
    runProgram({
      env: {
        ...kick.env,
        DATA_DIR: path.join(directory, 'data'),
        DATABASE_URL: database.href,
        CLICKHOUSE_URL: front.url,
        ADMIN_KEY: adminKey,
        POLL_INTERVAL_SECONDS: '1',
        LOG_LEVEL: 'trace',
      },
    }),
  )
})
afterAll(() => resources.disposeAsync())

const patience = 120_000
const countProbes = namedQuery({
  name: 'count_probes',
  sql: 'SELECT toUInt32(count()) AS rows FROM kick_streamer_probe',
  row: { rows: number },
})
const channelQuery = '{ channel(slug: "streamer-1") { slug status } }'
const listQuery =
  '{ channels(first: 5) { nodes { slug sessions(first: 1) { nodes { id } } statusEvents(first: 1) { nodes { id } } } } }'
const seriesQuery = `query ($range: TimeRange!) { channel(slug: "streamer-1") { viewers(range: $range) { points { start } } } }`
const subscription =
  'subscription { channelStatus { __typename ... on StatusChange { event { type } channel { slug } } } }'
const askSeries = () => {
  const [from, to] = [Date.now() - 600_000, Date.now()].map((ms) => new Date(ms).toISOString())
  return ask(url, seriesQuery, { range: { from, to } })
}
const codes = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors?.map(({ extensions }) => extensions.code)
const probes = () => metric(url, 'probes_total')
const keepsProbing = async (cycles = 2) => {
  const goal = (await probes()) + cycles * slugs.length
  await eventually('probes are recorded', async () => (await probes()) >= goal)
}
const setMonitoring = async (active: boolean) => {
  const { data } = await ask(url, '{ channels(first: 100) { nodes { id } } }')
  for (const { id } of data.channels.nodes)
    await ask(
      url,
      `mutation ($id: ID!) { setMonitoring(channel: $id, active: ${active}) { __typename } }`,
      { id },
      adminKey,
    )
}

/** A subscriber who has been told how things are. */
const subscribe = async (): Promise<LiveClient> => {
  const client = await connectLive(`${url.replace('http', 'ws')}/graphql`)
  client.subscribe('1', subscription)
  for (const _ of slugs) expect((await client.data()).data.channelStatus.__typename).toBe('StatusSnapshot')
  return client
}
/** The next start of this channel's broadcast that the subscriber is told of. */
const startOf = async (client: LiveClient, slug: string): Promise<void> => {
  for (;;) {
    const { __typename, event, channel } = (await client.data()).data.channelStatus
    expect(__typename).toBe('StatusChange')
    if (channel.slug === slug && event.type === 'STREAM_START') return
  }
}
let starts = 0
/** A new broadcast takes the place of any other. */
const goLive = (id: number) => kick.world.goLive(id, { startedAt: Date.now() - 3_600_000 + ++starts * 1_000 })

test('a start waits for a Postgres that is not there, and does without a ClickHouse that is not', {
  timeout: patience,
}, async () => {
  await eventually('it says what it waits for', () => program.stderr().includes('DATABASE_URL does not answer'))
  await proxy.set('pass')
  url = await program.serving()
  await eventually('nothing but ClickHouse is missing', async () => {
    const { reasons } = await readiness(url)
    return reasons.length === 1 && reasons[0] === 'ClickHouse does not answer.'
  })
  for (const slug of slugs) {
    const track = 'mutation ($slug: String!) { trackChannel(slug: $slug) { __typename } }'
    expect((await ask(url, track, { slug }, adminKey)).data.trackChannel.__typename).toBe('TrackChannelSuccess')
  }
  for (const id of slugs.keys()) goLive(id + 1)
  await keepsProbing()
  await front.start()
  await eventually('it is ready', () => isReady(url))
  await eventually('samples arrive', async () => (await askSeries()).data?.channel.viewers.points.length > 0)
})

test('without ClickHouse only its own queries fail, and no sample is missing when it is back', {
  timeout: patience,
}, async () => {
  await using subscriber = await subscribe()
  await front.stop()
  const lost = await eventually('it says so', async () => {
    const ready = await readiness(url)
    return ready.status === 503 && ready
  })
  expect(lost.reasons).toEqual(['ClickHouse does not answer.'])
  await keepsProbing(5)
  expect(codes(await askSeries())).toEqual(['UNAVAILABLE'])
  expect((await ask(url, channelQuery)).data.channel).toEqual({ slug: 'streamer-1', status: 'ONLINE' })
  expect(codes(await ask(url, listQuery))).toBeUndefined()
  goLive(2)
  await startOf(subscriber, 'streamer-2')

  await front.start()
  await eventually('it is ready again', () => isReady(url))
  await setMonitoring(false)
  try {
    let found = {}
    await eventually(
      () => `every probe is in ClickHouse, once: ${JSON.stringify(found)}`,
      async () => {
        const [stored] = await clickHouse.query(countProbes, {})
        const recorded = await probes()
        found = { recorded, ...stored }
        return recorded > 0 && stored!.rows === recorded
      },
    )
  } finally {
    await setMonitoring(true)
  }
  await keepsProbing()
})

test.each<ProxyMode>(['refuse', 'reset', 'blackhole'])(
  'while Postgres is gone (%s) it lives, says so and keeps its subscribers, who are told what happened when it is back',
  { timeout: patience },
  async (mode) => {
    await using subscriber = await subscribe()
    await proxy.set(mode)
    const lost = await eventually('it says so', async () => {
      const ready = await readiness(url)
      return ready.status === 503 && ready
    })
    expect(lost.reasons).toContain('Postgres does not answer.')
    for (const secret of [...secrets, '127.0.0.1', ' at ']) expect(lost.text).not.toContain(secret)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    // Nothing is refused there: a caller waits for as long as a statement may take.
    if (mode !== 'blackhole') {
      for (const query of [channelQuery, listQuery]) {
        const answer = await ask(url, query)
        expect(new Set(codes(answer))).toEqual(new Set(['UNAVAILABLE']))
        for (const secret of [...secrets, '127.0.0.1']) expect(JSON.stringify(answer)).not.toContain(secret)
      }
    }
    goLive(3)
    expect(subscriber.socket.readyState).toBe(subscriber.socket.OPEN)

    await proxy.set('pass')
    await startOf(subscriber, 'streamer-3')
    await eventually('it is ready again', () => isReady(url))
    await keepsProbing()
    expect((await ask(url, channelQuery)).data.channel.slug).toBe('streamer-1')
    await using another = await subscribe()
    goLive(4)
    await Promise.all([startOf(subscriber, 'streamer-4'), startOf(another, 'streamer-4')])
  },
)

test('it can be stopped while Postgres says nothing and ClickHouse takes no answer home', {
  timeout: patience,
}, async () => {
  await keepsProbing()
  await proxy.set('blackhole')
  front.setFault('hang')
  program.kill('SIGTERM')
  await program.ended
  expect(program.stdout()).toContain('Stopping…')
  expect(stillRunning(program.tree())).toEqual([])
})

test('no secret was said aloud', () => {
  expect(secretsSaid()).toEqual([])
})
