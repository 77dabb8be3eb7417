import path from 'node:path'
import { z } from 'zod'
import { type Config, configProblems, readConfig } from '../config/config.ts'
import { simulatedPlatform } from '../demo/simulated-platform.ts'
import { readTrustedOperations, trustedOperationsFile } from '../guard/trusted-operations.ts'
import { listen } from '../http/server/listener.ts'
import type { Environment } from '../lib/environment.ts'
import { ConfigError } from '../lib/errors.ts'
import { silentLog } from '../lib/log.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { ClickHouseError, loginIsRefused } from '../stores/clickhouse/clickhouse-error.ts'
import { whyNoEngine } from '../stores/clickhouse/embedded-engine.ts'
import { appliedMigrations } from '../stores/clickhouse/migrate.ts'
import { openClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { judgeVersion, readVersion } from '../stores/clickhouse/server-version.ts'
import { DataDirectoryInUse, holdDataDirectory } from '../stores/data-directory.ts'
import { failureCode, permanentFailureReason } from '../stores/postgres/failure.ts'
import { keepsSession, sessionsNeeded } from '../stores/postgres/keeps-session.ts'
import { requireBaseline } from '../stores/postgres/ledger.ts'
import { embeddedServerRuns } from '../stores/postgres/leftover-server.ts'
import { expressions } from '../stores/postgres/model.ts'
import { openPostgres } from '../stores/postgres/postgres.ts'
import { judgePostgresVersion } from '../stores/postgres/server-version.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { bad, checkDisk, type Finding, good } from './check-machine.ts'
import { checkCollector, checkRedis, checkTokenKeys } from './check-services.ts'

const version = statement(
  'doctor_version',
  sql`SELECT ${expressions<{ version: string; seconds: number }>({
    version: `current_setting('server_version')`,
    seconds: 'extract(epoch FROM clock_timestamp())::float8',
  })}`,
)

/** How far our clock may be from the database's, in seconds: what is seen later than its now is stored as of its now. */
const clockTolerance = 2

/** How long a running server may take to say whether it is ready. */
const serverPatienceMs = 10_000

/** UNKNOWN_TABLE and UNKNOWN_DATABASE */
const notMadeYet = new Set<number | null>([60, 81])

/** Why a store can not be used, without anything secret: a sentence of ours or a code, never the connection string. */
const reason = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message
  const cause = error instanceof Error && error.cause ? error.cause : error
  return permanentFailureReason(cause) || failureCode(cause) || 'it does not answer'
}

const checkPostgres = async (variable: string, url: string): Promise<Finding> => {
  await using db = openPostgres({ url, log: silentLog, max: 1 })
  try {
    if (!(await keepsSession(url))) return bad(sessionsNeeded(variable))
    // The first statement also waits for the connection.
    await db.query(version)
    const askedAt = Date.now()
    const [row] = await db.query(version)
    const offset = (askedAt + Date.now()) / 2_000 - row!.seconds
    if (Math.abs(offset) > clockTolerance)
      return bad(
        `${variable}: its clock is ${Math.abs(offset).toFixed(1)} seconds ${offset > 0 ? 'behind' : 'ahead of'} ours: set both by NTP.`,
      )
    const judgement = judgePostgresVersion(row!.version)
    if (judgement) return bad(`${variable}: ${judgement.reason}.`)
    await requireBaseline(db, variable)
    return good(`${variable}: Postgres ${row!.version} answers.`)
  } catch (error) {
    if (error instanceof ConfigError) return bad(error.message)
    return bad(`${variable} can not be used: ${reason(error)}.`)
  }
}

const checkClickHouse = async (url: string): Promise<Finding> => {
  await using clickHouse = await openClickHouse({ url })
  try {
    const version = await readVersion(clickHouse)
    const judgement = judgeVersion(version)
    if (judgement) return bad(`CLICKHOUSE_URL: ${judgement.reason}.`)
    await appliedMigrations(clickHouse)
    return good(`CLICKHOUSE_URL: ClickHouse ${version} answers.`)
  } catch (error) {
    if (error instanceof ConfigError) return bad(error.message)
    if (error instanceof ClickHouseError && notMadeYet.has(error.code))
      return good('CLICKHOUSE_URL: ClickHouse answers; its tables are made at the first start.')
    return bad(`CLICKHOUSE_URL can not be used: ${loginIsRefused(error) ? 'the login is refused' : reason(error)}.`)
  }
}

const checkEngine = (): Finding => {
  const reason = whyNoEngine()
  return reason ? bad(reason) : good('CLICKHOUSE_URL is not set: ClickHouse runs embedded below DATA_DIR.')
}

const readyShape = z.object({ ready: z.boolean(), reasons: z.array(z.string()), degraded: z.array(z.string()) })

/** What the server that has the data directory says of itself. */
const checkServer = async (url: string): Promise<Finding[]> => {
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(serverPatienceMs) })
    const { ready, reasons, degraded } = readyShape.parse(await response.json())
    const state = ready
      ? [good(`The server at ${url} is running and ready.`)]
      : reasons.map((sentence) => bad(`The server at ${url} is running and not ready: ${sentence}`))
    return [...state, ...degraded.map((sentence) => bad(`The server at ${url} says: ${sentence}`))]
  } catch {
    return [bad(`The server at ${url} has the data directory and does not answer.`)]
  }
}

/** What is to be said of the data directory, and where the server is that has it. */
const checkDataDirectory = async ({ dataDir }: Config): Promise<{ server?: string; found: Finding[] }> => {
  try {
    using _ = holdDataDirectory(dataDir)
    const leftover = embeddedServerRuns(path.join(dataDir, 'postgres'))
      ? ' The Postgres of a process that was killed still runs there: the next start stops it first.'
      : ''
    return { found: [good(`DATA_DIR: ${dataDir} is free and can be written.${leftover}`), checkDisk(dataDir)] }
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse) || error.url === undefined) return { found: [bad(reason(error))] }
    const held = good(`DATA_DIR: ${dataDir} is that of the running server.`)
    return { server: error.url, found: [held, checkDisk(dataDir), ...(await checkServer(error.url))] }
  }
}

/** The manifest, where it says what may be asked. */
const checkManifest = ({ trustedOperations }: Config): Finding[] => {
  if (trustedOperations === 'off') return []
  try {
    const { size } = readTrustedOperations(trustedOperationsFile, trustedOperations)
    return [good(`TRUSTED_OPERATIONS: ${size} documents are trusted.`)]
  } catch (error) {
    return [bad(reason(error))]
  }
}

const checkPort = async (config: Config, server: string | undefined): Promise<Finding> => {
  if (server !== undefined && Number(new URL(server).port) === config.port)
    return good(`PORT: ${config.port} is that of the running server.`)
  try {
    await using _ = await listen(config)
    return good(`PORT: ${config.port === 0 ? 'any that is free' : `${config.port} is free`} on ${config.host}.`)
  } catch (error) {
    return bad(reason(error))
  }
}

/** Looks at the configuration and every store it names; what it needs to know a `start` would have made as well. */
export const diagnose = async (env: Environment): Promise<Finding[]> => {
  const problems = configProblems(env)
  if (problems.length > 0) return problems.map(bad)
  const config = readConfig(env)
  const { databaseUrl, dmDatabaseUrl, clickHouseUrl } = config
  const { server, found } = await checkDataDirectory(config)
  const findings = [good('The environment can be read.'), ...found, await checkPort(config, server)]
  const { environment, tier } = config
  if (tier !== environment.name)
    findings.push(good(`TIER: the environment ${environment.name} reads the tier ${tier}.`))
  findings.push(
    databaseUrl
      ? await checkPostgres('DATABASE_URL', databaseUrl)
      : good('DATABASE_URL is not set: Postgres runs embedded below DATA_DIR.'),
  )
  if (dmDatabaseUrl) findings.push(await checkPostgres('DM_DATABASE_URL', dmDatabaseUrl))
  findings.push(clickHouseUrl ? await checkClickHouse(clickHouseUrl) : checkEngine())
  const { redisUrl, tokens, tracing } = config
  if (redisUrl) findings.push(await checkRedis(redisUrl))
  if (tokens && 'jwksUrl' in tokens) findings.push(await checkTokenKeys(tokens.jwksUrl))
  if (tracing) findings.push(await checkCollector(tracing.endpoint))
  findings.push(...checkManifest(config))
  const { title } = builtInPlatforms.find(({ name }) => name === simulatedPlatform)!
  findings.push(
    config.platforms.get(simulatedPlatform)!.access
      ? good(`${title}: real credentials are set.`)
      : good(
          `${title}: no credentials${config.demo !== 'off' ? ', so the simulated platform is polled.' : ' and DEMO is off: nothing is polled.'}`,
        ),
  )
  return findings
}
