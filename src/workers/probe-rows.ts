import type { Spool } from '../ingest/spool.ts'
import { probeFormat } from '../stores/clickhouse/tables/kick-streamer-probe.ts'
import type { ProbeRow } from './record-probes.ts'

// 1970 when the channel was not live. An absurd instant must not cost the rows beside it.
const latestStartMs = 0xffff_ffff * 1_000
const startOf = ({ streamStartedAt }: ProbeRow): Date =>
  new Date(Math.min(Math.max(streamStartedAt?.getTime() ?? 0, 0), latestStartMs))

/** Announces probes to the spool. */
export const probeAnnouncer = (spool: Pick<Spool, 'announce'>) => (): Disposable => spool.announce(probeFormat.table)

/** Appends probes to the spool; resolves when they are durable. */
export const probeAppender =
  (spool: Pick<Spool, 'append'>, env: string) =>
  async (probes: readonly ProbeRow[]): Promise<void> => {
    const rows = probes.map((probe) =>
      probeFormat.render({
        env,
        platform: probe.platform,
        platform_user_id: probe.platformUserId,
        ts: probe.at,
        is_live: probe.streamStartedAt !== null,
        stream_started_at: startOf(probe),
        viewer_count: probe.viewerCount,
        follower_count: probe.followerCount,
        subscriber_count: probe.subscriberCount,
        elapsed_seconds: probe.elapsedSeconds,
        interval_seconds: probe.intervalSeconds,
        title: probe.details?.title ?? '',
        category: probe.details?.category ?? '',
        language: probe.details?.language ?? '',
        is_mature: probe.details?.isMature ?? null,
      }),
    )
    if (rows.length > 0) await spool.append(probeFormat, rows)
  }
