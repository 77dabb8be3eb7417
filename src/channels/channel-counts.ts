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

/** How many channels there are, as it was known some seconds ago; nothing is asked to answer that. */
export type ChannelCounts = {
  /** Channels of a platform, or of all platforms for null; 0 before the first look. */
  of(platform: PlatformName | null): number
  /** Counts now. */
  look(): Promise<void>
} & AsyncDisposable

export type ChannelCountsOptions = { db: Transaction; log: Log; everyMs?: number }

/** Counts at once, and then every few seconds until it is disposed of. Where the database is away, what was counted last holds. */
export const createChannelCounts = ({ db, log, everyMs = 10_000 }: ChannelCountsOptions): ChannelCounts => {
  let known = new Map<string, number>()
  let looking: Promise<void> | null = null
  const count = async (): Promise<void> => {
    const rows = await db.query(byPlatform)
    known = new Map(rows.map(({ platform, channels }) => [platform, Number(channels)]))
  }
  const look = (): Promise<void> => {
    looking ??= count().finally(() => {
      looking = null
    })
    return looking
  }
  const lookAgain = () => look().catch((error: Error) => log.warn({ err: error.message }, 'channels were not counted'))
  void lookAgain()
  const timer = setInterval(lookAgain, everyMs).unref()
  return {
    of: (platform) =>
      platform === null ? known.values().reduce((sum, channels) => sum + channels, 0) : (known.get(platform) ?? 0),
    look,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking?.catch(() => undefined)
    },
  }
}
