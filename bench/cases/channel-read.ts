import { isDeepStrictEqual } from 'node:util'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import type { HttpLoadResult, HttpTarget } from '../support/http-load.ts'
import { type BenchPostgres, channelSlug, fillChannels, startPostgres } from '../support/postgres-data.ts'
import { startProjectServer } from '../support/project-server.ts'
import { atLeast, atMost, goal, type Report, tabulate } from '../support/report.ts'
import { extra, interleave, latency, type Rounds, ratio, type Variant } from '../support/rounds.ts'
import { processCpuUs } from '../support/usage.ts'

const limit = 'raw pg JSON'
const ours = 'ours'
const mercurius = 'mercurius'
const postgraphile = 'PostGraphile'
const stock = 'stock Yoga + Prisma'

const concurrency = 32
const poolSize = 12
const pageSize = 50

const fields = `externalId slug displayName avatarUrl followerCount isLive status lastSeenOnlineAt`
const session = `nodes { startedAt endedAt isLive title category language }`
const oneChannel = `query Channel($slug: String!) { channel(slug: $slug) { ${fields}
  slugHistory { slug observedFrom observedUntil isCurrent } sessions(first: 10) { ${session} } } }`
const manyChannels = `query Channels($after: String!) { channels(first: ${pageSize}, after: $after) { nodes { ${fields}
  sessions(first: 3) { ${session} } } } }`

// Scores are on the other side of the data model: ours asks a second statement for them.
const score = 'trustScore { score algorithm }'
const scoredOne = oneChannel.replace('slugHistory', `${score} slugHistory`)
const scoredMany = manyChannels.replace('sessions(', `${score} sessions(`)
// No column has so long a name: ours executes these like the documents that it can not compile.
const executed = (document: string) => document.replace('externalId', `${'x'.repeat(64)}: externalId`)
const fillScores = `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm)
  SELECT id, 40 + id % 50, 'bench-1' FROM dm.streamer_channel`

const rowFields = `externalId currentSlug displayName avatarUrl followerCount isLive status lastSeenOnlineAt`
const rowSession = `nodes { startedAt endedAt endSource title category language }`
const oneChannelByRows = `query Channel($slug: String!) { streamerChannelByPlatformAndCurrentSlug(platform: "kick", currentSlug: $slug) {
  ${rowFields} streamerChannelSlugHistoriesByChannelId(orderBy: [OBSERVED_FROM_DESC]) { nodes { slug observedFrom observedUntil } }
  streamSessionsByChannelId(first: 10, orderBy: [STARTED_AT_DESC]) { ${rowSession} } } }`
const manyChannelsByRows = `query Channels($after: Cursor!) { allStreamerChannels(first: ${pageSize}, after: $after, orderBy: [LAST_SEEN_AT_DESC, ROW_ID_DESC]) {
  nodes { ${rowFields} streamSessionsByChannelId(first: 3, orderBy: [STARTED_AT_DESC]) { ${rowSession} } } } }`

type Shape = 'one' | 'many' | 'scoredOne' | 'scoredMany' | 'executedOne' | 'executedMany'
type Server = { name: string; cpuUs(): number; port: number } & Partial<Record<Shape, Endpoint>>
type Endpoint = { path: string; document: string; keys: string[] }

type Target = Pick<Server, 'name' | 'port' | 'cpuUs'> & Endpoint

const bodyOf = (document: string, variable: string, key = '%KEY%') =>
  JSON.stringify({ query: document.replaceAll(/\s+/g, ' '), variables: { [variable]: key } })

const post = async (port: number, path: string, body: string): Promise<{ data: Record<string, unknown> }> => {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
  return (await response.json()) as { data: Record<string, unknown> }
}

/** Cursors of PostGraphile at the end of each of some pages, so that every server pages from the same places. */
const rowCursors = async (port: number, pages: number): Promise<string[]> => {
  const document = `query Pages { allStreamerChannels(first: ${pages * pageSize}, orderBy: [LAST_SEEN_AT_DESC, ROW_ID_DESC]) { edges { cursor } } }`
  const { data } = await post(port, '/graphql', JSON.stringify({ query: document }))
  const { edges } = data.allStreamerChannels as { edges: { cursor: string }[] }
  return edges.filter((_, i) => i % pageSize === pageSize - 1).map(({ cursor }) => cursor)
}

const pageKeys = async (postgres: BenchPostgres, pages: number): Promise<string[]> => {
  const { rows } =
    await postgres.query(`SELECT to_char(last_seen_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '|' || id AS key
    FROM dm.streamer_channel ORDER BY last_seen_at DESC, id DESC LIMIT ${pages * pageSize}`)
  return rows.filter((_, i) => i % pageSize === pageSize - 1).map(({ key }) => key as string)
}

/** Our cursors for the same places. */
const ourCursors = async (port: number, pages: number): Promise<string[]> => {
  const document = `query Pages($after: String) { channels(first: ${pageSize}, after: $after) { pageInfo { endCursor } } }`
  const cursors: string[] = []
  while (cursors.length < pages) {
    const body = JSON.stringify({ query: document, variables: { after: cursors.at(-1) ?? null } })
    const { data } = await post(port, '/graphql', body)
    cursors.push((data.channels as { pageInfo: { endCursor: string } }).pageInfo.endCursor)
  }
  return cursors
}

const startServers = async (
  stack: AsyncDisposableStack,
  postgres: BenchPostgres,
  channels: number,
  { directory, signal }: BenchContext,
): Promise<Server[]> => {
  const start = async (program: string): Promise<{ cpuUs(): number; port: number }> => {
    const child = stack.use(await startChild(program, signal))
    const port = await child.call<number>('start', { databaseUrl: postgres.url, connections: poolSize })
    return { cpuUs: () => processCpuUs(child.pid), port }
  }
  const project = stack.use(
    await startProjectServer({
      DATABASE_URL: postgres.url,
      DATA_DIR: `${directory}/project`,
      DEMO: 'off',
      WORKERS: '',
    }),
  )
  const ourPort = Number(new URL(project.url).port)
  const slugs = Array.from({ length: channels }, (_, i) => channelSlug(i + 1))
  const pages = Math.min(100, Math.floor(channels / pageSize) - 1)
  const keys = await pageKeys(postgres, pages)
  const rawServer = await start('peers/raw-channel.ts')
  const mercuriusServer = await start('peers/mercurius.ts')
  const postgraphileServer = await start('peers/postgraphile.ts')
  const stockServer = await start('peers/stock.ts')
  const cursors = await ourCursors(ourPort, pages)
  return [
    {
      name: limit,
      ...rawServer,
      one: { path: '/channel', document: oneChannel, keys: slugs },
      many: { path: '/channels', document: manyChannels, keys },
    },
    {
      name: ours,
      cpuUs: project.cpuUs,
      port: ourPort,
      one: { path: '/graphql', document: oneChannel, keys: slugs },
      many: { path: '/graphql', document: manyChannels, keys: cursors },
      scoredOne: { path: '/graphql', document: scoredOne, keys: slugs },
      scoredMany: { path: '/graphql', document: scoredMany, keys: cursors },
      executedOne: { path: '/graphql', document: executed(scoredOne), keys: slugs },
      executedMany: { path: '/graphql', document: executed(scoredMany), keys: cursors },
    },
    {
      name: mercurius,
      ...mercuriusServer,
      one: { path: '/graphql', document: oneChannel, keys: slugs },
      many: { path: '/graphql', document: manyChannels, keys },
    },
    {
      name: postgraphile,
      ...postgraphileServer,
      one: { path: '/graphql', document: oneChannelByRows, keys: slugs },
      many: { path: '/graphql', document: manyChannelsByRows, keys: await rowCursors(postgraphileServer.port, pages) },
    },
    {
      name: stock,
      ...stockServer,
      one: { path: '/graphql', document: oneChannel, keys: slugs },
      many: { path: '/graphql', document: manyChannels, keys },
      scoredOne: { path: '/graphql', document: scoredOne, keys: slugs },
      scoredMany: { path: '/graphql', document: scoredMany, keys },
      executedOne: { path: '/graphql', document: executed(scoredOne), keys: slugs },
      executedMany: { path: '/graphql', document: executed(scoredMany), keys },
    },
  ]
}

const instantPattern = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/
const withPlainInstants = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'string' && instantPattern.test(part) ? Date.parse(part) : part,
  )

/** Servers with our schema must say the same; PostGraphile, with its own names, must at least say as much. */
const assertSameAnswers = async (servers: Target[], variable: string): Promise<void> => {
  const answers = await Promise.all(
    servers.map(({ port, path, document, keys }) => post(port, path, bodyOf(document, variable, keys[7]!))),
  )
  const [expected] = answers
  for (const [i, { name }] of servers.entries()) {
    const answer = answers[i]!
    const same =
      name === postgraphile
        ? JSON.stringify(answer).split('"startedAt"').length === JSON.stringify(expected).split('"startedAt"').length
        : isDeepStrictEqual(withPlainInstants(answer.data), withPlainInstants(expected!.data))
    if (!same) throw new Error(`${name} answers differently: ${JSON.stringify(answer).slice(0, 1_000)}`)
  }
}

const measure = async (
  servers: Server[],
  shape: Shape,
  variable: string,
  postgres: BenchPostgres,
  load: Child,
  { quick, signal }: BenchContext,
): Promise<Rounds> => {
  const asked = servers.flatMap(({ [shape]: endpoint, ...server }) => (endpoint ? [{ ...server, ...endpoint }] : []))
  await assertSameAnswers(asked, variable)
  const variants: Variant[] = []
  for (const { name, cpuUs, port, path, document, keys } of asked) {
    const target: HttpTarget = { name, port, path, body: bodyOf(document, variable), keys, mustContain: '"startedAt"' }
    await load.call('prepare', target)
    variants.push({
      name,
      async measure() {
        const before = { server: cpuUs(), postgres: postgres.cpuUs() }
        const result = await load.call<HttpLoadResult>('run', {
          name,
          connections: concurrency,
          durationMs: quick ? 800 : 1_500,
        })
        const databaseUs = (postgres.cpuUs() - before.postgres) / result.operations
        return { ...result, cpuUs: cpuUs() - before.server, extra: { databaseUs } }
      },
    })
  }
  return interleave(variants, quick ? 3 : 7, signal)
}

const databaseUs = extra('databaseUs')
const rowsOf = (rounds: Rounds) =>
  tabulate(rounds, {
    operation: 'requests',
    against: [limit, mercurius, postgraphile, stock].filter((name) => rounds.has(name)),
    columns: { 'Postgres CPU µs': databaseUs },
  })

const reportOne = (rounds: Rounds, channels: number): Report => ({
  title: `channel by slug + slug history + 10 sessions, ${channels} channels, concurrency ${concurrency}`,
  rows: rowsOf(rounds),
  goals: [
    goal('G1', 'channel read vs raw pg JSON handler', ratio(rounds, ours, limit), atLeast(0.6, 0.9)),
    goal('G1', 'channel read vs mercurius', ratio(rounds, ours, mercurius), atLeast(1.5)),
    goal('G1b', 'channel read vs PostGraphile', ratio(rounds, ours, postgraphile), atLeast(3, 4)),
    goal('G1c', 'channel read, p99 vs raw handler', ratio(rounds, ours, limit, latency(0.99)), atMost(1.5, 1.1)),
  ],
})

const reportMany = (rounds: Rounds): Report => ({
  title: `page of ${pageSize} channels × 3 sessions, concurrency ${concurrency}`,
  rows: rowsOf(rounds),
  goals: [
    goal('G2', 'channel page vs PostGraphile', ratio(rounds, ours, postgraphile), atLeast(2.5, 4)),
    goal('G2', 'channel page vs raw pg JSON handler', ratio(rounds, ours, limit), atLeast(0.6, 0.9)),
    goal('G2', 'channel page vs mercurius', ratio(rounds, ours, mercurius), atLeast(1.5)),
    goal('G2', 'channel page, Postgres CPU vs raw handler', ratio(rounds, ours, limit, databaseUs), atMost(1.2)),
  ],
})

const reportOther = (rounds: Rounds, what: string): Report => ({
  title: `${what}, concurrency ${concurrency}`,
  rows: rowsOf(rounds),
  goals: [goal('G1d', `${what}, vs the stock stack`, ratio(rounds, ours, stock), atLeast(1.2, 2))],
})

/** Reading a channel, and a page of channels, by GraphQL over HTTP. */
export const channelRead: BenchCase = {
  name: 'channel-read',
  async *run(context) {
    await using stack = new AsyncDisposableStack()
    const channels = context.quick ? 5_000 : 50_000
    context.progress(`filling Postgres with ${channels} channels and ${channels * 10} sessions`)
    const postgres = stack.use(await startPostgres(`${context.directory}/postgres`))
    await fillChannels(postgres, channels, 10)
    await postgres.query(fillScores)
    await postgres.query('VACUUM ANALYZE public.streamer_trust_scores')
    const servers = await startServers(stack, postgres, channels, context)
    const load = stack.use(await startChild('support/http-load.ts', context.signal))
    context.progress('one channel')
    yield reportOne(await measure(servers, 'one', 'slug', postgres, load, context), channels)
    context.progress('a page of channels')
    yield reportMany(await measure(servers, 'many', 'after', postgres, load, context))
    context.progress('other documents')
    for (const [shape, variable, what] of [
      ['scoredOne', 'slug', 'one channel with its trust score'],
      ['scoredMany', 'after', 'a page of channels with trust scores'],
      ['executedOne', 'slug', 'one channel with its trust score, executed and not compiled'],
      ['executedMany', 'after', 'a page of channels with trust scores, executed and not compiled'],
    ] as const)
      yield reportOther(await measure(servers, shape, variable, postgres, load, context), what)
  },
}
