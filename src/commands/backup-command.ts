import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { openDestination, tellingWhy } from '../backup/destination.ts'
import { noteBackup } from '../backup/last-backup.ts'
import { logBackup } from '../backup/log-backup.ts'
import { totalsOf } from '../backup/manifest.ts'
import { requireOutside } from '../backup/outside-data.ts'
import type { BackupStep } from '../backup/run-backup.ts'
import { ConfigError } from '../lib/errors.ts'
import { hasMoved, readSplitState, whyNotWritten } from '../splitting/split-state.ts'
import { storeCommand } from './store-command.ts'
import { matching, text } from './values.ts'
import { counted } from './words.ts'

/** The place of backups, for all commands that have one. */
export const placeArgument = {
  about: 'a folder, or s3://bucket/prefix at the endpoint of S3_URL',
  value: matching('<place>', /\S/, 'a folder or s3://bucket/prefix'),
  required: true,
} as const

/** The option that names the file with the passphrase. */
export const passphraseOption = {
  about: 'a file with the passphrase of the keys; left out, BACKUP_PASSPHRASE',
  value: text('<file>'),
} as const

/**
 * Reads a passphrase; a ConfigError where the file can not be read or says nothing. A server can not read the pipes of who asks it: under the same name
 * it has others.
 */
export const readPassphrase = async (file: string, { isByServer = false } = {}): Promise<string> => {
  const isOfProcess = /^\/(dev|proc)\//.test(file) || (existsSync(file) && !(await stat(file)).isFile())
  if (isByServer && isOfProcess)
    throw new ConfigError(`The passphrase must be in a file of its own, and ${file} is none: the server reads it.`)
  const said = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`The passphrase in ${file} can not be read (${error.code}).`)
  })
  if (said.trim().length < 12) throw new ConfigError(`The passphrase in ${file} must have 12 characters or more.`)
  return said.trim()
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

const stepLine = (step: BackupStep): string => {
  if (step.step === 'snapshot') return `as of now: shipping and projecting stood still for ${step.pausedMs} ms`
  if (step.step === 'table') return `${step.table.schema}.${step.table.name}: ${counted(step.table.rows, 'row')}`
  return { postgres: 'Postgres is saved', objects: 'archived chat is saved', clickhouse: 'ClickHouse is saved' }[
    step.step
  ]
}

/** Keeps everything of a running system as of one instant. */
export const backupCommand = storeCommand({
  name: 'backup',
  summary: 'make a backup of everything, as of one instant, while the system works',
  details: [
    'It has Postgres, ClickHouse, what waits in the spool, archived chat, and the keys, encrypted by a passphrase. docs/backup.md says more.',
    'Only what the backups before it do not have is written. A backup that was interrupted leaves the last good one as it is.',
    'Files are read and written where the stores are: by the server, if one runs.',
  ],
  base: 'folder',
  arguments: { place: placeArgument },
  options: {
    keep: {
      about: 'how many backups stay; older ones go with what nobody else uses',
      value: { ...matching('<count>', /^[1-9]\d{0,3}$/, 'a whole number from 1 to 9999') },
    },
    'passphrase-file': passphraseOption,
    folder: { about: 'where relative paths begin; the command line gives its own', value: text('<folder>') },
  },
  examples: [
    { call: 'backup /mnt/backups --keep 14', about: 'every night, by cron' },
    { call: 'backup s3://bucket/channelscope --passphrase-file /etc/channelscope/passphrase', about: 'with the keys' },
  ],
  result: z.union([
    z
      .object({
        step: z.enum(['snapshot', 'table', 'postgres', 'objects', 'clickhouse']).describe('what was done'),
        table: z.string().optional().describe('the table of Postgres that was saved'),
      })
      .describe('while it works'),
    z
      .object({
        id: z.string().describe('the name of the backup'),
        at: z.iso.datetime().describe('the instant as of which everything is'),
        pausedMs: z.int().describe('for how long rows moved between no stores, in milliseconds'),
        postgresRows: z.int().describe('rows of Postgres in it'),
        clickHouseRows: z.int().describe('rows of ClickHouse in it'),
        objects: z.int().describe('archived objects in it'),
        writtenBytes: z.int().describe('bytes that were written, without what was there before'),
        hasKeys: z.boolean().describe('whether it has the keys'),
        lastWithKeys: z
          .string()
          .nullable()
          .describe('the newest backup before it that has the keys, where it has none; else null'),
        removed: z.int().describe('older backups that were removed'),
        leftOut: z.array(z.string()).describe('what it could not have, a sentence each'),
      })
      .describe('at the end'),
  ]),
  async run({ place, keep, 'passphrase-file': file, folder = process.cwd() }, context) {
    const { services, signal, say, tell, record } = context
    const { backup, db, log } = services
    if (!backup) throw new ConfigError('No backup can be made here.')
    const state = await readSplitState(db)
    if (hasMoved(state)) throw new ConfigError(whyNotWritten(state)!)
    if (state.role !== 'none')
      throw new ConfigError(
        'dm is being moved: make the backup when the move has ended (split-dm cut-over or give-up).',
      )
    const passphrase =
      file === undefined ? backup.passphrase : await readPassphrase(path.resolve(folder, file), { isByServer: true })
    await using destination = openDestination(place, folder, backup.bucket())
    if (!place.startsWith('s3:'))
      await tellingWhy(destination, () => requireOutside(path.resolve(folder, place), backup.dataDir))
    await record()
    const options = {
      system: backup.system,
      destination,
      passphrase,
      keep: keep === undefined ? undefined : Number(keep),
      signal,
      onProgress: (step: BackupStep) =>
        tell(
          { step: step.step, ...(step.step === 'table' && { table: `${step.table.schema}.${step.table.name}` }) },
          stepLine(step),
        ),
    }
    const { manifest, pausedMs, bytes, lastWithKeys, removed, unreadable } = await tellingWhy(destination, () =>
      logBackup(options, log),
    )
    noteBackup(backup.dataDir, manifest)
    const totals = totalsOf(manifest)
    const hasKeys = manifest.keys !== null
    tell(
      {
        id: manifest.id,
        at: manifest.at,
        pausedMs,
        ...totals,
        writtenBytes: bytes,
        hasKeys,
        lastWithKeys,
        removed,
        leftOut: manifest.leftOut,
      },
      [
        `${manifest.id}: ${totals.postgresRows} rows of Postgres, ${totals.clickHouseRows} of ClickHouse and ${counted(totals.objects, 'object')} in ${destination.objects.place}, ${megabytes(bytes)} written`,
        ...manifest.leftOut,
        ...(removed > 0 ? [`${counted(removed, 'older backup')} removed`] : []),
      ],
    )
    if (unreadable.length > 0)
      say(
        `The manifest of ${unreadable.join(', ')} can not be read, so nothing old is removed: move that folder of backups/ away.`,
      )
    if (!hasKeys)
      say(
        `The keys are not in it${lastWithKeys === null ? '' : ` (the last backup that has them is ${lastWithKeys})`}, because whoever works at it has no passphrase: set BACKUP_PASSPHRASE for the running server, or give --passphrase-file. Else keep CONFIG_KEYS, or DATA_DIR/config-keys, elsewhere.`,
      )
    return true
  },
})
