import { hash } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../config/config.ts'
import { exchangeBacklogs, type PeerProgress, type Progress } from '../ingest/node-backlogs.ts'
import { earliestOf } from '../ingest/row-times.ts'
import type { Spool } from '../ingest/spool.ts'
import { sleep } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { History } from '../resolvers/context.ts'
import { madeOf, waitingFor } from '../resolvers/history-targets.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { repeat } from '../workers/repeat.ts'
import type { KnownLosses } from './start-known-losses.ts'

/** Up to when the history of a kind is complete, and what of it will stay away. */
export type Completeness = AsyncDisposable & Pick<History, 'completeThrough' | 'lost'>

export type CompletenessOptions = {
  config: Config
  db: Postgres
  spool: Spool
  losses: Pick<KnownLosses, 'all'>
  clock: Clock
  log: Log
  /** How often nodes say how far they have come: what happened since is not complete. */
  everyMs?: number
  /** Gives up a start that waits for the database. */
  signal?: AbortSignal
}

const targets = [...new Set(Object.values(waitingFor).flat())]

const retryMs = 500

/** How a node is named among the others: by its machine and its directory. */
export const nodeOf = ({ dataDir }: Pick<Config, 'dataDir'>): string =>
  hash('sha256', `${hostname()}\n${dataDir}`).slice(0, 16)

/**
 * Starts to tell the other nodes and to hear of them; resolves once they can know of this one, so that it may begin to append rows. Where
 * the database is this process' own, there are no others. While the database is away, what was heard last holds, and no more.
 */
export const startCompleteness = async (options: CompletenessOptions): Promise<Completeness> => {
  const { config, db, spool, losses, clock, log, everyMs = 2_000, signal } = options
  const whose = { env: config.tier, node: nodeOf(config) }
  const isShared = config.databaseUrl !== undefined || config.dmDatabaseUrl !== undefined
  let heard: PeerProgress = { at: isShared ? 0 : Number.MAX_SAFE_INTEGER, through: new Map() }
  const own = (): Progress[] =>
    targets.map((target) => {
      const oldest = spool.oldestPendingAt(target)
      return { target, through: oldest ?? earliestOf(clock()), holds: spool.holds(target) }
    })
  /** Resolves with whether the others can know. */
  const tell = async (told: readonly Progress[]): Promise<boolean> => {
    const answer = await exchangeBacklogs(db, whose, told, targets).catch(() => null)
    heard = answer ?? heard
    return answer !== null
  }
  while (isShared && !signal?.aborted && !(await tell(own()))) await sleep(retryMs, signal)
  const telling = isShared
    ? repeat(async () => void (await tell(own())), {
        name: 'backlogs of the nodes',
        everyMs,
        firstAfterMs: everyMs,
        log,
      })
    : undefined
  return {
    completeThrough(kind) {
      const present = earliestOf(clock())
      const oldest = waitingFor[kind].map((target) =>
        Math.min(spool.oldestPendingAt(target) ?? present, heard.through.get(target) ?? present),
      )
      return new Date(Math.min(present, earliestOf(heard.at), ...oldest))
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
      // The last word: who has ended holds back nothing but what is left for the next start.
      if (telling) await tell(own().filter(({ holds }) => holds))
    },
  }
}
