import fs from 'node:fs'
import path from 'node:path'
import { answerBackups } from '../backup/answer-backups.ts'
import { lastBackupAt } from '../backup/last-backup.ts'
import type { System } from '../backup/run-backup.ts'
import type { BackupServices } from '../commands/store-command.ts'
import type { Config } from '../config/config.ts'
import type { KeyRing } from '../config/key-ring.ts'
import { keyListText } from '../config/key-ring.ts'
import { objectVariables } from '../config/store-variables.ts'
import { knownNodes } from '../ingest/node-backlogs.ts'
import type { Shipper } from '../ingest/shipper.ts'
import type { Spool } from '../ingest/spool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Gate } from '../lib/gate.ts'
import type { Log } from '../lib/log.ts'
import { gauge, type MetricSource } from '../lib/metric.ts'
import { liveGroup } from '../settings/live-group.ts'
import type { Settings } from '../settings/settings.ts'
import type { SettingObjects } from '../stores/objects/open-objects.ts'
import type { Stores } from './open-stores.ts'
import { nodeOf } from './start-completeness.ts'

export type BackupPartsOptions = {
  config: Config
  settings: Settings
  ring: KeyRing
  stores: Pick<Stores, 'databases' | 'clickHouse' | 'migrations' | 'historyTables'>
  spool: Spool
  shipper: Shipper
  gate: Gate
  objects: SettingObjects
  clock: Clock
}

type BackupAnswersOptions = Pick<BackupPartsOptions, 'config' | 'spool' | 'shipper' | 'gate'> & {
  stores: Pick<Stores, 'databases'>
  log: Log
}

/** A folder of this process for files of backups that are under way. */
const scratchOf = ({ dataDir }: Pick<Config, 'dataDir'>): string => path.join(dataDir, 'backup')

/** Nodes say every two seconds what they hold: one that is silent for longer does not run. */
const aliveMs = 10_000

const readKept = (file: string): string | null => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null)

/** What a backup needs of the running system. */
export const backupParts = (options: BackupPartsOptions): BackupServices => {
  const { config, settings, ring, stores, spool, shipper, gate, objects, clock } = options
  const { dm, public: publicDb } = stores.databases
  const bucket = liveGroup(objectVariables, settings, config.given)
  const others = async (): Promise<{ alive: string[]; silent: string[] }> => {
    const known = (await knownNodes(dm, config.tier)).filter(({ node }) => node !== nodeOf(config))
    const isAlive = ({ seenAt }: { seenAt: Date }): boolean => clock() - seenAt.getTime() < aliveMs
    return {
      alive: known.filter(isAlive).map(({ node }) => node),
      silent: known.filter((one) => !isAlive(one) && one.waitingSince !== null).map(({ node }) => node),
    }
  }
  const system: System = {
    tier: config.tier,
    environment: config.environment.name,
    node: nodeOf(config),
    dm,
    get databases() {
      return dm === publicDb || dm.url === publicDb.url
        ? [{ url: publicDb.url, sides: ['dm', 'public'] as const }]
        : [
            { url: dm.url, sides: ['dm'] as const },
            { url: publicDb.url, sides: ['public'] as const },
          ]
    },
    clickHouse: stores.clickHouse,
    historyTables: stores.historyTables,
    spool,
    shipper,
    gate,
    get objects() {
      return objects.opening()
    },
    get keys() {
      return { callers: readKept(path.join(config.dataDir, 'keys.json')), config: keyListText(ring) }
    },
    migrations: {
      postgres: [...new Set([...stores.migrations.dm, ...stores.migrations.public])],
      clickHouse: [...stores.migrations.clickHouse],
    },
    otherNodes: others,
    scratch: scratchOf(config),
  }
  return {
    system,
    dataDir: config.dataDir,
    passphrase: config.backupPassphrase,
    bucket: () => {
      const reading = bucket.now()
      return 'problems' in reading ? undefined : reading.value.s3
    },
  }
}

/** Takes part in the backups of other nodes; null where the database is of this process alone. */
export const startBackupAnswers = ({ config, stores, spool, shipper, gate, log }: BackupAnswersOptions) =>
  config.databaseUrl === undefined && config.dmDatabaseUrl === undefined
    ? null
    : answerBackups({
        db: stores.databases.dm,
        tier: config.tier,
        node: nodeOf(config),
        spool,
        shipper,
        gate,
        scratch: scratchOf(config),
        log,
      })

/** How old the last good backup is. */
export const backupMetrics = ({ dataDir }: Pick<Config, 'dataDir'>, clock: Clock): MetricSource[] => [
  gauge('backup_age_seconds', 'Time since the instant of the last good backup of this data directory.', () => {
    const at = lastBackupAt(dataDir)
    return at === null ? null : Math.max(0, (clock() - at) / 1_000)
  }),
]
