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

/** The same text without the login of any URL in it, and without what a bearer sent. */
export const withoutSecrets = (text: string): string =>
  text.replace(/:\/\/[^\s/@'"]*@/g, '://[redacted]@').replace(/\b(Bearer|Basic) +[\w.~+/=-]+/gi, '$1 [redacted]')

/**
 * JSON lines, on standard error unless told. Fields that may hold a secret, and those named in `secrets`, are replaced at any depth up to
 * two, and logins in URLs anywhere.
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
