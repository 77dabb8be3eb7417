import { type DestinationStream, pino } from 'pino'
import { standardError } from './standard-error.ts'

/** The one logging interface: a line is an object of fields and a short sentence. */
export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

const secretFields = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'token',
  'accessToken',
  'access_token',
  'refresh_token',
  'secret',
  'clientSecret',
  'client_secret',
  'password',
  'connectionParams',
  'connectionString',
  'apiKey',
  'adminKey',
  'operatorKey',
  'signature',
  'variables',
]

const path = (name: string): string => (/^\w+$/.test(name) ? `.${name}` : `["${name}"]`)

const pathsOf = (name: string): string[] => [path(name).replace(/^\./, ''), `*${path(name)}`, `*.*${path(name)}`]

/** Replaces the logins of URLs and the values of authorization headers in a text. */
export const withoutSecrets = (text: string): string =>
  text.replace(/:\/\/[^\s/@'"]*@/g, '://[redacted]@').replace(/\b(Bearer|Basic) +[\w.~+/=-]+/gi, '$1 [redacted]')

/**
 * Writes JSON lines, by default on standard error. Fields that may hold a secret, and those in `secrets`, are replaced down to
 * a depth of two; logins in URLs are replaced everywhere.
 */
export const createLog = (
  level: string,
  secrets: readonly string[],
  destination: DestinationStream = standardError(),
): Log =>
  pino(
    {
      level,
      base: null,
      redact: { paths: [...secretFields, ...secrets].flatMap(pathsOf), censor: '[redacted]' },
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  )

/** Discards everything. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
}
