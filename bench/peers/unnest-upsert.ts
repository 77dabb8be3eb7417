/** The limit of a batch upsert: one named INSERT … ON CONFLICT over arrays; knows nothing of names that move or of older observations. */
import pg from 'pg'
import { type BatchRequest, channelBatch } from '../support/channel-batch.ts'
import { serve } from '../support/rpc.ts'

const text = `INSERT INTO dm.streamer_channel AS c (external_id, platform, platform_user_id, current_slug, display_name, avatar_url,
  follower_count, last_seen_at, profile_observed_at)
SELECT '01' || lpad(v.id, 24, '0'), 'kick', v.id, v.slug, v.name, v.avatar, v.followers, v.at, v.at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::timestamptz[]) AS v (id, slug, name, avatar, followers, at)
ON CONFLICT (platform, platform_user_id) DO UPDATE SET current_slug = excluded.current_slug, display_name = excluded.display_name,
  avatar_url = excluded.avatar_url, follower_count = excluded.follower_count, last_seen_at = excluded.last_seen_at,
  profile_observed_at = excluded.profile_observed_at, updated_at = now()
WHERE (c.current_slug, c.display_name, c.avatar_url, c.follower_count) IS DISTINCT FROM
  (excluded.current_slug, excluded.display_name, excluded.avatar_url, excluded.follower_count)`

let pool: pg.Pool

serve({
  start(databaseUrl: string) {
    pool = new pg.Pool({ connectionString: databaseUrl, max: 1, options: '-c TimeZone=UTC' })
  },
  async upsert(request: BatchRequest): Promise<number> {
    const batch = channelBatch(request)
    const startedAt = performance.now()
    const columns = (
      ['platformUserId', 'slug', 'displayName', 'avatarUrl', 'followerCount', 'observedAt'] as const
    ).map((name) => batch.map((profile) => profile[name]))
    await pool.query({ name: 'upsert', text, values: columns })
    return performance.now() - startedAt
  },
})
