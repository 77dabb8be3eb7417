import { variableGroup } from '../lib/environment.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { httpUrl, listOf, oneOf, parseUrl, text, textLike, wholeNumber } from '../lib/environment-values.ts'
import { readNetwork } from '../lib/networks.ts'
import { withoutLastSlashes } from '../lib/urls.ts'
import { dataFolderOf } from './data-folder.ts'

const workerNames = ['poller', 'jobs', 'environment-jobs', 'alerts'] as const
type WorkerName = (typeof workerNames)[number]

const readWorker = (name: string): WorkerName | undefined => workerNames.find((known) => known === name)

const readOrigin = (value: string): string | undefined => {
  const url = parseUrl(value)
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.origin === value.replace(/\/$/, '').toLowerCase()
  return isOrigin ? url.origin : undefined
}

const nameOfSharer = textLike(/^[a-z0-9_-]{1,40}$/i, '1 to 40 letters, digits, - or _')

/** How a process is reached, where its files are, what it does and what it tells of itself. */
export const serverVariables = variableGroup(
  {
    HOST: { schema: text, default: '127.0.0.1', description: 'The address or name that the server listens on.' },
    PORT: {
      schema: wholeNumber(0, 65_535),
      default: '4000',
      description: 'The port that the server listens on; 0 takes any that is free.',
    },
    DATA_DIR: {
      schema: text,
      unset: "`./data`, or the account's for a package",
      description: 'The folder of the embedded databases, the spool, the generated keys and the stored objects.',
    },
    XDG_DATA_HOME: {
      schema: text,
      unset: '`~/.local/share`',
      description: 'Where the account keeps data of programs, on Linux: an absolute path. Others are not looked at.',
    },
    ENVIRONMENT: {
      schema: nameOfSharer,
      default: 'dev',
      description: 'The name of this environment: its streamers, claims, settings and keys.',
    },
    TIER: {
      schema: nameOfSharer,
      unset: '`ENVIRONMENT`',
      description: 'The name of the tier that is watched and read: every row of ClickHouse carries it.',
    },
    PUBLIC_URL: {
      schema: httpUrl('https://channels.example.com', ({ username, search, hash }) => !(username || search || hash)),
      unset: 'reached on this machine only',
      description: 'The URL by which platforms and browsers reach this server.',
    },
    ALLOWED_ORIGINS: {
      schema: listOf(readOrigin, 'a comma-separated list of origins like https://app.example.com'),
      unset: 'none',
      description: 'The origins of the web pages that may call the API from a browser.',
    },
    TRUSTED_PROXIES: {
      schema: listOf(readNetwork, 'a comma-separated list of addresses or networks like 10.0.0.0/8'),
      unset: 'none',
      description: 'The proxies whose X-Forwarded-For is believed.',
    },
    WORKERS: {
      schema: listOf(readWorker, 'a comma-separated list of poller, jobs, environment-jobs and alerts, or empty'),
      default: 'poller,jobs',
      mayBeEmpty: true,
      description:
        'The work that this process does besides answering: for the tier and this environment, or for this environment alone. Both kinds of jobs tell alerts as well.',
    },
    LOG_LEVEL: {
      schema: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
      default: 'info',
      description: 'The least important lines that are logged.',
    },
    OTEL_EXPORTER_OTLP_ENDPOINT: {
      schema: httpUrl('http://localhost:4318'),
      unset: 'no traces',
      description: 'The collector that traces are sent to.',
    },
    OTEL_SERVICE_NAME: { schema: text, default: 'channelscope', description: 'The name of this service in traces.' },
  },
  (values) => ({
    host: values.HOST,
    port: values.PORT,
    dataDir: dataFolderOf({ given: values.DATA_DIR, xdgDataHome: values.XDG_DATA_HOME }),
    /** The owner of what is in `public`. */
    environment: { name: values.ENVIRONMENT } as EnvironmentName,
    /** The `env` of every row of ClickHouse, and of what `dm` keeps beside them. */
    tier: values.TIER ?? values.ENVIRONMENT,
    /** Without a slash at the end; undefined means that only this machine reaches it. */
    publicUrl: values.PUBLIC_URL && withoutLastSlashes(values.PUBLIC_URL),
    allowedOrigins: (values.ALLOWED_ORIGINS ?? []) as readonly string[],
    /** Addresses and networks of the proxies whose X-Forwarded-For is believed. */
    trustedProxies: (values.TRUSTED_PROXIES ?? []) as readonly string[],
    workers: new Set(values.WORKERS) as ReadonlySet<WorkerName>,
    logLevel: values.LOG_LEVEL as string,
    /** Where traces go; undefined means nowhere. */
    tracing: values.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: values.OTEL_SERVICE_NAME }
      : undefined,
  }),
)
