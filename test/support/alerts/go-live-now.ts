import { applyStatus } from '../../../src/sessions/apply-status.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { received } from '../sessions/received.ts'
import { statement } from '../stores/statement.ts'

const now = statement('test_now', `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`)

let last = 0

/** Starts a new broadcast of each channel at this instant, in one transaction: one event each, two for channels that were live. */
export const goLiveNow = async (db: Postgres, channelIds: readonly bigint[], title = 'a show'): Promise<Date> => {
  const [row] = await db.query<{ now: Date }>(now)
  last = Math.max(last + 1, +row!.now)
  const at = new Date(last)
  await db.transaction((tx) =>
    applyStatus(
      tx,
      channelIds.map((channelId) => ({
        ...{ kind: 'live', channelId, at, startedAt: at, source: 'webhook', details: { title } },
        ...received(at),
      })),
    ),
  )
  return at
}
