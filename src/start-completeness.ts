import { hash } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from './config.ts'
import { chatFormat } from './ingest/chat-format.ts'
import { type Backlogs, exchangeBacklogs } from './ingest/node-backlogs.ts'
import type { Spool } from './ingest/spool.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import type { History, HistoryKind } from './resolvers/context.ts'
import type { KnownLosses } from './start-known-losses.ts'
import type { Postgres } from './stores/postgres/postgres.ts'
import { deliveryQueue } from './webhooks/delivery-row.ts'
import { probeTable } from './workers/probe-rows.ts'
import { repeat } from './workers/repeat.ts'

/** Up to when the history of a kind is complete, and what of it will stay away. */
export type Completeness = AsyncDisposable & Pick<History, 'completeThrough' | 'lost'>

export type CompletenessOptions = {
  config: Config
  db: Postgres
  spool: Spool
  losses: Pick<KnownLosses, 'all'>
  clock: Clock
  log: Log
}

/** What has to be shipped or projected before a kind of history is complete. */
const waitingFor: Record<HistoryKind, readonly string[]> = {
  probes: [probeTable],
  chat: [chatFormat.table, deliveryQueue.table],
  follows: [deliveryQueue.table],
}
/** What else a kind is read from. */
const madeOf: Record<HistoryKind, readonly string[]> = { ...waitingFor, probes: [probeTable, `${probeTable}_15m`] }
const targets = [...new Set(Object.values(waitingFor).flat())]

/** What nodes say of themselves is at most this old, and as much again when it is heard. */
const everyMs = 2_000

/** How a node is named among the others: by its machine and its directory. */
export const nodeOf = ({ dataDir }: Pick<Config, 'dataDir'>): string =>
  hash('sha256', `${hostname()}\n${dataDir}`).slice(0, 16)

/** Starts to hear what other nodes hold; where the database is this process' own, there are none. */
export const startCompleteness = ({ config, db, spool, losses, clock, log }: CompletenessOptions): Completeness => {
  const env = config.environment
  const node = nodeOf(config)
  let others: Backlogs = new Map()
  const own = (): Backlogs =>
    new Map(
      targets.flatMap((target) => {
        const oldest = spool.oldestPendingAt(target)
        return oldest === null ? [] : [[target, oldest] as const]
      }),
    )
  /** What was heard last holds while the database is away. */
  const tell = async (): Promise<void> => {
    others = await exchangeBacklogs(db, { env, node }, own()).catch(() => others)
  }
  const isShared = config.databaseUrl !== undefined || config.dmDatabaseUrl !== undefined
  const telling = isShared ? repeat(tell, { name: 'backlogs of the nodes', everyMs, log }) : undefined
  return {
    completeThrough(kind) {
      const now = clock()
      const oldest = waitingFor[kind].map((target) =>
        Math.min(spool.oldestPendingAt(target) ?? now, others.get(target) ?? now, now),
      )
      return new Date(Math.min(...oldest))
    },
    lost: (kind) =>
      losses
        .all()
        .filter(({ target }) => madeOf[kind].includes(target))
        .map(({ from, to, acceptedAt }) => ({
          from: from.getTime(),
          to: to.getTime(),
          mayReturn: acceptedAt === null,
        })),
    async [Symbol.asyncDispose]() {
      await telling?.[Symbol.asyncDispose]()
      // The last word, about what is left for the next start.
      if (telling) await tell()
    },
  }
}
