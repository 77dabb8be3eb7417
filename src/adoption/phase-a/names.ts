import { jsonRows } from '../../lib/json-rows.ts'
import type { Transaction } from '../../stores/postgres/postgres.ts'
import { presentTables } from '../legacy-tables.ts'
import { countRows } from '../pace.ts'
import { ask, type Step } from '../step.ts'
import { expectedChannels } from './accounts.ts'
import { type NameRun, namePeriods } from './name-periods.ts'

/** First all channels are named; when all periods are there, those of one name are compared. */
type Position = { after: string; isCompared: boolean }

const most = 500

/**
 * SQL for the runs of names of the users `$1` in a table: a run ends where another name follows. Names are compared as they were written, because
 * to make a slug of one costs more than all else; runs of one slug that follow each other are joined by `namePeriods`.
 */
const runsIn = (table: string, columns: { name: string; at: string; until: string }): string => `
  SELECT user_id AS "userId", slug, first::timestamptz(3) AS first, last::timestamptz(3) AS last FROM (
    SELECT user_id, name, min(at) AS first, max(until) AS last FROM (
      SELECT user_id, name, at, until, sum(is_new) OVER (PARTITION BY user_id ORDER BY at, id) AS run FROM (
        SELECT kick_user_id AS user_id, ${columns.name} AS name, ${columns.at} AS at, ${columns.until} AS until, id,
          (${columns.name} IS DISTINCT FROM lag(${columns.name}) OVER (PARTITION BY kick_user_id ORDER BY ${columns.at}, id))::int AS is_new
        FROM ${table} WHERE kick_user_id = ANY ($1::text[]) AND adoption.is_possible(${columns.at})) changes) runs
    GROUP BY user_id, name, run) named CROSS JOIN LATERAL (SELECT adoption.slug_of(name) AS slug) known WHERE slug IS NOT NULL`

const sessionRuns = ask<NameRun & { userId: string }>(
  runsIn('public.kick_stream_sessions', {
    name: 'channel_name',
    at: 'stream_started_at',
    // A name of a session holds while that is on: chat that says another one then contradicts it.
    until:
      'CASE WHEN stream_ended_at > stream_started_at AND adoption.is_possible(stream_ended_at) THEN stream_ended_at ELSE stream_started_at END',
  }),
)
const chatRuns = ask<NameRun & { userId: string }>(
  runsIn('public.kick_chat_messages', { name: 'channel_slug', at: 'created_at', until: 'created_at' }),
)

type Named = { id: bigint; userId: string; slug: string | null; observedAt: Date; hasName: boolean; periods: number }

const channels = ask<Named>(`
  SELECT c.id, c.platform_user_id AS "userId", c.current_slug AS slug, c.slug_observed_at AS "observedAt",
    c.slug_observed_at > 'epoch' AS "hasName", (SELECT count(*)::int FROM dm.streamer_channel_slug_history h WHERE h.channel_id = c.id) AS periods
  FROM dm.streamer_channel c WHERE c.platform = 'kick' AND c.id > $1::bigint ORDER BY c.id LIMIT $2`)

const setSlugs = ask(`SELECT count(adoption.set_slug(v.id, v.slug, v.at)) FROM (
  SELECT * FROM json_to_recordset($1) AS v(id bigint, slug text, at timestamptz) ORDER BY id) v`)

// The one period that a channel has so far becomes those that are certain.
const writePeriods = ask(`
  WITH told AS (SELECT * FROM json_to_recordset($1) AS v(id bigint, slug text, "from" timestamptz(3), until timestamptz(3))),
  gone AS (DELETE FROM dm.streamer_channel_slug_history h USING told t WHERE h.channel_id = t.id RETURNING 1)
  SELECT count(*) FROM gone`)
const insertPeriods = ask(`
  INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, observed_until)
  SELECT id, slug, "from", until FROM json_to_recordset($1) AS v(id bigint, slug text, "from" timestamptz(3), until timestamptz(3))
  WHERE until IS NULL OR until > "from" ON CONFLICT DO NOTHING`)
const firstSeen = ask(`
  UPDATE dm.streamer_channel c SET first_seen_at = v.first, last_seen_at = greatest(c.last_seen_at, v.last)
  FROM json_to_recordset($1) AS v(id bigint, first timestamptz(3), last timestamptz(3))
  WHERE c.id = v.id AND (v.first < c.first_seen_at OR v.last > c.last_seen_at)`)

// A name of two channels at one time: the earlier one had it until the other was seen under it.
const endPeriods = ask(`
  UPDATE dm.streamer_channel_slug_history h SET observed_until = o.observed_from
  FROM dm.streamer_channel_slug_history o, dm.streamer_channel c, dm.streamer_channel d
  WHERE c.id = h.channel_id AND d.id = o.channel_id AND d.platform = c.platform AND d.id <> c.id AND o.slug = h.slug AND h.channel_id = ANY ($1::bigint[])
    AND h.observed_until IS NOT NULL AND o.observed_from > h.observed_from AND o.observed_from < h.observed_until`)
const dropPeriods = ask(`
  DELETE FROM dm.streamer_channel_slug_history h USING dm.streamer_channel_slug_history o, dm.streamer_channel c, dm.streamer_channel d
  WHERE c.id = h.channel_id AND d.id = o.channel_id AND d.platform = c.platform AND d.id <> c.id AND o.slug = h.slug AND h.channel_id = ANY ($1::bigint[])
    AND h.observed_until IS NOT NULL AND o.observed_from <= h.observed_from AND coalesce(o.observed_until, 'infinity') > h.observed_from
    AND EXISTS (SELECT FROM dm.streamer_channel_slug_history k WHERE k.channel_id = h.channel_id AND k.observed_from <> h.observed_from)`)

const nameChannels = async (
  tx: Transaction,
  after: string,
  size: number,
  tables: ReadonlySet<string>,
): Promise<Named[]> => {
  const found = await tx.query(channels, [after, size])
  const users = found.map(({ userId }) => userId)
  const ofSessions = tables.has('public.kick_stream_sessions') ? await tx.query(sessionRuns, [users]) : []
  const ofChat = tables.has('public.kick_chat_messages') ? await tx.query(chatRuns, [users]) : []
  const sessionNames = Map.groupBy(ofSessions, ({ userId }) => userId)
  const chatNames = Map.groupBy(ofChat, ({ userId }) => userId)
  const newest = (runs: readonly NameRun[] = []): NameRun | undefined =>
    runs.reduce<NameRun | undefined>(
      (best, run) => (best === undefined || run.last > best.last ? run : best),
      undefined,
    )
  // Sessions before chat, as in the design; whoever has a profile row with a name keeps that.
  const named = found.flatMap(({ id, userId, hasName }) => {
    const name = newest(sessionNames.get(userId)) ?? newest(chatNames.get(userId))
    return hasName || !name ? [] : [{ id, slug: name.slug, at: name.last }]
  })
  if (named.length > 0) await tx.query(setSlugs, [jsonRows(named)])
  const current = named.length > 0 ? await tx.query(channels, [after, size]) : found
  const again = new Map(current.map((channel) => [channel.id, channel]))
  const certain = found.flatMap(({ id, userId }) => {
    const channel = again.get(id)
    const runs = [...(sessionNames.get(userId) ?? []), ...(chatNames.get(userId) ?? [])]
    if (!channel || channel.slug === null || !channel.hasName || channel.periods > 1) return []
    const periods = namePeriods(runs, { slug: channel.slug, observedAt: channel.observedAt })
    return (periods ?? []).map((period) => ({ id, ...period }))
  })
  if (certain.length > 0) {
    await tx.query(writePeriods, [jsonRows(certain)])
    await tx.query(insertPeriods, [jsonRows(certain)])
  }
  const seen = found.flatMap(({ id, userId }) => {
    const runs = [...(sessionNames.get(userId) ?? []), ...(chatNames.get(userId) ?? [])]
    if (runs.length === 0) return []
    const first = new Date(Math.min(...runs.map((run) => run.first.getTime())))
    return [{ id, first, last: new Date(Math.max(...runs.map((run) => run.last.getTime()))) }]
  })
  await tx.query(firstSeen, [jsonRows(seen)])
  return found
}

/** Gives channels the names that sessions and chat remember, with their periods where these are certain. */
export const namesStep: Step = {
  name: 'names',
  phase: 'phase-a',
  fills: ['dm.streamer_channel', 'dm.streamer_channel_slug_history'],
  title: 'Find names and their periods in sessions and chat',
  async estimate({ db }) {
    const tables = ['public.kick_stream_sessions', 'public.kick_chat_messages']
    const present = [...(await presentTables(db))].filter((table) => tables.includes(table))
    const counts = await countRows(db, present)
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0)
    return { rows: 0, seconds: (await expectedChannels(db)) * 0.0009 + rows * 0.00001 + 0.2 }
  },
  async run({ db, batches }) {
    const tables = await presentTables(db)
    await batches<Position>(async (tx, position, sizeOf) => {
      const size = sizeOf(most)
      const { after, isCompared } = position ?? { after: '0', isCompared: false }
      if (!isCompared) {
        const found = await nameChannels(tx, after, size, tables)
        const last = found.at(-1)
        const next =
          last && found.length === size ? { after: String(last.id), isCompared } : { after: '0', isCompared: true }
        return { position: next, rows: found.length, done: false }
      }
      const ids = (await tx.query(channels, [after, size])).map(({ id }) => id)
      await tx.query(endPeriods, [ids])
      await tx.query(dropPeriods, [ids])
      return { position: { after: String(ids.at(-1) ?? after), isCompared }, rows: 0, done: ids.length < size }
    })
  },
}
