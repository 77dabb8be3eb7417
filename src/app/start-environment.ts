import type { Config } from '../config/config.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { readSplitState, whyNotWritten } from '../splitting/split-state.ts'
import { leaseTierWork, tellEnvironment } from '../stores/postgres/environments.ts'
import { isUnavailable } from '../stores/postgres/failure.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { repeat } from '../workers/repeat.ts'
import { nameTier, whyOtherTier } from './tier-name.ts'

export type EnvironmentOptions = {
  config: Config
  /** The database of the tier. */
  db: Postgres
  log: Log
  everyMs?: number
}

/** The workers that do what is done once for a tier. */
const tierWorkers = ['poller', 'jobs'] as const

const otherWorker = (config: Config, other: string): string =>
  `WORKERS: the environment ${other} does the work of this tier: give the nodes of ${config.environment.name} WORKERS=environment-jobs or none, or stop those of ${other} for two minutes.`

/**
 * Says which environment this node is of, for as long as it runs. A ConfigError says that the tier has another name, or that another environment polls or
 * runs the jobs of the tier, where this node would do so as well: they would go by different settings.
 */
export const startEnvironment = async ({ config, db, log, everyMs = 30_000 }: EnvironmentOptions) => {
  const { environment, workers } = config
  const worksForTier = tierWorkers.some((name) => workers.has(name))
  const isOwn = config.databaseUrl === undefined && config.dmDatabaseUrl === undefined
  let refusal: string | null = null
  /** Why a start is refused now. Says which environment this is, where it is not. */
  const tellOrRefuse = async (): Promise<string | null> => {
    // A node that does no work of the tier may have been given a wrong name for long, and nobody noticed.
    if (worksForTier) await nameTier(db, config)
    const reason = await whyOtherTier(db, config)
    if (reason !== null) return reason
    if (worksForTier) {
      const other = await leaseTierWork(db, environment, isOwn)
      return other === null ? null : otherWorker(config, other)
    }
    await tellEnvironment(db, environment)
    return null
  }
  const tell = async (): Promise<void> => {
    refusal = await tellOrRefuse()
  }
  let said: string | null = null
  /** Where dm has left, one sentence says so, once, and each failure after it would say the same. */
  const tellAgain = async (): Promise<void> => {
    try {
      await tell()
      said = null
    } catch (error) {
      const moved = whyNotWritten(await readSplitState(db))
      if (moved === null) throw error
      if (moved !== said) log.warn({}, moved)
      said = moved
    }
  }
  await tell().catch((error: unknown) => {
    // What begins while the database is away says it later.
    if (!isUnavailable(error)) throw error
    log.warn({ err: reasonText(error) }, 'the tier could not be told of this environment yet')
  })
  if (refusal !== null) throw new ConfigError(refusal)
  const telling = repeat(tellAgain, { name: 'the environments of the tier', everyMs, firstAfterMs: everyMs, log })
  return {
    /** Why a start would be refused now: the database was away when this one began, or another environment has taken the work since. */
    degraded: (): string[] => (refusal === null ? [] : [refusal]),
    [Symbol.asyncDispose]: () => telling[Symbol.asyncDispose](),
  }
}
