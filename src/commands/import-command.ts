import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { checkInstants } from '../imports/check-instants.ts'
import { importFormats, importKinds, kinds } from '../imports/kinds.ts'
import { type Mapping, ownColumns, parseMapping } from '../imports/mapping.ts'
import { statFile, unreadable } from '../imports/regular-file.ts'
import { sentenceOf } from '../imports/report.ts'
import { type ImportProgress, runImport } from '../imports/run-import.ts'
import { ConfigError } from '../lib/errors.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { findChannel, handleArgument, platformOption } from './find-channel.ts'
import { storeCommand } from './store-command.ts'
import { oneOf, text } from './values.ts'
import { counted, duration } from './words.ts'

const progressLine = ({ phase, rows, total, rowsPerSecond, secondsLeft }: ImportProgress): string => {
  const done = total === null ? counted(rows, 'row') : `${rows} of ${counted(total, 'row')}`
  const left =
    secondsLeft === null ? '' : `, ${secondsLeft < 60 ? `${secondsLeft} s` : duration(secondsLeft * 1_000)} left`
  return `${phase}: ${done}, ${rowsPerSecond} rows/s${left}`
}

const mostBytes = 1_000_000

const readMapping = async (
  kind: (typeof importKinds)[number],
  file: string,
  clickHouse: ClickHouse,
): Promise<Mapping> => {
  const name = path.basename(file)
  if ((await statFile(file)).size > mostBytes) throw new ConfigError(`The mapping ${name} has more than 1 MB.`)
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error)
  })
  const mapping = parseMapping(kind, content, name)
  await checkInstants(clickHouse, mapping, name)
  return mapping
}

/** Brings in what other instances and other systems have kept. */
export const importCommand = storeCommand({
  name: 'import',
  summary: 'bring in samples of viewers, chat, sessions or follows from files',
  details: [
    'Files are CSV, NDJSON or Parquet, CSV and NDJSON also with gzip. They have the columns of our exports, or a mapping names theirs.',
    'What this program observed itself is never changed, and what is there already is not stored again.',
    'Whoever interrupts it gives the same call again: it goes on where it was.',
    'The files are read where the stores are: by the server, if one runs. It must be able to read them.',
    'Rows that are refused are named in a file below DATA_DIR/imports, each with its line and a sentence.',
  ],
  base: 'folder',
  arguments: {
    kind: { about: 'what the files hold', value: oneOf(importKinds), required: true },
    path: { about: 'a file, or a folder whose files are brought in together', value: text('<path>'), required: true },
  },
  options: {
    format: { about: 'what the files are, where their names do not say it', value: oneOf(importFormats) },
    mapping: { about: 'a JSON file that says which of their columns is which of ours', value: text('<file>') },
    channel: { about: 'the channel of all rows, which is known here', value: handleArgument.value },
    platform: platformOption,
    folder: { about: 'where relative paths begin; the command line gives its own', value: text('<folder>') },
    'dry-run': { about: 'read and judge everything, and store nothing' },
  },
  examples: [
    { call: 'import viewers xqc-viewers.parquet', about: 'an export of another instance' },
    {
      call: 'import viewers samples.csv.gz --mapping mapping.json --dry-run',
      about: 'what would become of a file of another system',
    },
    { call: 'import sessions old-exports/ --channel xqc', about: 'all files of a folder, of one channel' },
  ],
  result: z.union([
    z
      .object({
        phase: z.enum(['reading', 'storing']).describe('what it does'),
        rows: z.int().describe('rows that are done'),
        total: z.int().nullable().describe('rows that there are; null until that is known'),
        rowsPerSecond: z.int().describe('rows a second'),
        secondsLeft: z
          .int()
          .nullable()
          .describe('the time that the rest of this phase takes; null until that is known'),
      })
      .describe('every two seconds'),
    z
      .object({
        id: z.string().describe('the ULID of the import'),
        isDryRun: z.boolean().describe('whether nothing was stored'),
        isResumed: z.boolean().describe('whether it went on with one that was interrupted'),
        rows: z.int().describe('rows of the files'),
        stored: z.int().describe('rows that were stored, or would be'),
        present: z.int().describe('rows that were there already'),
        repeated: z.int().describe('rows that the files have twice'),
        refused: z.int().describe('rows that were refused'),
        reasons: z.record(z.string(), z.int()).describe('how many were refused for which reason'),
        refusedFile: z.string().nullable().describe('the file that names each of them; null where there is none'),
      })
      .describe('at the end'),
  ]),
  async run(
    { kind, path: given, folder = process.cwd(), format, mapping: file, channel, platform, ...flags },
    context,
  ) {
    const { services, signal, tell, record, say } = context
    const { env, db, clickHouse, settings, platforms, log } = services
    const mapping = file === undefined ? ownColumns : await readMapping(kind, path.resolve(folder, file), clickHouse)
    const of = channel && (await findChannel(db, channel, platform))
    const constants = {
      ...(platform !== undefined && { platform }),
      ...(of && { platform: of.platform, channel_user_id: of.platformUserId }),
      ...mapping.constants,
    }
    await record()
    const isDryRun = flags['dry-run']
    const { id, isResumed, report } = await runImport({
      kind,
      env,
      db,
      clickHouse,
      mapping: { ...mapping, constants },
      source: path.resolve(folder, given),
      format,
      isDryRun,
      platforms,
      log,
      signal,
      retentionDays: { probes: settings.get('retention.probes.days'), chat: settings.get('retention.chat.days') },
      folder: services.importFolder,
      onProgress: (progress) => tell(progress, progressLine(progress)),
    })
    if (isResumed) say('It went on where it had been interrupted.')
    const { rows, stored, present, repeated, refused, reasons, refusedFile } = report
    tell({ id, isDryRun, isResumed, ...report }, [
      `${counted(rows, kinds[kind].noun)}: ${stored} ${isDryRun ? 'would be stored' : 'stored'}, ${present} there already, ${repeated} twice in the files, ${refused} refused`,
      ...Object.entries(reasons).map(([reason, count]) => `  ${String(count).padStart(10)}  ${sentenceOf(reason)}`),
      ...(refusedFile === null ? [] : [`Each refused row is named in ${refusedFile}`]),
    ])
    return true
  },
})
