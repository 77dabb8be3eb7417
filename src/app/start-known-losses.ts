import type { Config } from '../config/config.ts'
import {
  type KnownLoss,
  type LossName,
  readLosses,
  recordLosses,
  removeLosses,
  type StoredLoss,
} from '../ingest/known-losses.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { gauge, type MetricSource } from '../lib/metric.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { repeat } from '../workers/repeat.ts'

/**
 * What is known to be lost, on every node of the environment alike. Whoever finds a loss tells it here, and all that has to be
 * honest about it follows: the log, `/ready`, the metrics, and outages, coverage and `completeThrough` of the history.
 */
export type KnownLosses = AsyncDisposable & {
  /** Tells what was found, and logs what was not known; it holds here at once and on the other nodes within ten seconds. */
  tell(losses: readonly KnownLoss[]): Promise<void>
  /** Takes back what is there again. */
  takeBack(losses: readonly LossName[]): Promise<void>
  /** All of them, also those that were accepted. */
  all(): readonly (KnownLoss & Pick<StoredLoss, 'acceptedAt'> & Partial<Pick<StoredLoss, 'foundAt'>>)[]
  /** One sentence for each that may still be repaired, without secrets. */
  notices(): string[]
  readonly metrics: MetricSource[]
}

export type KnownLossesOptions = { config: Pick<Config, 'tier'>; db: Postgres; log: Log }

const everyMs = 10_000

const keyOf = ({ source, target, name }: LossName): string => JSON.stringify([source, target, name])

const storeNames = { clickhouse: 'ClickHouse', spool: 'A spool' } as const

/** What is lost, a sentence without secrets. */
export const noticeOf = ({ source, target, rows, from, to, setAside }: KnownLoss): string =>
  `${storeNames[source]} lost ${rows ?? 'unknown many'} rows of ${target} from ${from.toISOString()} to ${to.toISOString()}${
    setAside === null ? '' : '; what is damaged was set aside'
  }.`

/** Reads what is known and follows what other nodes find. What can not be stored now is kept here and stored later. */
export const startKnownLosses = async ({ config, db, log }: KnownLossesOptions): Promise<KnownLosses> => {
  const env = config.tier
  const toTell = new Map<string, KnownLoss>()
  const toTakeBack = new Map<string, LossName>()
  let known = await readLosses(db, env)

  const all = () => {
    const losses = new Map<string, ReturnType<KnownLosses['all']>[number]>()
    for (const loss of toTell.values()) losses.set(keyOf(loss), { ...loss, acceptedAt: null })
    for (const loss of known) losses.set(keyOf(loss), loss)
    for (const key of toTakeBack.keys()) losses.delete(key)
    return [...losses.values()]
  }
  const standing = () => all().filter(({ acceptedAt }) => acceptedAt === null)

  const exchange = async (): Promise<void> => {
    const [told, takenBack] = [[...toTell], [...toTakeBack]]
    if (told.length + takenBack.length === 0) {
      known = await readLosses(db, env)
      return
    }
    known = await db.transaction(async (transaction) => {
      await recordLosses(
        transaction,
        env,
        told.map(([, loss]) => loss),
      )
      await removeLosses(
        transaction,
        env,
        takenBack.map(([, name]) => name),
      )
      return readLosses(transaction, env)
    })
    for (const [key, loss] of told) if (toTell.get(key) === loss) toTell.delete(key)
    for (const [key, name] of takenBack) if (toTakeBack.get(key) === name) toTakeBack.delete(key)
  }
  const exchangeNow = () =>
    exchange().catch((error: unknown) =>
      log.warn({ err: reasonText(error) }, 'known losses could not be stored; it is tried again'),
    )

  const exchanging = repeat(exchange, { name: 'known losses', everyMs, firstAfterMs: everyMs, log })
  const perSource = (value: (losses: readonly KnownLoss[]) => number) => () =>
    Object.entries(Object.groupBy(standing(), ({ source, target }) => JSON.stringify([source, target]))).map(
      ([key, losses]) => {
        const [source, target] = JSON.parse(key) as [string, string]
        return { labels: { source, target }, value: value(losses!) }
      },
    )
  const labels = ['source', 'target']
  return {
    async tell(losses) {
      const before = new Set(all().map(keyOf))
      for (const loss of losses) {
        const key = keyOf(loss)
        toTakeBack.delete(key)
        toTell.set(key, loss)
        if (!before.has(key)) log.error({ ...loss }, noticeOf(loss))
      }
      if (losses.length > 0) await exchangeNow()
    },
    async takeBack(losses) {
      const before = new Set(all().map(keyOf))
      const there = losses.filter((loss) => before.has(keyOf(loss)))
      for (const { source, target, name } of there) {
        toTell.delete(keyOf({ source, target, name }))
        toTakeBack.set(keyOf({ source, target, name }), { source, target, name })
        log.info({ source, target, name }, 'lost rows were found again')
      }
      if (there.length > 0) await exchangeNow()
    },
    all,
    notices: () => standing().map(noticeOf),
    metrics: [
      gauge(
        'known_losses',
        'Damaged parts and files whose rows are missing, and whose loss nobody has accepted.',
        perSource((losses) => losses.length),
        labels,
      ),
      gauge(
        'known_lost_rows',
        'Rows that are missing because of known losses, as far as their number is known.',
        perSource((losses) => losses.reduce((sum, { rows }) => sum + (rows ?? 0), 0)),
        labels,
      ),
    ],
    [Symbol.asyncDispose]: () => exchanging[Symbol.asyncDispose](),
  }
}
