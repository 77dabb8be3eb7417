import { silentLog } from '../../../src/lib/log.ts'
import type { LiveObservation } from '../../../src/platforms/platform.ts'
import { applyStatus } from '../../../src/sessions/apply-status.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { leaseProbes } from '../../../src/workers/probe-queue.ts'
import { recordProbes } from '../../../src/workers/record-probes.ts'
import { received } from '../sessions/received.ts'
import { statement } from '../stores/statement.ts'

/** What a probe of a channel showed: the start and the viewers of a broadcast, or none. */
export type Probed = { channelId: bigint; live: { startedAt: Date; viewers: number | null; category?: string } | null }

const onlyDue = statement(
  'test_only_due',
  `INSERT INTO dm.probe_schedule AS s (channel_id) SELECT id FROM dm.streamer_channel
   ON CONFLICT (channel_id) DO UPDATE SET leased_until = NULL,
     next_probe_at = CASE WHEN s.channel_id = ANY ($1::bigint[]) THEN now() ELSE now() + interval '1 day' END`,
)
const othersLater = statement(
  'test_others_later',
  `UPDATE dm.probe_schedule SET next_probe_at = now() + interval '1 day' WHERE channel_id <> ALL ($1::bigint[])`,
)

/** Probes channels of Kick at an instant, as the poller records it, with a poll interval of a minute. */
export const probeAt = async (db: Postgres, at: Date, probed: readonly Probed[]): Promise<void> => {
  const ids = probed.map(({ channelId }) => channelId)
  await db.query(onlyDue, [ids])
  await db.query(othersLater, [ids])
  const leases = await leaseProbes(db, 'kick', probed.length)
  const byId = new Map(probed.map(({ channelId, live }) => [channelId, live]))
  const seen = leases.flatMap(({ channelId, platformUserId }): [string, LiveObservation][] => {
    const live = byId.get(channelId)
    if (!live) return []
    const { startedAt, viewers: viewerCount, category } = live
    const profile = { platformUserId }
    return [[platformUserId, { profile, startedAt, viewerCount, ...(category && { category }), row: () => ({}) }]]
  })
  const call = { platform: 'kick', endpoint: '/livestreams', requestedAt: at, durationMs: 0, status: 200, error: null }
  const result = { ok: true, value: new Map(seen), observedAt: at, call: { ...call, items: seen.length } } as const
  const deps = { db, platform: 'kick', pollIntervalSeconds: 60, log: silentLog, appendProbes: async () => undefined }
  await recordProbes(deps, [{ leases, result }])
}

/** A delivery says that a broadcast began. */
export const tellStart = (db: Postgres, channelId: bigint, startedAt: Date): Promise<unknown> =>
  db.transaction((tx) =>
    applyStatus(tx, [
      { kind: 'live', channelId, at: startedAt, startedAt, source: 'webhook', ...received(new Date()), details: {} },
    ]),
  )

/** A delivery says that a broadcast ended. */
export const tellEnd = (db: Postgres, channelId: bigint, startedAt: Date, endedAt: Date): Promise<unknown> =>
  db.transaction((tx) =>
    applyStatus(tx, [
      {
        kind: 'ended',
        channelId,
        at: endedAt,
        startedAt,
        endedAt,
        source: 'webhook',
        ...received(new Date()),
        details: {},
      },
    ]),
  )
