import { allOrNone, mustBe, variableGroup } from '../lib/environment.ts'
import { credential, httpUrl, textLike, urlLike, wholeNumber } from '../lib/environment-values.ts'
import { withoutLastSlashes } from '../lib/urls.ts'

const postgresUrl = urlLike(['postgres:', 'postgresql:'], 'postgresql://user:password@host:5432/database')

const bucketExample = 'https://s3.eu-central-1.amazonaws.com/bucket'

/** Addresses that answer for the machine or its cloud and are nobody's bucket. */
const metadataHost =
  /^(169\.254\.\d+\.\d+|\[fe[89ab][0-9a-f]:.*\]|\[fd00:ec2::254\]|\[::ffff:a9fe:.*\]|metadata(\.google\.internal)?|instance-data)\.?$/i

const bucketUrl = (value: string): string => {
  const bucket = withoutLastSlashes(value)
  const { username, password, search, hash, pathname, hostname } = new URL(bucket)
  if (metadataHost.test(hostname)) mustBe('S3_URL', 'the URL of a bucket, not a link-local or metadata address')
  // Parsing a URL removes its dots: they are looked for in what was written.
  const climbs = /\.\.|%2e/i.test(bucket)
  if (username || password || search || hash || climbs || !/^(\/[A-Za-z0-9._-]+)+$/.test(pathname))
    mustBe('S3_URL', `a URL like ${bucketExample}`)
  return bucket
}

const days = wholeNumber(1, 36_500)

/** It stands in statements, between quotes. */
const clusterName = textLike(/^[\w.-]{1,100}$/, 'the name of a cluster: letters, digits, underscores, dots and hyphens')

const clusterOf = ({
  CLICKHOUSE_URL,
  CLICKHOUSE_CLUSTER,
}: {
  CLICKHOUSE_URL?: string
  CLICKHOUSE_CLUSTER?: string
}) => {
  if (CLICKHOUSE_CLUSTER !== undefined && CLICKHOUSE_URL === undefined)
    mustBe('CLICKHOUSE_CLUSTER', 'left out without CLICKHOUSE_URL: the embedded engine is one node')
  return CLICKHOUSE_CLUSTER
}

const databaseVariables = variableGroup(
  {
    DATABASE_URL: {
      schema: postgresUrl,
      unset: 'embedded',
      secret: true,
      description: 'Postgres 15 or newer, or a pooler in session mode.',
    },
    DM_DATABASE_URL: {
      schema: postgresUrl,
      unset: '`DATABASE_URL`',
      secret: true,
      description: 'A database of its own for the schema `dm`.',
    },
    CLICKHOUSE_URL: {
      schema: httpUrl('https://user:password@host:8123/vf', ({ pathname }) => /^\/\w*$/.test(pathname)),
      unset: 'embedded',
      secret: true,
      description: 'ClickHouse 26.3 or newer.',
    },
    CLICKHOUSE_CLUSTER: {
      schema: clusterName,
      unset: 'one node',
      description: 'The cluster of `CLICKHOUSE_URL` over which the tables are spread, as `system.clusters` names it.',
    },
    REDIS_URL: {
      schema: urlLike(['redis:', 'rediss:'], 'rediss://user:password@host:6379', ({ pathname }) =>
        /^\/?\d{0,4}$/.test(pathname),
      ),
      unset: 'each node tells the chat that it received itself',
      secret: true,
      description: 'Redis 6 or newer, which carries live chat between nodes.',
    },
    PROBE_RETENTION_DAYS: {
      schema: days,
      default: '365',
      entry: { key: 'retention.probes.days', category: 'database' },
      description: 'How many days viewer samples are kept. Whole months are deleted at a time.',
    },
    CHAT_RETENTION_DAYS: {
      schema: days,
      default: '30',
      entry: { key: 'retention.chat.days', category: 'database' },
      description: 'How many days chat messages are kept in ClickHouse.',
    },
    WEBHOOK_RETENTION_DAYS: {
      schema: days,
      default: '30',
      entry: { key: 'retention.webhooks.days', category: 'database' },
      description: 'How many days deliveries are kept. Their ids are kept a week longer.',
    },
    STATUS_EVENT_RETENTION_DAYS: {
      schema: days,
      default: '90',
      entry: { key: 'retention.status.events.days', category: 'database' },
      description: 'How many days status events are kept. Whole months are deleted at a time.',
    },
  },
  (values) => ({
    /** Connection strings; undefined means embedded. */
    databaseUrl: values.DATABASE_URL,
    dmDatabaseUrl: values.DM_DATABASE_URL,
    clickHouseUrl: values.CLICKHOUSE_URL,
    /** The cluster of the server; undefined means one node. */
    clickHouseCluster: clusterOf(values),
    /** Carries live chat between nodes; undefined means that each node tells only what it received itself. */
    redisUrl: values.REDIS_URL,
    retentionDays: {
      statusEvents: values.STATUS_EVENT_RETENTION_DAYS,
      chat: values.CHAT_RETENTION_DAYS,
      probes: values.PROBE_RETENTION_DAYS,
      webhooks: values.WEBHOOK_RETENTION_DAYS,
    },
  }),
)

/** Where objects are stored. */
export const objectVariables = variableGroup(
  {
    S3_URL: {
      schema: httpUrl(bucketExample),
      unset: 'files below `DATA_DIR/objects`',
      entry: { key: 's3.url', category: 'system' },
      description: 'The bucket for chat archives: an endpoint with the bucket as its path.',
    },
    S3_ACCESS_KEY_ID: {
      schema: credential,
      unset: 'none',
      entry: { key: 's3.access.key.id', category: 'auth' },
      description: 'The access key id for the bucket.',
    },
    S3_SECRET_ACCESS_KEY: {
      schema: credential,
      unset: 'none',
      secret: true,
      entry: { key: 's3.secret.access.key', category: 'auth' },
      description: 'The secret access key for the bucket.',
    },
  },
  ({ S3_URL, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY }) => {
    allOrNone({ S3_URL, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY })
    const keys = { accessKeyId: S3_ACCESS_KEY_ID!, secretAccessKey: S3_SECRET_ACCESS_KEY! }
    /** Where chat archives are kept; undefined means files. */
    return { s3: S3_URL ? { url: bucketUrl(S3_URL), ...keys } : undefined }
  },
)

const backupVariables = variableGroup(
  {
    BACKUP_PASSPHRASE: {
      schema: textLike(/^[^\n]{12,1000}$/, 'a text of 12 to 1,000 characters'),
      unset: 'backups leave the keys out',
      secret: true,
      description: 'Encrypts the keys in a backup, and opens them at a restore.',
    },
  },
  ({ BACKUP_PASSPHRASE }) => ({
    /** Opens the keys of a backup; undefined leaves them out. */
    backupPassphrase: BACKUP_PASSPHRASE,
  }),
)

/** Where rows and objects are stored, for how long, and how their backups are protected. */
export const storeVariables = [databaseVariables, objectVariables, backupVariables] as const
