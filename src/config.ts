import path from 'node:path'
import { ConfigError } from './lib/errors.ts'

export type WorkerName = 'poller' | 'jobs'
export type Introspection = 'on' | 'admin' | 'off'

/** Everything the environment decides, checked and typed. Secrets are only ever in `keys` and the store URLs. */
export type Config = {
  host: string
  port: number
  dataDir: string
  environment: string
  /** Connection strings; undefined means embedded. */
  databaseUrl: string | undefined
  dmDatabaseUrl: string | undefined
  clickHouseUrl: string | undefined
  /** Where platforms and browsers reach this server, without a slash at the end; undefined means only on this machine. */
  publicUrl: string | undefined
  publicAccess: 'read' | 'none'
  introspection: Introspection
  allowedOrigins: readonly string[]
  /** Bootstrap keys; undefined means generated and kept in the data directory. */
  keys: { admin: string | undefined; operator: string | undefined }
  /** Undefined means the simulated platform. */
  kick: { apiUrl: string; idUrl: string; clientId: string; clientSecret: string } | undefined
  /** Undefined means off. */
  twitch: { apiUrl: string; idUrl: string; clientId: string; clientSecret: string } | undefined
  x: { apiUrl: string; bearerToken: string } | undefined
  /** The bucket for chat archives, as an endpoint with the bucket as its path; undefined means files. */
  s3: { url: string; accessKeyId: string; secretAccessKey: string } | undefined
  demo: boolean
  pollIntervalSeconds: number
  kickRequestsPerSecond: number
  workers: ReadonlySet<WorkerName>
  retentionDays: { statusEvents: number; chat: number; probes: number; webhooks: number }
  logLevel: string
}

export type Environment = Readonly<Record<string, string | undefined>>

const wrong = (name: string, allowed: string): never => {
  throw new ConfigError(`${name} must be ${allowed}.`)
}

/** A variable that is set to nothing counts as not set, except where an empty list means something. */
const read = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined

const integer = (env: Environment, name: string, fallback: number, min: number, max: number): number => {
  const text = read(env, name)
  if (text === undefined) return fallback
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : wrong(name, `a whole number from ${min} to ${max}`)
}

const decimal = (env: Environment, name: string, fallback: number, min: number, max: number): number => {
  const text = read(env, name)
  if (text === undefined) return fallback
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : wrong(name, `a number from ${min} to ${max}`)
}

const oneOf = <T extends string>(env: Environment, name: string, allowed: readonly T[], fallback: T): T => {
  const text = read(env, name)
  if (text === undefined) return fallback
  return allowed.find((value) => value === text) ?? wrong(name, `one of ${allowed.join(', ')}`)
}

/** The parts of a URL; undefined when it is none, or when its login can not be read. */
const parseUrl = (text: string): URL | undefined => {
  try {
    const parsed = new URL(text)
    for (const part of [parsed.username, parsed.password, parsed.pathname]) decodeURIComponent(part)
    return parsed
  } catch {
    return undefined
  }
}

const url = (env: Environment, name: string, protocols: readonly string[], example: string): string | undefined => {
  const text = read(env, name)
  if (text === undefined) return undefined
  const parsed = parseUrl(text)
  if (!parsed?.hostname || !protocols.includes(parsed.protocol)) wrong(name, `a URL like ${example}`)
  return text
}

const publicUrl = (env: Environment): string | undefined => {
  const example = 'https://channels.example.com'
  const text = url(env, 'PUBLIC_URL', ['http:', 'https:'], example)
  if (text === undefined) return undefined
  const { username, search, hash } = new URL(text)
  return username || search || hash ? wrong('PUBLIC_URL', `a URL like ${example}`) : text.replace(/\/+$/, '')
}

const httpBase = (env: Environment, name: string, fallback: string): string =>
  (url(env, name, ['http:', 'https:'], 'https://api.example.com') ?? fallback).replace(/\/+$/, '')

const workerNames: readonly WorkerName[] = ['poller', 'jobs']

const workers = (env: Environment): ReadonlySet<WorkerName> => {
  const names = (env.WORKERS ?? 'poller,jobs')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const known = names.filter((name): name is WorkerName => workerNames.includes(name as WorkerName))
  return known.length === names.length
    ? new Set(known)
    : wrong('WORKERS', 'a comma-separated list of poller and jobs, or empty')
}

const origins = (env: Environment): string[] =>
  (read(env, 'ALLOWED_ORIGINS') ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text) => {
      const parsed = parseUrl(text)
      if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.origin !== text.replace(/\/$/, '').toLowerCase()) {
        wrong('ALLOWED_ORIGINS', 'a comma-separated list of origins like https://app.example.com')
      }
      return parsed!.origin
    })

const key = (env: Environment, name: string): string | undefined => {
  const text = read(env, name)
  if (text !== undefined && !/^[\x21-\x7e]{16,200}$/.test(text))
    wrong(name, '16 to 200 printable characters without spaces')
  return text
}

const keys = (env: Environment): Config['keys'] => {
  const [admin, operator] = [key(env, 'ADMIN_KEY'), key(env, 'OPERATOR_KEY')]
  if (admin !== undefined && admin === operator) wrong('OPERATOR_KEY', 'another key than ADMIN_KEY')
  return { admin, operator }
}

/** Variables that only make sense together; undefined when none is set. */
const together = <Name extends string>(env: Environment, names: readonly Name[]): Record<Name, string> | undefined => {
  const missing = names.filter((name) => read(env, name) === undefined)
  if (missing.length === names.length) return undefined
  if (missing.length > 0) {
    const others = names.filter((name) => name !== missing[0]).join(' and ')
    wrong(missing[0]!, `set together with ${others}: all or none`)
  }
  return Object.fromEntries(names.map((name) => [name, read(env, name)!])) as Record<Name, string>
}

const kick = (env: Environment): Config['kick'] => {
  const app = together(env, ['KICK_CLIENT_ID', 'KICK_CLIENT_SECRET'])
  const apiUrl = httpBase(env, 'KICK_API_URL', 'https://api.kick.com')
  const idUrl = httpBase(env, 'KICK_ID_URL', 'https://id.kick.com')
  return app && { apiUrl, idUrl, clientId: app.KICK_CLIENT_ID, clientSecret: app.KICK_CLIENT_SECRET }
}

const twitch = (env: Environment): Config['twitch'] => {
  const app = together(env, ['TWITCH_CLIENT_ID', 'TWITCH_CLIENT_SECRET'])
  const apiUrl = httpBase(env, 'TWITCH_API_URL', 'https://api.twitch.tv/helix')
  const idUrl = httpBase(env, 'TWITCH_ID_URL', 'https://id.twitch.tv')
  return app && { apiUrl, idUrl, clientId: app.TWITCH_CLIENT_ID, clientSecret: app.TWITCH_CLIENT_SECRET }
}

const x = (env: Environment): Config['x'] => {
  const bearerToken = read(env, 'X_BEARER_TOKEN')
  const apiUrl = httpBase(env, 'X_API_URL', 'https://api.x.com')
  return bearerToken === undefined ? undefined : { apiUrl, bearerToken }
}

/** Addresses that answer for the machine or its cloud and are nobody's bucket. */
const metadataHost =
  /^(169\.254\.\d+\.\d+|\[fe[89ab][0-9a-f]:.*\]|\[fd00:ec2::254\]|\[::ffff:a9fe:.*\]|metadata(\.google\.internal)?|instance-data)\.?$/i

const s3 = (env: Environment): Config['s3'] => {
  const set = together(env, ['S3_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
  if (set === undefined) return undefined
  const example = 'https://s3.eu-central-1.amazonaws.com/bucket'
  const bucket = url(env, 'S3_URL', ['http:', 'https:'], example)!.replace(/\/+$/, '')
  const { username, password, search, hash, pathname, hostname } = new URL(bucket)
  if (metadataHost.test(hostname)) wrong('S3_URL', 'the URL of a bucket, not a link-local or metadata address')
  // Parsing a URL removes its dots: they are looked for in what was written.
  const climbs = /\.\.|%2e/i.test(bucket)
  if (username || password || search || hash || climbs || !/^(\/[A-Za-z0-9._-]+)+$/.test(pathname))
    wrong('S3_URL', `a URL like ${example}`)
  return { url: bucket, accessKeyId: set.S3_ACCESS_KEY_ID, secretAccessKey: set.S3_SECRET_ACCESS_KEY }
}

const postgresUrl = (env: Environment, name: string) =>
  url(env, name, ['postgres:', 'postgresql:'], 'postgresql://user:password@host:5432/database')

const clickHouseUrl = (env: Environment): string | undefined => {
  const text = url(env, 'CLICKHOUSE_URL', ['http:', 'https:'], 'https://user:password@host:8123/vf')
  if (text && !/^\/\w*$/.test(new URL(text).pathname))
    wrong('CLICKHOUSE_URL', 'a URL like https://user:password@host:8123/vf')
  return text
}

const environment = (env: Environment): string => {
  const text = read(env, 'ENVIRONMENT') ?? 'dev'
  return /^[a-z0-9_-]{1,40}$/i.test(text) ? text : wrong('ENVIRONMENT', '1 to 40 letters, digits, - or _')
}

const days = (env: Environment, name: string, fallback: number): number => integer(env, name, fallback, 1, 36_500)

const readers: { readonly [Name in keyof Config]: (env: Environment) => Config[Name] } = {
  host: (env) => read(env, 'HOST') ?? '127.0.0.1',
  port: (env) => integer(env, 'PORT', 4000, 0, 65_535),
  dataDir: (env) => path.resolve(read(env, 'DATA_DIR') ?? './data'),
  environment,
  databaseUrl: (env) => postgresUrl(env, 'DATABASE_URL'),
  dmDatabaseUrl: (env) => postgresUrl(env, 'DM_DATABASE_URL'),
  clickHouseUrl,
  publicUrl,
  publicAccess: (env) => oneOf(env, 'PUBLIC_ACCESS', ['read', 'none'], 'read'),
  introspection: (env) =>
    oneOf(
      env,
      'INTROSPECTION',
      ['on', 'admin', 'off'],
      read(env, 'DATABASE_URL') || read(env, 'CLICKHOUSE_URL') ? 'admin' : 'on',
    ),
  allowedOrigins: origins,
  keys,
  kick,
  twitch,
  x,
  s3,
  demo: (env) => oneOf(env, 'DEMO', ['on', 'off'], read(env, 'KICK_CLIENT_ID') ? 'off' : 'on') === 'on',
  pollIntervalSeconds: (env) => integer(env, 'POLL_INTERVAL_SECONDS', 60, 1, 3_600),
  kickRequestsPerSecond: (env) => decimal(env, 'KICK_REQUESTS_PER_SECOND', 1, 0.01, 10_000),
  workers,
  retentionDays: (env) => ({
    statusEvents: days(env, 'STATUS_EVENT_RETENTION_DAYS', 90),
    chat: days(env, 'CHAT_RETENTION_DAYS', 30),
    probes: days(env, 'PROBE_RETENTION_DAYS', 365),
    webhooks: days(env, 'WEBHOOK_RETENTION_DAYS', 30),
  }),
  logLevel: (env) => oneOf(env, 'LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
}

const names = Object.keys(readers) as (keyof Config)[]

/** Reads and checks the environment; the first wrong value is a ConfigError whose message is the whole explanation. */
export const readConfig = (env: Environment): Config =>
  Object.fromEntries(names.map((name) => [name, readers[name](env)])) as Config

/** What is wrong with the environment, a sentence each; empty when `readConfig` accepts it. */
export const configProblems = (env: Environment): string[] =>
  names.flatMap((name) => {
    try {
      readers[name](env)
      return []
    } catch (error) {
      if (error instanceof ConfigError) return [error.message]
      throw error
    }
  })
