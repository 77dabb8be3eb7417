import { applyStatus } from '../../../src/sessions/apply-status.ts'
import { type LatestProbes, lastSighting, noProbes, withProbe } from '../../../src/sessions/latest-probes.ts'
import type { StatusObservation } from '../../../src/sessions/status-observation.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

/** Keeps the latest probes of a channel in its schedule. */
export const keepLooks = statement(
  'test_keep_looks',
  `INSERT INTO dm.probe_schedule (channel_id, live_started_at, last_live_at, last_missed_at, missed_before_at, live_details)
   VALUES ($1, $2, $3, $4, $5, $6::jsonb)
   ON CONFLICT (channel_id) DO UPDATE SET live_started_at = $2, last_live_at = $3, last_missed_at = $4, missed_before_at = $5,
     live_details = $6::jsonb`,
)

/** Cut into batches: looks alone, because each is kept before it is decided about, and what webhooks tell as many at a time as told. */
const batchesOf = (told: readonly StatusObservation[], sizes: Iterator<number>): StatusObservation[][] => {
  const batches: StatusObservation[][] = []
  let room = 0
  for (const one of told) {
    const last = batches.at(-1)
    if (one.source !== 'poll' && last && last[0]!.source !== 'poll' && last.length < room) last.push(one)
    else {
      batches.push([one])
      room = sizes.next().value as number
    }
  }
  return batches
}

/** Observes as the poller and the webhooks do: a look is kept in the schedule and decided about in one transaction. */
export const observeAll = async (
  db: Postgres,
  channelId: bigint,
  told: readonly StatusObservation[],
  sizes: Iterator<number> = [].values(),
): Promise<void> => {
  let looks: LatestProbes = noProbes
  for (const batch of batchesOf(told, sizes)) {
    await db.transaction(async (tx) => {
      const [one] = batch as [StatusObservation]
      if (one.source !== 'poll') return void (await applyStatus(tx, batch))
      const startedAt = one.kind === 'live' ? one.startedAt : null
      const seen = one.kind === 'live' ? { ...one, seenBefore: lastSighting(looks) } : one
      looks = withProbe(looks, one.at, startedAt, one.kind === 'live' ? one.details : {})
      const { liveStartedAt, lastLiveAt, lastMissedAt, missedBeforeAt, liveDetails } = looks
      const said = JSON.stringify(liveDetails)
      await tx.query(keepLooks, [channelId, liveStartedAt, lastLiveAt, lastMissedAt, missedBeforeAt, said])
      await applyStatus(tx, [seen])
    })
  }
}
