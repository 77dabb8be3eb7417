import { newUlid } from '../../../src/lib/ids.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from './statement.ts'

/** What a seeded channel is like; the rest is made up from its number. */
export type SeedChannel = {
  platform?: string
  slug?: string | null
  displayName?: string | null
  status?: 'online' | 'offline' | 'unknown'
  followers?: number | null
  lastSeenAt?: Date
  firstSeenAt?: Date
}

const insertChannel = statement(
  'seed_channel',
  `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug, display_name, status, follower_count,
     first_seen_at, last_seen_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
)

const insertSession = statement(
  'seed_session',
  `INSERT INTO dm.stream_session (channel_id, started_at, ended_at, end_source, title)
   VALUES ($1, $2, $3::timestamptz, CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE 'poll' END, $4) RETURNING id`,
)

const insertEvent = statement(
  'seed_event',
  `INSERT INTO dm.status_event (channel_id, event_type, previous_status, new_status, source, event_timestamp, received_timestamp,
     processed_timestamp, event_data)
   VALUES ($1, $2, 'unknown', $3, 'poll', $4, $4, $4, '{"secret":1}') RETURNING id`,
)

const insertPeriod = statement(
  'seed_slug_period',
  'INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, observed_until) VALUES ($1, $2, $3, $4)',
)

let made = 0

/** Writes rows straight into the tables, past everything that decides. */
export const seed = (db: Postgres) => {
  const id = async (rows: Promise<{ id: bigint }[]>): Promise<bigint> => (await rows)[0]!.id
  return {
    channel(channel: SeedChannel = {}): Promise<bigint> {
      const number = ++made
      const at = new Date(Date.UTC(2026, 0, 1) + number * 1000)
      const { platform = 'kick', status = 'offline', followers = number, lastSeenAt = at, firstSeenAt = at } = channel
      const slug = channel.slug === undefined ? `channel-${number}` : channel.slug
      const name = channel.displayName === undefined ? `Channel ${number}` : channel.displayName
      return id(
        db.query(insertChannel, [
          newUlid(),
          platform,
          `user-${number}`,
          slug,
          name,
          status,
          followers,
          firstSeenAt,
          lastSeenAt,
        ]),
      )
    },
    session: (channelId: bigint, startedAt: Date, endedAt: Date | null = null, title: string | null = null) =>
      id(db.query(insertSession, [channelId, startedAt, endedAt, title])),
    event: (channelId: bigint, at: Date, type: 'stream_start' | 'stream_end' = 'stream_start') =>
      id(db.query(insertEvent, [channelId, type, type === 'stream_start' ? 'online' : 'offline', at])),
    slugPeriod: (channelId: bigint, slug: string, from: Date, until: Date | null) =>
      db.query(insertPeriod, [channelId, slug, from, until]),
    /** `count` channels, each with five sessions (the last one open), two events and two slugs. */
    async fullChannels(count: number): Promise<bigint[]> {
      const ids: bigint[] = []
      for (let i = 0; i < count; i++) {
        const channelId = await this.channel({ status: 'online' })
        ids.push(channelId)
        const day = (n: number) => new Date(Date.UTC(2026, 1, n))
        for (let n = 1; n <= 4; n++)
          await this.session(channelId, day(n), new Date(day(n).getTime() + 3_600_000), `day ${n}`)
        await this.session(channelId, day(5))
        await this.event(channelId, day(5))
        await this.event(channelId, day(6), 'stream_end')
        await this.slugPeriod(channelId, `old-${channelId}`, day(1), day(3))
        await this.slugPeriod(channelId, `new-${channelId}`, day(3), null)
        await db.query(schedule, [channelId])
      }
      return ids
    },
  }
}

const schedule = statement('seed_schedule', 'INSERT INTO dm.probe_schedule (channel_id) VALUES ($1)')
