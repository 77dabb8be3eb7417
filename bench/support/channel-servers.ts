import type { BenchContext } from './bench-case.ts'
import { startChild } from './child.ts'
import { type BenchPostgres, channelSlug } from './postgres-data.ts'
import { startProjectServer } from './project-server.ts'
import { processCpuUs } from './usage.ts'

export const limit = 'raw pg JSON'
export const companyLimit = 'raw pg JSON in company'
export const ours = 'ours'
export const mercurius = 'mercurius'
export const postgraphile = 'PostGraphile'
export const stock = 'stock Yoga + Prisma'

const poolSize = 12
export const pageSize = 50

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
/** Gives each channel a trust score. */
export const fillScores = `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm)
  SELECT id, 40 + id % 50, 'bench-1' FROM dm.streamer_channel`

const rowFields = `externalId currentSlug displayName avatarUrl followerCount isLive status lastSeenOnlineAt`
const rowSession = `nodes { startedAt endedAt endSource title category language }`
const oneChannelByRows = `query Channel($slug: String!) { streamerChannelByPlatformAndCurrentSlug(platform: "kick", currentSlug: $slug) {
  ${rowFields} streamerChannelSlugHistoriesByChannelId(orderBy: [OBSERVED_FROM_DESC]) { nodes { slug observedFrom observedUntil } }
  streamSessionsByChannelId(first: 10, orderBy: [STARTED_AT_DESC]) { ${rowSession} } } }`
const manyChannelsByRows = `query Channels($after: Cursor!) { allStreamerChannels(first: ${pageSize}, after: $after, orderBy: [LAST_SEEN_AT_DESC, ROW_ID_DESC]) {
  nodes { ${rowFields} streamSessionsByChannelId(first: 3, orderBy: [STARTED_AT_DESC]) { ${rowSession} } } } }`

/** What is asked. */
export type Shape = 'one' | 'many' | 'scoredOne' | 'scoredMany' | 'executedOne' | 'executedMany'
/** A server, and where it answers what. */
export type Server = { name: string; cpuUs(): number; port: number } & Partial<Record<Shape, Endpoint>>
type Endpoint = { path: string; document: string; keys: string[] }

/** Asks once. */
export const post = async (port: number, path: string, body: string): Promise<{ data: Record<string, unknown> }> => {
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

const start = async (
  stack: AsyncDisposableStack,
  program: string,
  postgres: BenchPostgres,
  signal: AbortSignal,
  options: object = {},
): Promise<Pick<Server, 'cpuUs' | 'port'>> => {
  const child = stack.use(await startChild(program, signal))
  const port = await child.call<number>('start', { databaseUrl: postgres.url, connections: poolSize, ...options })
  return { cpuUs: () => processCpuUs(child.pid), port }
}

const slugsOf = (channels: number): string[] => Array.from({ length: channels }, (_, i) => channelSlug(i + 1))
const pagesOf = (channels: number): number => Math.min(100, Math.floor(channels / pageSize) - 1)

/** The limits, and our server. */
export const startLimits = async (
  stack: AsyncDisposableStack,
  postgres: BenchPostgres,
  channels: number,
  { directory, signal }: BenchContext,
): Promise<Server[]> => {
  const project = stack.use(
    await startProjectServer({
      DATABASE_URL: postgres.url,
      DATA_DIR: `${directory}/project`,
      DEMO: 'off',
      WORKERS: '',
    }),
  )
  const port = Number(new URL(project.url).port)
  const slugs = slugsOf(channels)
  const keys = await pageKeys(postgres, pagesOf(channels))
  const cursors = await ourCursors(port, pagesOf(channels))
  const one = { path: '/channel', document: oneChannel, keys: slugs }
  return [
    {
      name: limit,
      ...(await start(stack, 'peers/raw-channel.ts', postgres, signal)),
      one,
      many: { path: '/channels', document: manyChannels, keys },
    },
    { name: companyLimit, ...(await start(stack, 'peers/raw-channel.ts', postgres, signal, { company: true })), one },
    {
      name: ours,
      cpuUs: project.cpuUs,
      port,
      one: { path: '/graphql', document: oneChannel, keys: slugs },
      many: { path: '/graphql', document: manyChannels, keys: cursors },
      scoredOne: { path: '/graphql', document: scoredOne, keys: slugs },
      scoredMany: { path: '/graphql', document: scoredMany, keys: cursors },
      executedOne: { path: '/graphql', document: executed(scoredOne), keys: slugs },
      executedMany: { path: '/graphql', document: executed(scoredMany), keys: cursors },
    },
  ]
}

/** The other servers, over the same channels. */
export const startPeers = async (
  stack: AsyncDisposableStack,
  postgres: BenchPostgres,
  channels: number,
  { signal }: BenchContext,
): Promise<Server[]> => {
  const slugs = slugsOf(channels)
  const pages = pagesOf(channels)
  const keys = await pageKeys(postgres, pages)
  const postgraphileServer = await start(stack, 'peers/postgraphile.ts', postgres, signal)
  const one = { path: '/graphql', document: oneChannel, keys: slugs }
  const many = { path: '/graphql', document: manyChannels, keys }
  return [
    { name: mercurius, ...(await start(stack, 'peers/mercurius.ts', postgres, signal)), one, many },
    {
      name: postgraphile,
      ...postgraphileServer,
      one: { path: '/graphql', document: oneChannelByRows, keys: slugs },
      many: { path: '/graphql', document: manyChannelsByRows, keys: await rowCursors(postgraphileServer.port, pages) },
    },
    {
      name: stock,
      ...(await start(stack, 'peers/stock.ts', postgres, signal)),
      one,
      many,
      scoredOne: { path: '/graphql', document: scoredOne, keys: slugs },
      scoredMany: { path: '/graphql', document: scoredMany, keys },
      executedOne: { path: '/graphql', document: executed(scoredOne), keys: slugs },
      executedMany: { path: '/graphql', document: executed(scoredMany), keys },
    },
  ]
}
