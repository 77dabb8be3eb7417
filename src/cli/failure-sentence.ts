import pg from 'pg'
import type { Environment } from '../lib/environment.ts'
import { ApiError, ConfigError, isAbort } from '../lib/errors.ts'
import { ClickHouseError, loginIsRefused } from '../stores/clickhouse/clickhouse-error.ts'
import { databaseOf, isUnavailable, permanentFailureReason } from '../stores/postgres/failure.ts'

/** A database as a sentence may name it: by the variable that leads there, else by its place. Never with its login. */
const nameOf = (url: string | undefined, { DATABASE_URL, DM_DATABASE_URL }: Environment): string => {
  const given = Object.entries({ DATABASE_URL, DM_DATABASE_URL }).filter(([, value]) => value)
  const [variable] = given.find(([, value]) => value === url) ?? []
  if (variable !== undefined) return variable
  if (url === undefined) return given.map(([name]) => name).join(' or ') || 'The embedded Postgres'
  const { host, pathname } = new URL(url)
  return given.length === 0 ? 'The embedded Postgres' : `${host}${pathname}`
}

const postgresReason = (error: unknown): string | undefined => {
  const permanent = permanentFailureReason(error)
  if (permanent !== undefined || !isUnavailable(error)) return permanent
  return error instanceof pg.DatabaseError ? `it answers "${error.message}"` : 'it does not answer'
}

const clickHouseReason = (error: ClickHouseError): string | undefined => {
  if (loginIsRefused(error)) return 'the login is refused'
  return error.failure === 'unavailable' ? 'it does not answer' : undefined
}

/** The one sentence that says why a command could not do its work; undefined for a fault of ours, of which only the stack tells. */
export const failureSentence = (error: unknown, env: Environment): string | undefined => {
  if (error instanceof ConfigError) return error.message
  if (isAbort(error)) return 'Stopped before it had ended.'
  const cause = error instanceof ApiError && error.cause ? error.cause : error
  if (cause instanceof ClickHouseError) {
    const reason = env.CLICKHOUSE_URL ? clickHouseReason(cause) : undefined
    return reason && `CLICKHOUSE_URL can not be used: ${reason}.`
  }
  const url = databaseOf(cause)
  // What is of no database of ours is somebody else's, such as a bucket that does not answer.
  const reason = url !== undefined || cause instanceof pg.DatabaseError ? postgresReason(cause) : undefined
  if (reason !== undefined) return `${nameOf(url, env)} can not be used: ${reason}.`
  return error instanceof ApiError && error.code !== 'INTERNAL_SERVER_ERROR' ? error.message : undefined
}
