import type { Config } from '../config/config.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { readSplitState, whyNotWritten } from '../splitting/split-state.ts'
import { leaseTierWork, tellEnvironment } from '../stores/postgres/environments.ts'
import { isUnavailable } from '../stores/postgres/failure.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { repeat } from '../workers/repeat.ts'
import { nameOrRefuseTier } from './tier-name.ts'

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
 * Says which environment this node is of, for as long as it runs. A ConfigError where the tier has another name. Where the node polls or runs the jobs
 * of the tier, no other environment may do so: they would go by different settings. A ConfigError names the other one.
 */
export const startEnvironment = async ({ config, db, log, everyMs = 30_000 }: EnvironmentOptions) => {
  const { environment, workers } = config
  const worksForTier = tierWorkers.some((name) => workers.has(name))
  const isOwn = config.databaseUrl === undefined && config.dmDatabaseUrl === undefined
  let refusal: string | null = null
  const tell = async (): Promise<void> => {
    refusal = await nameOrRefuseTier(db, config)
    if (refusal !== null) return
    if (!worksForTier) return tellEnvironment(db, environment)
    const other = await leaseTierWork(db, environment, isOwn)
    if (other !== null) refusal = otherWorker(config, other)
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
    /** What a start is refused for, where the database was away at that time. */
    degraded: (): string[] => (refusal === null ? [] : [refusal]),
    [Symbol.asyncDispose]: () => telling[Symbol.asyncDispose](),
  }
}
