import { jsonRows } from '../lib/json-rows.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { ProbeRow } from './record-probes.ts'

const readPending = statement(
  'followers_read_told',
  sql`SELECT ${select('ProbeSchedule', ['channelId'], 's')}, ${select('Channel', ['platformUserId'], 'c')},
     ${expressions<{ followerCount: number }>({ followerCount: 's.followers_told' })}
   FROM dm.streamer_channel c JOIN dm.probe_schedule s ON s.channel_id = c.id
   WHERE c.platform = $1 AND c.platform_user_id = ANY ($2::text[]) AND s.followers_told IS NOT NULL`,
)

// A total that changed meanwhile stays for the next probe. So does one whose row is locked, and then it is recorded twice.
const forgetPending = statement(
  'followers_forget_told',
  `UPDATE dm.probe_schedule s SET followers_told = NULL
   FROM (SELECT s.channel_id FROM dm.probe_schedule s
         JOIN json_to_recordset($1) AS v("channelId" bigint, "followerCount" integer)
           ON v."channelId" = s.channel_id AND v."followerCount" = s.followers_told
         FOR UPDATE OF s SKIP LOCKED) carried
   WHERE s.channel_id = carried.channel_id`,
)

type AttachFollowerTotalsOptions = {
  db: Transaction
  platform: PlatformName
  /** Resolves when the rows are durable. */
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  log: Log
}

/**
 * Makes an `appendProbes` whose rows also carry the pending follower totals of their channels. A row of its own would count as
 * a probe that the poller never made. It fails exactly when appending fails; a total may come twice.
 */
export const attachFollowerTotals =
  ({ db, platform, appendProbes, log }: AttachFollowerTotalsOptions) =>
  async (probes: readonly ProbeRow[]): Promise<void> => {
    const failed = (error: unknown): void =>
      log.warn({ err: error, platform }, 'follower totals go with the next probes of their channels')
    const ids = probes.map(({ platformUserId }) => platformUserId)
    const pending = await db.query(readPending, [platform, ids]).catch((error: unknown) => {
      failed(error)
      return []
    })
    const counts = new Map(pending.map(({ platformUserId, followerCount }) => [platformUserId, followerCount]))
    const followerCount = (probe: ProbeRow) => probe.followerCount ?? counts.get(probe.platformUserId) ?? null
    await appendProbes(probes.map((probe) => ({ ...probe, followerCount: followerCount(probe) })))
    if (pending.length > 0) await db.query(forgetPending, [jsonRows(pending)]).catch(failed)
  }
