import type { Postgres } from '../../stores/postgres/postgres.ts'
import { presentTables } from '../legacy-tables.ts'
import { countRows } from '../pace.ts'
import { ask, type FindingSummary, type Step } from '../step.ts'

type Position = { after: string }

const most = 500

const plannedFindings = async (db: Postgres): Promise<FindingSummary[]> =>
  db.query(
    ask<FindingSummary>(`
    WITH rows AS (
      SELECT id, streamer_id, lower(btrim(platform)) AS platform, nullif(btrim(kick_user_id), '') AS user_id, lower(btrim(channel_name)) AS name, channel_name,
        verified, created_at, coalesce(kick_synced_at, created_at) AS at FROM public.streamer_channels),
    found AS (
      SELECT 'user-id-missing' AS kind, 'row ' || id AS example, 'no channel: nobody knows which account it is' AS done FROM rows WHERE user_id IS NULL
      UNION ALL SELECT 'platform-unknown', 'row ' || id || ' ' || coalesce(platform, ''), 'no channel: no such platform is known' FROM rows WHERE user_id IS NOT NULL AND platform NOT IN ('kick', 'twitch', 'x')
      UNION ALL SELECT 'name-unusable', 'row ' || id || ' ' || left(channel_name, 80), 'another name is used, else a synthetic one; it is looked up' FROM rows
        WHERE user_id IS NOT NULL AND name <> '' AND name !~ '^[^[:space:]/?#@]{1,100}$'
      UNION ALL SELECT 'claimed-under-different-names', platform || ':' || user_id || ' ' || string_agg(DISTINCT name, ', '), 'one channel with its claims; the newest name counts'
        FROM rows WHERE user_id IS NOT NULL AND platform IN ('kick', 'twitch', 'x') GROUP BY platform, user_id HAVING count(DISTINCT name) > 1
      UNION ALL SELECT 'verified-twice', platform || ':' || user_id || ' streamers ' || string_agg(DISTINCT streamer_id::text, ', '),
        'the earliest verified claim stays verified; the others are claims that are not verified'
        FROM rows WHERE user_id IS NOT NULL AND verified AND streamer_id IS NOT NULL GROUP BY platform, user_id HAVING count(DISTINCT streamer_id) > 1
      UNION ALL SELECT 'slug-taken', platform || ' ' || name || ' of ' || string_agg(DISTINCT user_id, ', '),
        'the newer observation keeps the slug; the other channel has none and is looked up by its id'
        FROM (SELECT DISTINCT ON (platform, user_id) platform, user_id, name FROM rows WHERE user_id IS NOT NULL AND platform IN ('kick', 'twitch', 'x') AND name ~ '^[^[:space:]/?#@]{1,100}$'
          ORDER BY platform, user_id, at DESC, id DESC) newest GROUP BY platform, name HAVING count(*) > 1)
    SELECT kind, 'public.streamer_channels' AS "table", min(done) AS done, count(*)::int AS count, (array_agg(example ORDER BY example))[1:3] AS examples
    FROM found GROUP BY kind ORDER BY kind`),
  )

// What a row says that no channel can take.
const findings = `
  SELECT adoption.report(f.kind, 'public.streamer_channels', f.key, f.details, f.done) FROM (
    SELECT 'user-id-missing' AS kind, r.id::text AS key, jsonb_build_object('platform', r.platform, 'name', r.channel_name, 'streamerId', r.streamer_id) AS details,
      'no channel: nobody knows which account it is' AS done
    FROM public.streamer_channels r WHERE r.id = ANY ($1::int[]) AND adoption.user_of(r.kick_user_id) IS NULL
    UNION ALL SELECT 'platform-unknown', r.id::text, jsonb_build_object('platform', r.platform, 'userId', r.kick_user_id), 'no channel: no such platform is known'
    FROM public.streamer_channels r WHERE r.id = ANY ($1::int[]) AND adoption.user_of(r.kick_user_id) IS NOT NULL AND adoption.platform_of(r.platform) IS NULL
    UNION ALL SELECT 'name-unusable', r.id::text, jsonb_build_object('name', left(r.channel_name, 80)), 'another name is used, else a synthetic one; it is looked up'
    FROM public.streamer_channels r WHERE r.id = ANY ($1::int[]) AND btrim(r.channel_name) <> '' AND adoption.slug_of(r.channel_name) IS NULL AND adoption.user_of(r.kick_user_id) IS NOT NULL
    UNION ALL SELECT 'claimed-under-different-names', r.channel_id::text, jsonb_build_object('names', jsonb_agg(DISTINCT o.channel_name)), 'one channel with its claims; the newest name counts'
    FROM public.streamer_channels r JOIN public.streamer_channels o USING (channel_id) WHERE r.id = ANY ($1::int[])
    GROUP BY r.channel_id HAVING count(DISTINCT lower(btrim(o.channel_name))) > 1) f`

/** Brings profiles, names and claims over. */
export const claimsStep: Step = {
  name: 'claims',
  phase: 'phase-a',
  fills: ['dm.streamer_channel', 'public.streamer_channel_link', 'public.streamer_channels'],
  title: 'Take over profiles, names and claims',
  async estimate({ db }) {
    if (!(await presentTables(db)).has('public.streamer_channels')) return { rows: 0, seconds: 0 }
    const rows = (await countRows(db, ['public.streamer_channels'])).get('public.streamer_channels') ?? 0
    return { rows, seconds: rows * 0.0008 + 0.1, findings: await plannedFindings(db) }
  },
  async run({ db, batches }) {
    if (!(await presentTables(db)).has('public.streamer_channels')) return
    await batches<Position>(async (tx, position, sizeOf) => {
      const size = sizeOf(most)
      const rows = await tx.query(
        ask<{ id: number }>('SELECT id FROM public.streamer_channels WHERE id > $1::int ORDER BY id LIMIT $2'),
        [position?.after ?? '0', size],
      )
      const ids = rows.map(({ id }) => id)
      await tx.query(
        ask(`UPDATE public.streamer_channels SET channel_id = adoption.ensure_channel(platform, kick_user_id, created_at)
          WHERE id = ANY ($1::int[]) AND channel_id IS NULL`),
        [ids],
      )
      await tx.query(
        ask(`SELECT count(adoption.sync_account(c.channel_id)) FROM (
          SELECT DISTINCT channel_id FROM public.streamer_channels WHERE id = ANY ($1::int[]) AND channel_id IS NOT NULL ORDER BY 1) c`),
        [ids],
      )
      await tx.query(ask(findings), [ids])
      return {
        position: { after: String(ids.at(-1) ?? position?.after ?? 0) },
        rows: ids.length,
        done: ids.length < size,
      }
    })
  },
}
