import type { StreamSession } from '../../prisma/generated/client/client.ts'
import { channelIdsBySlugsAt, type SlugAt } from '../channels/channel-lookup.ts'
import { maxStreamUrlLength, parseStreamUrl } from '../channels/stream-url.ts'
import { badInput } from '../lib/errors.ts'
import { expressions } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'
import { findSessions } from './sessions.ts'

/** How long after its end an address still means a broadcast, in minutes. */
export const submissionGraceMinutes = 15

// A session lies between its start and the last probe that saw it, which is where an inferred end lies too; so the probes
// of a channel around an instant need not be asked for, and no probe that is still under way to ClickHouse is missed.
const sessionsAt = statement(
  'sessions_at',
  sql`SELECT ${expressions<{ ordinal: number; id: bigint }>({ ordinal: 'v.ordinal::int', id: 's.id' })}
   FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS v(channel_id, at, ordinal)
   CROSS JOIN LATERAL (
     SELECT * FROM dm.stream_session o WHERE o.channel_id = v.channel_id AND o.started_at <= v.at
     ORDER BY o.started_at DESC LIMIT 1) s
   LEFT JOIN dm.probe_schedule p ON p.channel_id = s.channel_id AND p.live_started_at = s.started_at
   WHERE v.at <= coalesce(s.ended_at, greatest(s.started_at, s.last_live_at, p.last_live_at)) + make_interval(mins => $3)`,
)

const sessionIds = async (
  { databases: { dm } }: Context,
  asked: readonly SlugAt[],
): Promise<(bigint | undefined)[]> => {
  const holders = await channelIdsBySlugsAt(dm, asked)
  const found = await dm.query(sessionsAt, [holders, asked.map(({ at }) => at), submissionGraceMinutes])
  const byOrdinal = new Map(found.map(({ ordinal, id }) => [ordinal, id]))
  return asked.map((_, index) => byOrdinal.get(index + 1))
}

/**
 * The broadcast that the address of a stream meant at an instant: that of whoever held the slug then, which had begun and
 * was last seen at most `submissionGraceMinutes` before. Null when there is none or the address names no channel;
 * BAD_USER_INPUT for what is no address on a platform with streams. Three statements for all fields of the operation.
 */
export const streamSessionByUrl = async (
  context: Context,
  { url, at }: { url: string; at: Date },
): Promise<StreamSession | null> => {
  const parsed = parseStreamUrl(context.registry, url)
  if (!parsed) {
    const examples = context.registry.flatMap(({ streamAddresses }) => streamAddresses?.example ?? [])
    throw badInput(
      `url must be the address of a stream, like ${examples.map((example) => `"${example}"`).join(' or ')}, of at most ${maxStreamUrlLength} characters.`,
    )
  }
  const { platform, slug } = parsed
  if (slug === null) return null
  const key = `${platform}/${slug}/${at.toISOString()}`
  const id = await context.loaders.load('session by url', null, key, async (keys) => {
    const asked = keys.map((one): SlugAt => {
      const [name, label, instant] = one.split('/')
      return { platform: name as SlugAt['platform'], slug: label!, at: new Date(instant!) }
    })
    const ids = await sessionIds(context, asked)
    return new Map(keys.map((one, index) => [one, ids[index]]))
  })
  if (id === undefined) return null
  return (await context.loaders.load('session', null, id, (ids) => findSessions(context, ids))) ?? null
}
