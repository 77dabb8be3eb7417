import { insertProbes } from '../stores/clickhouse.ts'
import { seed } from '../stores/seed.ts'
import { insertSaid } from '../telemetry/chat-rows.ts'
import type { Panel } from './panel.ts'

const hourMs = 3_600_000

/** What a test does to a channel that a page shows. */
export const channelWorld = ({ db, api }: Panel) => {
  const { store } = api.services.history
  return {
    /** A channel that is watched and had two names before, with `sessions` broadcasts of an hour on days before. */
    async channel(name: string, { sessions = 2, displayName = name } = {}): Promise<bigint> {
      const slug = name.toLowerCase()
      const id = await seed(db).channel({ slug, displayName, followers: null })
      const ago = (hours: number): Date => new Date(Date.now() - hours * hourMs)
      await seed(db).slugPeriod(id, `first-${slug}`, ago(900), ago(600))
      await seed(db).slugPeriod(id, `old-${slug}`, ago(600), ago(300))
      await seed(db).slugPeriod(id, slug, ago(300), null)
      for (let n = 1; n <= sessions; n++) await seed(db).session(id, ago(24 * n), ago(24 * n - 1), `Broadcast ${n}`)
      await seed(db).event(id, ago(24))
      await db.pool.query('INSERT INTO dm.probe_schedule (channel_id) VALUES ($1)', [id])
      return id
    },
    /** Probes of an hour, to some minutes ago, that saw a broadcast with so many viewers; the first came some minutes after the one before. */
    async probes(id: bigint, viewers: number, { minutesAgo = 0, minutesAfter = 1 } = {}): Promise<void> {
      const { rows } = await db.pool.query('SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1', [
        id,
      ])
      const now = Math.floor(Date.now() / 1_000) - minutesAgo * 60
      await insertProbes(
        store,
        Array.from({ length: 60 }, (_, n) => ({
          channel: (rows[0] as { user: string }).user,
          at: now - n * 60,
          startedAt: now - 7_200,
          viewers,
          ...(n === 59 && { elapsed: minutesAfter * 60 }),
        })),
      )
    },
    /** A probe of each hour of the past days, which saw a broadcast. */
    async hourlyProbes(id: bigint, days: number): Promise<void> {
      const { rows } = await db.pool.query('SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1', [
        id,
      ])
      const { user } = rows[0] as { user: string }
      const now = Math.floor(Date.now() / 1_000)
      const startedAt = now - days * 86_400
      const hours = Array.from({ length: days * 24 }, (_, n) => n)
      await insertProbes(
        store,
        hours.map((n) => ({ channel: user, at: now - n * 3_600, startedAt, viewers: 100 + n, elapsed: 3_600 })),
      )
    },
    said: (id: bigint, texts: readonly string[]): Promise<void> =>
      insertSaid(
        store,
        texts.map((text, n) => ({ channel: id, at: Math.floor(Date.now() / 1_000) - 60 - n, text })),
      ),
  }
}
