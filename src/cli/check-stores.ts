import { refuseUnadopted } from '../adoption/phases.ts'
import { systemClock } from '../lib/clock.ts'
import { ConfigError } from '../lib/errors.ts'
import { silentLog } from '../lib/log.ts'
import { ClickHouseError, loginIsRefused } from '../stores/clickhouse/clickhouse-error.ts'
import { number } from '../stores/clickhouse/columns.ts'
import { whyNoEngine } from '../stores/clickhouse/embedded-engine.ts'
import { appliedMigrations } from '../stores/clickhouse/migrate.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { openClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { checkVersion, judgeVersion, readVersion } from '../stores/clickhouse/server-version.ts'
import { failureCode, permanentFailureReason } from '../stores/postgres/failure.ts'
import { keepsSession, sessionsNeeded } from '../stores/postgres/keeps-session.ts'
import { requireBaseline } from '../stores/postgres/ledger.ts'
import { expressions } from '../stores/postgres/model.ts'
import { openPostgres, type Postgres } from '../stores/postgres/postgres.ts'
import { judgePostgresVersion } from '../stores/postgres/server-version.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { bad, type Finding, good, note } from './finding.ts'

type ServerFacts = {
  version: string
  seconds: number
  isStandby: boolean
  encoding: string
  hasTrigrams: boolean
  isMade: boolean
  mayMake: boolean
  mayWrite: boolean
  connections: number
}

/** A table of ours that each database has: whoever may write one of them was given all. */
const ownTables = { DATABASE_URL: 'public.streamers', DM_DATABASE_URL: 'dm.streamer_channel' } as const
type PostgresVariable = keyof typeof ownTables

const factsOf = statement(
  'doctor_facts',
  sql`SELECT ${expressions<ServerFacts>({
    version: `current_setting('server_version')`,
    seconds: 'extract(epoch FROM clock_timestamp())::float8',
    isStandby: 'pg_is_in_recovery()',
    encoding: `current_setting('server_encoding')`,
    hasTrigrams: `EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')`,
    isMade: 'to_regclass($1) IS NOT NULL',
    mayMake: `has_database_privilege(current_database(), 'CREATE')`,
    mayWrite: `coalesce(has_table_privilege(to_regclass($1), 'INSERT'), false)`,
    connections: `least(current_setting('max_connections')::integer,
      (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = session_user),
      (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()))`,
  })}`,
)

/** How far our clock may be from the database's, in seconds: what is seen later than its now is stored as of its now. */
const clockTolerance = 2

/** What one node takes, with a few for commands. */
const leastConnections = 20

/** UNKNOWN_TABLE and UNKNOWN_DATABASE */
const notMadeYet = new Set<number | null>([60, 81])

/** Why a store can not be used, without anything secret: a sentence of ours or a code, never the connection string. */
export const storeFailure = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message
  const cause = error instanceof Error && error.cause ? error.cause : error
  return permanentFailureReason(cause) || failureCode(cause) || 'it does not answer'
}

/** Why nothing can work on a server that answers, by what it says of itself; the first thing that has to be changed. */
const whyUnusable = (variable: string, facts: ServerFacts): string | undefined => {
  const { version, isStandby, encoding, hasTrigrams, isMade, mayMake, mayWrite } = facts
  const judgement = judgePostgresVersion(version)
  if (judgement?.refused) return `${variable}: ${judgement.reason}.`
  if (isStandby) return `${variable} names a standby, which takes no writes: name the primary.`
  if (encoding !== 'UTF8') return `${variable}: its database is in ${encoding}: make one with ENCODING 'UTF8'.`
  if (!isMade && !hasTrigrams)
    return `${variable}: the extension pg_trgm is not there: install the contrib package of Postgres.`
  if (!isMade && !mayMake)
    return `${variable}: the tables are not made, and the login may not make them: run \`channelscope migrate\` as a member of channelscope_migrator (prisma/roles.sql).`
  if (isMade && !mayWrite)
    return `${variable}: the login may not write the tables: make it a member of channelscope_rw (prisma/roles.sql).`
  return undefined
}

/** What is wrong with a server on which something can work; the first thing that has to be changed. `offset` is how far our clock is ahead, in seconds. */
const judgeFacts = (variable: string, { version, connections }: ServerFacts, offset: number): string | undefined => {
  const judgement = judgePostgresVersion(version)
  if (judgement) return `${variable}: ${judgement.reason}.`
  if (Math.abs(offset) > clockTolerance)
    return `${variable}: its clock is ${Math.abs(offset).toFixed(1)} seconds ${offset > 0 ? 'behind' : 'ahead of'} ours: set both by NTP.`
  if (connections < leastConnections)
    return `${variable}: it allows ${connections} connections, and a node needs ${leastConnections}: raise max_connections, or the limit of the login or of the database.`
  return undefined
}

/** What a Postgres says of itself on which something can work; a ConfigError says why nothing can. */
const requireFacts = async (variable: PostgresVariable, url: string, db: Postgres) => {
  try {
    if (!(await keepsSession(url))) throw new ConfigError(sessionsNeeded(variable))
    // The first statement also waits for the connection.
    await db.query(factsOf, [ownTables[variable]])
    const askedAt = systemClock()
    const facts = (await db.query(factsOf, [ownTables[variable]]))[0]!
    const offset = (askedAt + systemClock()) / 2_000 - facts.seconds
    const unusable = whyUnusable(variable, facts)
    if (unusable !== undefined) throw new ConfigError(unusable)
    return { facts, offset }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`${variable} can not be used: ${storeFailure(error)}.`)
  }
}

/** Refuses a Postgres on which nothing can work, whatever is in it; the ConfigError says what has to be changed. */
export const requireUsablePostgres = async (variable: PostgresVariable, url: string): Promise<void> => {
  await using db = openPostgres({ url, log: silentLog, max: 1 })
  await requireFacts(variable, url, db)
}

/** Whether a Postgres can be used: its version, its clock, its extension, what the login may, and what stands between. */
export const checkPostgres = async (variable: PostgresVariable, url: string): Promise<Finding[]> => {
  await using db = openPostgres({ url, log: silentLog, max: 1 })
  try {
    const { facts, offset } = await requireFacts(variable, url, db)
    const wrong = judgeFacts(variable, facts, offset)
    if (wrong !== undefined) return [bad(wrong)]
    await refuseUnadopted(db, variable)
    await requireBaseline(db, variable)
    const answers = good(`${variable}: Postgres ${facts.version} answers.`)
    return facts.isMade ? [answers] : [answers, note(`${variable}: its tables are made at the first start.`)]
  } catch (error) {
    return [bad(error instanceof ConfigError ? error.message : `${variable} can not be used: ${storeFailure(error)}.`)]
  }
}

const clusterNodes = namedQuery({
  name: 'doctor_cluster_nodes',
  sql: 'SELECT toUInt32(count()) AS count FROM system.clusters WHERE cluster = {cluster:String}',
  row: { count: number },
})

const clickHouseFailure = (error: unknown): string =>
  error instanceof ConfigError
    ? error.message
    : `CLICKHOUSE_URL can not be used: ${loginIsRefused(error) ? 'the login is refused' : storeFailure(error)}.`

/** Refuses a ClickHouse server on which nothing can work, whatever is in it; the ConfigError says what has to be changed. */
export const requireUsableClickHouse = async (url: string): Promise<void> => {
  await using clickHouse = await openClickHouse({ url })
  await checkVersion(clickHouse).catch((error: unknown) => {
    throw new ConfigError(clickHouseFailure(error))
  })
}

/** Whether a ClickHouse server can be used: its version, its cluster, and who made its tables. */
export const checkClickHouse = async (url: string, cluster: string | undefined): Promise<Finding[]> => {
  await using clickHouse = await openClickHouse({ url })
  try {
    const version = await readVersion(clickHouse)
    const judgement = judgeVersion(version)
    if (judgement) return [bad(`CLICKHOUSE_URL: ${judgement.reason}.`)]
    if (cluster !== undefined && (await clickHouse.query(clusterNodes, { cluster }))[0]!.count === 0)
      return [bad(`CLICKHOUSE_CLUSTER: ClickHouse knows no cluster ${cluster}: system.clusters has its names.`)]
    await appliedMigrations(clickHouse)
    return [good(`CLICKHOUSE_URL: ClickHouse ${version} answers.`)]
  } catch (error) {
    if (error instanceof ClickHouseError && notMadeYet.has(error.code))
      return [note('CLICKHOUSE_URL: ClickHouse answers; its tables are made at the first start.')]
    return [bad(clickHouseFailure(error))]
  }
}

/** Whether the embedded ClickHouse can run here. */
export const checkEngine = (): Finding => {
  const reason = whyNoEngine()
  return reason ? bad(reason) : good('The embedded ClickHouse can run on this machine.')
}
