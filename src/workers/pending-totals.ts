import type { ModelRows } from '../../prisma/generated/models.ts'
import { jsonRows } from '../lib/json-rows.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { recordset } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** The totals that wait for the next probe of their channel. A row of their own would count as a probe that the poller never made. */
export const pendingTotals = ['followersTold', 'subscribersTold'] as const

/** The totals of a channel that a probe carries into the history. */
export type PendingTotals = Pick<ModelRows['ProbeSchedule'], 'channelId' | (typeof pendingTotals)[number]>

// A total that changed meanwhile stays for the next probe. So does one whose row is locked, and then it is recorded twice.
const forget = statement(
  'totals_forget_carried',
  `UPDATE dm.probe_schedule s SET followers_told = nullif(s.followers_told, carried."followersTold"),
     subscribers_told = nullif(s.subscribers_told, carried."subscribersTold")
   FROM (SELECT v.* FROM json_to_recordset($1) AS v(${recordset('ProbeSchedule', ['channelId', ...pendingTotals])})
         JOIN dm.probe_schedule s ON s.channel_id = v."channelId"
         ORDER BY s.channel_id FOR UPDATE OF s SKIP LOCKED) carried
   WHERE s.channel_id = carried."channelId"`,
)

/** Forgets totals that recorded probes have carried; those of them that are unknown change nothing. It never fails: then totals come twice. */
export const forgetCarriedTotals = async (
  db: Transaction,
  probes: readonly PendingTotals[],
  { platform, log }: { platform: PlatformName; log: Log },
): Promise<void> => {
  const carried = probes
    .filter((probe) => pendingTotals.some((total) => probe[total] !== null))
    .map(({ channelId, followersTold, subscribersTold }) => ({ channelId, followersTold, subscribersTold }))
  if (carried.length === 0) return
  await db
    .query(forget, [jsonRows(carried)])
    .catch((error: unknown) =>
      log.warn({ err: error, platform }, 'totals go with the next probes of their channels as well'),
    )
}
