import { isIP } from 'node:net'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'
import { withoutLastSlashes } from '../lib/urls.ts'
import { type KeyRing, keyListForm, parseKeyRing } from './key-ring.ts'

/** Requests a minute: of one address without a key, and of one key from wherever it is used. */
export type Rates = { perAddress: number; perKey: number }

/** What anybody may do unless the operator says otherwise. */
export const defaultRates: Rates = { perAddress: 6_000, perKey: 60_000 }

/** Whether documents must be in the manifest: they need not, those that are have fewer limits, no others are executed. */
export type TrustMode = 'off' | 'prefer' | 'only'

type WorkerName = 'poller' | 'jobs'
type Introspection = 'on' | 'admin' | 'off'

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
  /** Carries live chat between nodes; undefined means that each node tells only what it received itself. */
  redisUrl: string | undefined
  /** Where platforms and browsers reach this server, without a slash at the end; undefined means only on this machine. */
  publicUrl: string | undefined
  publicAccess: 'read' | 'none'
  introspection: Introspection
  allowedOrigins: readonly string[]
  trustedOperations: TrustMode
  /** Addresses and networks of the proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[]
  /** Requests a minute. */
  rates: Rates
  /** Bootstrap keys; undefined means generated and kept in the data directory. */
  keys: { admin: string | undefined; operator: string | undefined }
  /** How JWTs are signed that are accepted; undefined means that none is. */
  tokens: (({ jwksUrl: string } | { secret: string }) & { issuer?: string; audience?: string }) | undefined
  /** What secrets are encrypted with; undefined means generated and kept in the data directory. */
  configKeys: KeyRing | undefined
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
  /** Where traces go; undefined means nowhere. */
  tracing: { endpoint: string; serviceName: string } | undefined
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
  return username || search || hash ? wrong('PUBLIC_URL', `a URL like ${example}`) : withoutLastSlashes(text)
}

const httpBase = (env: Environment, name: string, fallback: string): string =>
  withoutLastSlashes(url(env, name, ['http:', 'https:'], 'https://api.example.com') ?? fallback)

/** The entries between commas. */
const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)

const workerNames: readonly WorkerName[] = ['poller', 'jobs']

const workers = (env: Environment): ReadonlySet<WorkerName> => {
  const names = listOf(env.WORKERS ?? 'poller,jobs')
  const known = names.filter((name): name is WorkerName => workerNames.includes(name as WorkerName))
  return known.length === names.length
    ? new Set(known)
    : wrong('WORKERS', 'a comma-separated list of poller and jobs, or empty')
}

const origins = (env: Environment): string[] =>
  listOf(read(env, 'ALLOWED_ORIGINS') ?? '').map((text) => {
    const parsed = parseUrl(text)
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.origin !== text.replace(/\/$/, '').toLowerCase()) {
      wrong('ALLOWED_ORIGINS', 'a comma-separated list of origins like https://app.example.com')
    }
    return parsed!.origin
  })

const proxies = (env: Environment): string[] =>
  listOf(read(env, 'TRUSTED_PROXIES') ?? '').map((text) => {
    const [, address = '', bits] = /^([\d.]+|[\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
    const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
    return Number(bits ?? 0) <= longest
      ? text
      : wrong('TRUSTED_PROXIES', 'a comma-separated list of addresses or networks like 10.0.0.0/8')
  })

const rate = (env: Environment, name: string, fallback: number): number =>
  integer(env, name, fallback, 1_000, 100_000_000)

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

const configKeys = (env: Environment): KeyRing | undefined => {
  const text = read(env, 'CONFIG_KEYS')
  return text === undefined ? undefined : (parseKeyRing(text) ?? wrong('CONFIG_KEYS', keyListForm))
}

const isLoopback = (hostname: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)

const tokens = (env: Environment): Config['tokens'] => {
  const jwksUrl = url(env, 'JWT_JWKS_URL', ['http:', 'https:'], 'https://login.example.com/.well-known/jwks.json')
  const secret = read(env, 'JWT_SECRET')
  const [issuer, audience] = [read(env, 'JWT_ISSUER'), read(env, 'JWT_AUDIENCE')]
  const further = { ...(issuer && { issuer }), ...(audience && { audience }) }
  if (jwksUrl !== undefined) {
    const { protocol, hostname, username, password } = new URL(jwksUrl)
    if (protocol !== 'https:' && !isLoopback(hostname)) wrong('JWT_JWKS_URL', 'https, except on this machine')
    if (username || password) wrong('JWT_JWKS_URL', 'a URL without a login')
    return secret === undefined ? { jwksUrl, ...further } : wrong('JWT_SECRET', 'unset where JWT_JWKS_URL is set')
  }
  if (secret !== undefined)
    return Buffer.byteLength(secret) >= 32 ? { secret, ...further } : wrong('JWT_SECRET', 'at least 32 bytes long')
  if (issuer || audience) wrong(issuer ? 'JWT_ISSUER' : 'JWT_AUDIENCE', 'set together with JWT_JWKS_URL or JWT_SECRET')
  return undefined
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
  const bucket = withoutLastSlashes(url(env, 'S3_URL', ['http:', 'https:'], example)!)
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

const redisUrl = (env: Environment): string | undefined => {
  const example = 'rediss://user:password@host:6379'
  const text = url(env, 'REDIS_URL', ['redis:', 'rediss:'], example)
  return text && !/^\/?\d{0,4}$/.test(new URL(text).pathname) ? wrong('REDIS_URL', `a URL like ${example}`) : text
}

const environment = (env: Environment): string => {
  const text = read(env, 'ENVIRONMENT') ?? 'dev'
  return /^[a-z0-9_-]{1,40}$/i.test(text) ? text : wrong('ENVIRONMENT', '1 to 40 letters, digits, - or _')
}

const days = (env: Environment, name: string, fallback: number): number => integer(env, name, fallback, 1, 36_500)

const tracing = (env: Environment): Config['tracing'] => {
  const endpoint = url(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://localhost:4318')
  return endpoint === undefined
    ? undefined
    : { endpoint, serviceName: read(env, 'OTEL_SERVICE_NAME') ?? 'channelscope' }
}

/** What is relative is below the folder that the program is started in. */
const dataDir = (env: Environment): string => {
  const text = read(env, 'DATA_DIR') ?? './data'
  try {
    return path.resolve(text)
  } catch {
    return wrong('DATA_DIR', 'an absolute path where the folder that the program is started in is gone')
  }
}

const readers: { readonly [Name in keyof Config]: (env: Environment) => Config[Name] } = {
  host: (env) => read(env, 'HOST') ?? '127.0.0.1',
  port: (env) => integer(env, 'PORT', 4000, 0, 65_535),
  dataDir,
  environment,
  databaseUrl: (env) => postgresUrl(env, 'DATABASE_URL'),
  dmDatabaseUrl: (env) => postgresUrl(env, 'DM_DATABASE_URL'),
  clickHouseUrl,
  redisUrl,
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
  trustedOperations: (env) => oneOf(env, 'TRUSTED_OPERATIONS', ['off', 'prefer', 'only'], 'off'),
  trustedProxies: proxies,
  rates: (env) => ({
    perAddress: rate(env, 'RATE_LIMIT_PER_ADDRESS', defaultRates.perAddress),
    perKey: rate(env, 'RATE_LIMIT_PER_KEY', defaultRates.perKey),
  }),
  keys,
  configKeys,
  tokens,
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
  tracing,
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
