import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { adoptionState, requirePhase } from '../adoption/phases.ts'
import type { Progress } from '../adoption/run-steps.ts'
import { requireSameStores } from '../adoption/same-stores.ts'
import type { AdoptionContext, Estimate, Phase, Step } from '../adoption/step.ts'
import type { Answer } from '../commands/answer.ts'
import type { Config } from '../config/config.ts'
import { objectVariables } from '../config/store-variables.ts'
import { ConfigError } from '../lib/errors.ts'
import { fixedValue } from '../lib/live-value.ts'
import { type ClickHouse, openClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { DataDirectoryInUse, holdDataDirectory } from '../stores/data-directory.ts'
import { openObjects } from '../stores/objects/open-objects.ts'
import { keepsSession, sessionsNeeded } from '../stores/postgres/keeps-session.ts'
import { openPostgres, type Postgres } from '../stores/postgres/postgres.ts'
import { type ProgramContext, withConfig } from './program-command.ts'

/** How long a statement of an adoption may run. */
const statementTimeoutMs = 600_000

/** The same for ClickHouse, which answers one thing after the other. */
const patience = { timeoutMs: statementTimeoutMs, maxWaitMs: statementTimeoutMs }

/** Opens the database that is to be adopted, which must be one for `dm` and `public`. */
export const openAdoptedDatabase = async (context: ProgramContext): Promise<Postgres> => {
  const { config, log } = withConfig(context)
  const { databaseUrl, dmDatabaseUrl } = config
  if (databaseUrl === undefined)
    throw new ConfigError('DATABASE_URL is not set: name the database of the running system that is to be adopted.')
  if (!(await keepsSession(databaseUrl))) throw new ConfigError(sessionsNeeded('DATABASE_URL'))
  await using stack = new AsyncDisposableStack()
  const db = stack.use(openPostgres({ url: databaseUrl, log, max: 4, statementTimeoutMs, connectTimeoutMs: 10_000 }))
  // Once a system is adopted, its `dm` may live elsewhere.
  if (dmDatabaseUrl !== undefined && dmDatabaseUrl !== databaseUrl && (await adoptionState(db)) !== 'adopted')
    throw new ConfigError(
      'DM_DATABASE_URL names another database: adopt within one database, and move `dm` out of it afterwards.',
    )
  stack.move()
  return db
}

const isFilled = (folder: string): boolean => fs.existsSync(folder) && fs.readdirSync(folder).length > 0

/**
 * Opens ClickHouse. An embedded one needs the data directory for itself; where only somebody looks and there is none, an empty one outside of it
 * stands for it, so that nothing is made.
 */
const openHistory = async (
  { clickHouseUrl, dataDir }: Config,
  isChanging: boolean,
): Promise<{ clickHouse: ClickHouse } & AsyncDisposable> => {
  await using stack = new AsyncDisposableStack()
  let directory = path.join(dataDir, 'clickhouse')
  if (clickHouseUrl === undefined) {
    if (isChanging || isFilled(directory)) stack.use(holdDataDirectory(dataDir))
    else {
      const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'channelscope-empty-'))
      stack.defer(() => fs.promises.rm(folder, { recursive: true, force: true }))
      directory = folder
    }
  }
  const queryPools = { heavy: patience, write: patience }
  const clickHouse = stack.use(await openClickHouse({ url: clickHouseUrl, directory, queryPools }))
  const opened = stack.move()
  return { clickHouse, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Opens ClickHouse to look at it; null where it is embedded and another process has it. */
export const openHistoryIfFree = async (
  context: ProgramContext,
): Promise<{ clickHouse: ClickHouse | null } & AsyncDisposable> => {
  try {
    return await openHistory(withConfig(context).config, false)
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse)) throw error
    return { clickHouse: null, async [Symbol.asyncDispose]() {} }
  }
}

/**
 * Opens both stores for an adoption and closes them when disposed. A `phase` that may not run now is refused before anything is made; what is only
 * planned makes nothing.
 */
export const openAdoption = async (
  context: ProgramContext,
  { phase, isPlan }: { phase?: Phase; isPlan: boolean },
): Promise<AdoptionContext & AsyncDisposable> => {
  const { config, log, signal } = withConfig(context)
  await using stack = new AsyncDisposableStack()
  const db = stack.use(await openAdoptedDatabase(context))
  if (phase !== undefined) await requirePhase(db, phase)
  const { clickHouse } = stack.use(await openHistory(config, !isPlan))
  await requireSameStores({ db, clickHouse, environment: config.environment.name, tier: config.tier })
  const opened = stack.move()
  return {
    db,
    clickHouse,
    environment: config.environment.name,
    tier: config.tier,
    objects: opened.use(
      openObjects({ bucket: fixedValue(objectVariables.read(config.given)), dataDir: config.dataDir }),
    ),
    dataDir: config.dataDir,
    retentionDays: config.retentionDays,
    log,
    signal,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Findings of a kind, in JSON. */
export const findingSchema = z.object({
  kind: z.string().describe('what was found'),
  table: z.string().describe('the table with its schema'),
  done: z.string().describe('what is done about it'),
  count: z.number().describe('how many rows'),
  examples: z.array(z.string()).describe('some of them: the row and what is special about it'),
})

/** A line of JSON for a step that is planned. */
export const plannedStep = z
  .object({
    step: z.string().describe('the step'),
    title: z.string().describe('what it does'),
    rows: z.number().describe('how many rows it has to do'),
    seconds: z.number().describe('about how long it takes'),
    findings: z.array(findingSchema).describe('what can not be taken over as it is'),
  })
  .describe('for each step, where it is only planned')

/** A line of JSON for a step that is under way. */
export const stepProgress = z
  .object({
    step: z.string().describe('the step'),
    rowsDone: z.number().describe('rows that are done'),
    rowsTotal: z.number().describe('rows that it has to do, as counted at its beginning'),
    secondsLeft: z.number().nullable().describe('about how many seconds are left; null while that is not known'),
    isDone: z.boolean().describe('whether the step is done'),
  })
  .describe('every second and at the end of each step')

const duration = (seconds: number): string => {
  if (seconds < 1) return 'less than a second'
  if (seconds < 120) return `about ${Math.round(seconds)} s`
  return `about ${Math.round(seconds / 60)} min`
}

const count = (rows: number): string => rows.toLocaleString('en')

/** Tells what a step would do. */
export const tellPlanned = (
  { tell }: Answer<z.infer<typeof plannedStep>>,
  { name, title }: Step,
  { rows, seconds, findings = [] }: Estimate,
): void =>
  tell({ step: name, title, rows, seconds: Math.round(seconds * 10) / 10, findings }, [
    `${name}: ${title}. ${rows > 0 ? `${count(rows)} rows, ` : ''}${duration(seconds)}.`,
    ...findings.flatMap(({ kind, table, done, count: found, examples }) => [
      `  ${kind}: ${count(found)} in ${table}; ${done}.`,
      ...examples.map((example) => `    ${example}`),
    ]),
  ])

/** Tells how far a step is. */
export const tellProgress =
  ({ tell }: Answer<z.infer<typeof stepProgress>>) =>
  (progress: Progress): void => {
    const { step, rowsDone, rowsTotal, secondsLeft, isDone } = progress
    const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`
    tell(
      progress,
      isDone
        ? `${step}: done, ${count(rowsDone)} rows.`
        : `${step}: ${count(rowsDone)} of ${count(rowsTotal)} rows${left}.`,
    )
  }

export const totalOf = (estimates: readonly Estimate[]): { rows: number; seconds: number; text: string } => {
  const rows = estimates.reduce((sum, estimate) => sum + estimate.rows, 0)
  const seconds = estimates.reduce((sum, estimate) => sum + estimate.seconds, 0)
  return { rows, seconds: Math.round(seconds * 10) / 10, text: `${count(rows)} rows, ${duration(seconds)}` }
}
