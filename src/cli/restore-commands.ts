import path from 'node:path'
import { z } from 'zod'
import { type Destination, openDestination, tellingWhy } from '../backup/destination.ts'
import { findManifest, totalsOf } from '../backup/manifest.ts'
import type { Manifest } from '../backup/manifest-shape.ts'
import { keysStates, tryKeys, verifyBackup } from '../backup/verify-backup.ts'
import { passphraseOption, placeArgument, readPassphrase } from '../commands/backup-command.ts'
import { text } from '../commands/values.ts'
import { counted } from '../commands/words.ts'
import { programCommand, withConfig } from './program-command.ts'
import { restoreInto } from './restore-context.ts'

const backupOption = { about: 'the name of the backup; left out, the newest', value: text('<id>') } as const

const id = z.string().describe('the name of the backup')
const at = z.iso.datetime().describe('the instant as of which everything is')
const totals = {
  postgresRows: z.int().describe('rows of Postgres in it'),
  clickHouseRows: z.int().describe('rows of ClickHouse in it'),
  objects: z.int().describe('archived objects in it'),
}

const lines = {
  verified: 'the backup is whole',
  clickhouse: 'ClickHouse is restored',
  objects: 'archived chat is restored',
  spool: 'what waited in the spool is restored',
  postgres: 'Postgres is restored',
}

const holding = (manifest: Manifest): string => {
  const { postgresRows, clickHouseRows, objects } = totalsOf(manifest)
  return `${postgresRows} rows of Postgres, ${clickHouseRows} of ClickHouse and ${counted(objects, 'object')}, as of ${manifest.at}`
}

const ofAlerts = ({ tables }: Manifest): string[] =>
  tables.some(({ schema, name, rows }) => schema === 'public' && name === 'alert_target' && Number(rows) > 0)
    ? [
        'All targets of alerts are paused, and what waited for them is given up: resume them when the system that was backed up tells nothing any more.',
      ]
    : []

/** Reads a whole backup back; whether it can be restored with its keys, as far as there are keys and a passphrase. */
const checkBackup = async (
  destination: Destination,
  manifest: Manifest,
  passphrase: string | undefined,
  signal: AbortSignal,
) => {
  const { keys, sentence } = await tryKeys(destination, manifest, passphrase)
  const problems = await verifyBackup(destination, manifest, signal)
  const whole =
    problems.length === 0
      ? [`${manifest.id} is whole: ${holding(manifest)}`, ...manifest.leftOut]
      : [`${manifest.id} is DAMAGED:`, ...problems.map((problem) => `  ${problem}`)]
  // That keys are damaged is one of the problems, as it shows without a passphrase as well.
  if (keys !== 'WRONG_PASSPHRASE') return { ok: problems.length === 0, keys, problems, text: whole }
  return { ok: false, keys, problems, text: [...whole, sentence!] }
}

/** Makes a system of a backup. */
export const restoreCommand = programCommand({
  name: 'restore',
  summary: 'restore a backup into an empty place',
  details: [
    'The place is that of the variables: an empty DATA_DIR, and empty databases where DATABASE_URL, DM_DATABASE_URL and CLICKHOUSE_URL name some.',
    'The passphrase and the place are looked at first. Then the whole backup is verified, and what is there afterwards is compared with its counts and hashes.',
    'Nobody can start on it before it is finished. If it is interrupted, give the same call again.',
    'With --check it needs no place and changes nothing: it fails when something of the backup is missing or damaged.',
  ],
  arguments: { place: placeArgument },
  options: {
    check: { about: 'only read the backup back and compare everything with its counts and hashes' },
    backup: backupOption,
    'passphrase-file': passphraseOption,
  },
  examples: [
    { call: 'restore /mnt/backups --check', about: 'whether the newest backup can be restored' },
    { call: 'restore /mnt/backups', about: 'the newest backup, into an empty DATA_DIR' },
    { call: 'restore s3://bucket/channelscope --backup 20261130T031500123Z-5f2a9c', about: 'an older one' },
  ],
  result: z.union([
    z
      .object({ step: z.enum(['verified', 'clickhouse', 'objects', 'spool', 'postgres']).describe('what was done') })
      .describe('while it works'),
    z
      .object({ id, at, ...totals, hasKeys: z.boolean().describe('whether the keys came along') })
      .describe('at the end'),
    z
      .object({
        id,
        at,
        ...totals,
        problems: z.array(z.string()).describe('what is missing or damaged, a clause each; empty when it is whole'),
        keys: z
          .enum(keysStates)
          .describe(
            'whether the keys open: `WRONG_PASSPHRASE` where they are whole and do not, `NOT_TRIED` without a passphrase, `NONE` where it has no keys',
          ),
      })
      .describe('of a check'),
  ]),
  async run({ place, check, backup, 'passphrase-file': file }, context) {
    const { config, log, signal } = withConfig(context)
    const { tell, say } = context
    const passphrase = file === undefined ? config.backupPassphrase : await readPassphrase(path.resolve(file))
    await using destination = openDestination(place, process.cwd(), config.s3)
    const manifest = await tellingWhy(destination, () => findManifest(destination, backup))
    const said = { id: manifest.id, at: manifest.at, ...totalsOf(manifest) }
    if (check) {
      const checked = await tellingWhy(destination, () => checkBackup(destination, manifest, passphrase, signal))
      tell({ ...said, problems: checked.problems, keys: checked.keys }, checked.text)
      return checked.ok
    }
    const onStep = (step: keyof typeof lines): void => tell({ step }, lines[step])
    const hasKeys = await tellingWhy(destination, () =>
      restoreInto({ config, log, destination, manifest, passphrase, signal, onStep }),
    )
    tell({ ...said, hasKeys }, [
      `${manifest.id} is restored into ${config.dataDir}: ${holding(manifest)}`,
      ...manifest.leftOut,
      ...ofAlerts(manifest),
      'Subscribers that come back are told of a gap. Start the program.',
    ])
    if (!hasKeys)
      say(
        manifest.keys === null
          ? 'The backup has no keys: set CONFIG_KEYS, or put config-keys into DATA_DIR, before the start.'
          : 'The keys were left in the backup, because no passphrase was given: set CONFIG_KEYS before the start.',
      )
    return true
  },
})
