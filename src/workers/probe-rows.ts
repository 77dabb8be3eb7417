import { rowFormat } from '../ingest/row-format.ts'
import type { Spool } from '../ingest/spool.ts'
import type { ProbeRow } from './record-probes.ts'

/** Where probes go. */
export const probeTable = 'kick_streamer_probe'

/** The row of one probe; stream_started_at is 1970 when the channel was not live. */
const probeFormat = rowFormat(probeTable, {
  env: 'String',
  platform: 'String',
  platform_user_id: 'String',
  ts: 'DateTime64(3)',
  is_live: 'Bool',
  stream_started_at: 'DateTime',
  viewer_count: 'Nullable(UInt32)',
  follower_count: 'Nullable(UInt32)',
  elapsed_seconds: 'UInt32',
  interval_seconds: 'UInt16',
})

const notLive = new Date(0)

/** Announces probes to the spool. */
export const probeAnnouncer = (spool: Pick<Spool, 'announce'>) => (): Disposable => spool.announce(probeTable)

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
        stream_started_at: probe.streamStartedAt ?? notLive,
        viewer_count: probe.viewerCount,
        follower_count: probe.followerCount,
        elapsed_seconds: probe.elapsedSeconds,
        interval_seconds: probe.intervalSeconds,
      }),
    )
    if (rows.length > 0) await spool.append(probeFormat, rows)
  }
