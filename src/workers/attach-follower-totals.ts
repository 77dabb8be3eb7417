import { jsonRows } from '../lib/json-rows.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { ProbeRow } from './record-probes.ts'

const readTold = statement(
  'followers_read_told',
  `SELECT s.channel_id AS "channelId", c.platform_user_id AS "platformUserId", s.followers_told AS "followerCount"
   FROM dm.streamer_channel c JOIN dm.probe_schedule s ON s.channel_id = c.id
   WHERE c.platform = $1 AND c.platform_user_id = ANY ($2::text[]) AND s.followers_told IS NOT NULL`,
)

// A total told meanwhile stays for the next probe. Rows somebody else holds stay as well: a total may be carried twice.
const forgetTold = statement(
  'followers_forget_told',
  `UPDATE dm.probe_schedule s SET followers_told = NULL
   FROM (SELECT s.channel_id FROM dm.probe_schedule s
         JOIN json_to_recordset($1) AS v("channelId" bigint, "followerCount" integer)
           ON v."channelId" = s.channel_id AND v."followerCount" = s.followers_told
         FOR UPDATE OF s SKIP LOCKED) carried
   WHERE s.channel_id = carried.channel_id`,
)

type Told = { channelId: bigint; platformUserId: string; followerCount: number }

/** What carrying works with. */
export type AttachFollowerTotalsOptions = {
  db: Transaction
  platform: PlatformName
  /** Resolves when the rows are durable. */
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  log: Log
}

/**
 * `appendProbes` whose rows carry the follower totals that were told since the channels' previous probes: a row of its own
 * would count as a look that the poller never made. It fails exactly when the appending does; a total may come twice.
 */
export const attachFollowerTotals =
  ({ db, platform, appendProbes, log }: AttachFollowerTotalsOptions) =>
  async (probes: readonly ProbeRow[]): Promise<void> => {
    const failed = (error: unknown): void =>
      log.warn({ err: error, platform }, 'follower totals wait for the next probes of their channels')
    const ids = probes.map(({ platformUserId }) => platformUserId)
    const told = await db.query<Told>(readTold, [platform, ids]).catch((error: unknown) => {
      failed(error)
      return []
    })
    const counts = new Map(told.map(({ platformUserId, followerCount }) => [platformUserId, followerCount]))
    await appendProbes(
      probes.map((probe) => ({
        ...probe,
        followerCount: probe.followerCount ?? counts.get(probe.platformUserId) ?? null,
      })),
    )
    if (told.length > 0) await db.query(forgetTold, [jsonRows(told)]).catch(failed)
  }
