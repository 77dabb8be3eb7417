import { insertProbes } from '../stores/clickhouse.ts'
import { seed } from '../stores/seed.ts'
import { insertSaid } from '../telemetry/chat-rows.ts'
import { insertFollows } from '../telemetry/follow-rows.ts'
import type { Panel } from './panel.ts'

const minuteMs = 60_000

export type Broadcast = {
  name: string
  startedAt: Date
  /** Null while it lasts. */
  endedAt: Date | null
  /** What a probe of each minute counted; null where none was made. */
  viewers: readonly (number | null)[]
  title?: string
}

/** A channel with a broadcast as probes, chat and follows tell of it. */
export const addBroadcast = async (
  panel: Panel,
  broadcast: Broadcast,
): Promise<{ channel: bigint; session: string }> => {
  const { name, startedAt, endedAt, viewers, title = `The evening of ${name}` } = broadcast
  const { db, api } = panel
  const { store } = api.services.history
  const slug = name.toLowerCase()
  const begun = startedAt.getTime()
  const early = new Date(begun - 600 * minuteMs)
  const status = endedAt ? 'offline' : 'online'
  const channel = await seed(db).channel({ slug, displayName: name, status, firstSeenAt: early })
  const id = await seed(db).session(channel, startedAt, endedAt, title)
  await db.pool.query(
    'INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, observed_until) VALUES ($1, $2, $3, NULL)',
    [channel, slug, early],
  )
  const { rows } = await db.pool.query('SELECT platform_user_id AS "user" FROM dm.streamer_channel WHERE id = $1', [
    channel,
  ])
  // Each probe tells how long ago the one before was: holes are found by that.
  const probed = viewers.flatMap((count, minute) => (count === null ? [] : [minute]))
  const probes = viewers.flatMap((count, minute) =>
    count === null
      ? []
      : [
          {
            channel: (rows[0] as { user: string }).user,
            at: begun / 1000 + minute * 60 + 1,
            startedAt: begun / 1000,
            viewers: count,
            elapsed: 60 * (minute - (probed[probed.indexOf(minute) - 1] ?? minute - 1)),
          },
        ],
  )
  await insertProbes(store, probes)
  await insertSaid(store, [{ channel, at: begun / 1000 + 90, text: 'hello' }])
  await insertFollows(db, channel, [begun + 1.5 * minuteMs])
  return { channel, session: Buffer.from(`StreamSession:${id}`).toString('base64').replaceAll('=', '') }
}
