import type { Log } from '../lib/log.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

const byPlatform = statement(
  'channel_counts',
  sql`SELECT ${select('Channel', ['platform'])}, ${expressions<{ channels: bigint }>({ channels: 'count(*)' })}
   FROM ${tableOf('Channel')} GROUP BY platform`,
)

/** How many channels there are, as counted some seconds ago. Reading it asks no database. */
export type ChannelCounts = {
  /** Channels of a platform, or of all platforms for null; 0 before the first count. */
  of(platform: PlatformName | null): number
  /** Counts now. */
  count(): Promise<void>
} & AsyncDisposable

export type ChannelCountsOptions = { db: Transaction; log: Log; everyMs?: number }

/** Counts at once, and then every few seconds until it is disposed. While the database is away the last counts stay. */
export const createChannelCounts = ({ db, log, everyMs = 10_000 }: ChannelCountsOptions): ChannelCounts => {
  let known = new Map<string, number>()
  let counting: Promise<void> | null = null
  const readCounts = async (): Promise<void> => {
    const rows = await db.query(byPlatform)
    known = new Map(rows.map(({ platform, channels }) => [platform, Number(channels)]))
  }
  const count = (): Promise<void> => {
    counting ??= readCounts().finally(() => {
      counting = null
    })
    return counting
  }
  const countAgain = () =>
    count().catch((error: Error) => log.warn({ err: error.message }, 'channels were not counted'))
  void countAgain()
  const timer = setInterval(countAgain, everyMs).unref()
  return {
    of: (platform) =>
      platform === null ? known.values().reduce((sum, channels) => sum + channels, 0) : (known.get(platform) ?? 0),
    count,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await counting?.catch(() => undefined)
    },
  }
}
