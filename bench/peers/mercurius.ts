/** mercurius with its JIT and batching loaders over three named prepared statements: a careful hand-written server. */
import fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'
import { serve } from '../support/rpc.ts'

const schema = `
  enum LiveStatus { ONLINE OFFLINE UNKNOWN }
  type Query { channel(slug: String!): Channel  channels(first: Int!, after: String!): Channels! }
  type Channels { nodes: [Channel!]! }
  type Channel {
    externalId: String!  slug: String  displayName: String  avatarUrl: String  followerCount: Int
    isLive: Boolean!  status: LiveStatus!  lastSeenOnlineAt: String
    slugHistory: [SlugPeriod!]!
    sessions(first: Int!): Sessions!
  }
  type Sessions { nodes: [StreamSession!]! }
  type SlugPeriod { slug: String!  observedFrom: String!  observedUntil: String  isCurrent: Boolean! }
  type StreamSession { startedAt: String!  endedAt: String  isLive: Boolean!  title: String  category: String  language: String }
`

const columns = `id, external_id, current_slug, display_name, avatar_url, follower_count, is_live, status, last_seen_online_at`
const bySlug = `SELECT ${columns} FROM dm.streamer_channel WHERE platform = 'kick' AND current_slug = $1`
const page = `SELECT ${columns} FROM dm.streamer_channel WHERE (last_seen_at, id) < ($1, $2) ORDER BY last_seen_at DESC, id DESC LIMIT $3`
const slugHistory = `SELECT channel_id, slug, observed_from, observed_until FROM dm.streamer_channel_slug_history
WHERE channel_id = ANY($1) ORDER BY channel_id, observed_from DESC`
const sessions = `SELECT s.* FROM unnest($1::bigint[]) AS wanted (id) CROSS JOIN LATERAL (
  SELECT channel_id, started_at, ended_at, title, category, language FROM dm.stream_session
  WHERE channel_id = wanted.id ORDER BY started_at DESC LIMIT $2) s`

type Row = Record<string, unknown>
const text = (value: unknown): string | null => (value as Date | null)?.toISOString() ?? null

const channelOf = (row: Row) => ({
  id: row.id,
  externalId: row.external_id,
  slug: row.current_slug,
  displayName: row.display_name,
  avatarUrl: row.avatar_url,
  followerCount: row.follower_count,
  isLive: row.is_live,
  status: (row.status as string).toUpperCase(),
  lastSeenOnlineAt: text(row.last_seen_online_at),
})
const periodOf = (row: Row) => ({
  slug: row.slug,
  observedFrom: text(row.observed_from),
  observedUntil: text(row.observed_until),
  isCurrent: row.observed_until === null,
})
const sessionOf = (row: Row) => ({
  startedAt: text(row.started_at),
  endedAt: text(row.ended_at),
  isLive: row.ended_at === null,
  title: row.title,
  category: row.category,
  language: row.language,
})

const groupByChannel = <T>(rows: Row[], map: (row: Row) => T): Map<unknown, T[]> => {
  const groups = new Map<unknown, T[]>()
  for (const row of rows) {
    const group = groups.get(row.channel_id)
    if (group) group.push(map(row))
    else groups.set(row.channel_id, [map(row)])
  }
  return groups
}

type Wanted<Params = object> = { obj: { id: unknown }; params: Params }[]

serve({
  async start({ databaseUrl, connections }: { databaseUrl: string; connections: number }): Promise<number> {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: connections, options: '-c TimeZone=UTC' })
    const query = async (name: string, sql: string, values: unknown[]): Promise<Row[]> =>
      (await pool.query({ name, text: sql, values })).rows
    const app = fastify()
    app.register(mercurius, {
      schema,
      jit: 1,
      resolvers: {
        Query: {
          channel: async (_: unknown, { slug }: { slug: string }) => {
            const [row] = await query('channel', bySlug, [slug])
            return row ? channelOf(row) : null
          },
          channels: async (_: unknown, { first, after }: { first: number; after: string }) => ({
            nodes: (await query('channels', page, [...after.split('|'), first])).map(channelOf),
          }),
        },
      },
      loaders: {
        Channel: {
          slugHistory: {
            async loader(wanted: Wanted) {
              const rows = await query('slugs', slugHistory, [wanted.map(({ obj }) => obj.id)])
              const groups = groupByChannel(rows, periodOf)
              return wanted.map(({ obj }) => groups.get(obj.id) ?? [])
            },
            opts: { cache: false },
          },
          sessions: {
            async loader(wanted: Wanted<{ first: number }>) {
              const rows = await query('sessions', sessions, [wanted.map(({ obj }) => obj.id), wanted[0]!.params.first])
              const groups = groupByChannel(rows, sessionOf)
              return wanted.map(({ obj }) => ({ nodes: groups.get(obj.id) ?? [] }))
            },
            opts: { cache: false },
          },
        },
      },
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return (app.server.address() as { port: number }).port
  },
})
