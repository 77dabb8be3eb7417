import { quote } from '../stores/clickhouse/parameters.ts'
import { channelFields, type FieldType, type ImportKind, kinds } from './kinds.ts'
import type { InstantForm, Mapping } from './mapping.ts'

/** The tables of one import, beside the database of the telemetry. They are dropped when it has ended. */
export type Staging = {
  database: string
  raw: string
  rows: string
  channels: string
  verdicts: string
  places: string
}

export const stagingOf = (database: string, id: string): Staging => {
  const own = `${database}_import`
  const name = (part: string) => `${own}.${part}_${id.toLowerCase()}`
  return {
    database: own,
    raw: name('raw'),
    rows: name('rows'),
    channels: name('channels'),
    verdicts: name('verdicts'),
    places: name('places'),
  }
}

export type StagingLimits = {
  /** Rows before this instant would be forgotten at once. */
  oldest: Date
  /** Rows from this instant on lie in the future. */
  newest: Date
}

const name = (column: string): string => `\`${column.replace(/[\\`]/g, '\\$&')}\``

const types: Record<FieldType, string> = {
  text: 'Nullable(String)',
  instant: `Nullable(DateTime64(3, 'UTC'))`,
  boolean: 'Nullable(Bool)',
  count: 'Nullable(UInt32)',
  number: 'Nullable(Float64)',
}

const isoPattern = String.raw`^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?)?(Z|[+-]\\d{2}:?\\d{2})?$`

/** How our own exports write an instant, with every digit a 0: comparing costs a fraction of the pattern, which is asked only for other forms. */
const ownForm = '0000-00-00T00:00:00.000Z'

const instantOf = (text: string, form: InstantForm): string => {
  if (form === 'iso')
    return `if(translate(assumeNotNull(${text}), '123456789', '000000000') = '${ownForm}' OR match(${text}, '${isoPattern}'),
      parseDateTime64BestEffortOrNull(${text}, 3, 'UTC'), NULL)`
  if (form === 'seconds') return `fromUnixTimestamp64Milli(toInt64(toDecimal64OrNull(${text}, 3) * 1000), 'UTC')`
  if (form === 'milliseconds') return `fromUnixTimestamp64Milli(toInt64OrNull(${text}), 'UTC')`
  return `toDateTime64(parseDateTimeInJodaSyntaxOrNull(${text}, ${quote(form.pattern)}, ${quote(form.zone)}), 3, 'UTC')`
}

const parsed = (type: FieldType, text: string, form: InstantForm): string => {
  switch (type) {
    case 'text':
      return text
    case 'instant':
      return instantOf(text, form)
    case 'boolean':
      return `multiIf(lower(${text}) IN ('true', '1', 't', 'yes'), true, lower(${text}) IN ('false', '0', 'f', 'no'), false, NULL)`
    case 'count':
      return `toUInt32OrNull(${text})`
    case 'number':
      return `if(isFinite(toFloat64OrNull(${text})), toFloat64OrNull(${text}), NULL)`
  }
}

/** In which of the pieces that are stored together a row is: a month of samples, a day of chat. */
const buckets: Record<ImportKind, string> = {
  viewers: 'toYYYYMM(at)',
  chat: 'toYYYYMMDD(at)',
  sessions: '1',
  follows: '1',
}

const milliseconds = (instant: Date): string => `fromUnixTimestamp64Milli(${instant.getTime()}, 'UTC')`

/**
 * The statements that make the tables. Rows are inserted into the first as text, under the names of the file; a view reads them, checks them
 * and writes them to the second, each with the number of its part, which is the comment of the insert, and its place in it.
 */
export const createStaging = (
  kind: ImportKind,
  staging: Staging,
  mapping: Mapping,
  sources: ReadonlyMap<string, string>,
  { oldest, newest }: StagingLimits,
): string[] => {
  const { fields, at } = kinds[kind]
  const texts = Object.keys(fields).map((field) => {
    const source = sources.get(field)
    const constant = mapping.constants[field]
    const given = source === undefined ? (constant === undefined ? 'NULL' : quote(constant)) : name(source)
    const text = fields[field]!.type === 'text' ? given : `nullIf(trimBoth(${given}), '')`
    return `CAST(${text}, 'Nullable(String)') AS text_${field}`
  })
  const values = Object.entries(fields).map(
    ([field, { type }]) =>
      `CAST(${parsed(type, `text_${field}`, mapping.instants[field] ?? 'iso')}, ${quote(types[type])}) AS value_${field}`,
  )
  const problems = Object.entries(fields).flatMap(([field, { type, required }]) => [
    ...(required ? [`text_${field} IS NULL, '${field === 'ended_at' ? 'open' : `missing:${field}`}'`] : []),
    ...(type === 'text' ? [] : [`text_${field} IS NOT NULL AND value_${field} IS NULL, '${type}:${field}'`]),
    ...(type === 'instant'
      ? [
          `value_${field} < fromUnixTimestamp64Milli(0, 'UTC') OR value_${field} >= toDateTime64('2106-01-01', 3, 'UTC'), 'instant:${field}'`,
        ]
      : []),
  ])
  const shown = Object.keys(fields).map((field) => `endsWith(problem, ':${field}'), ifNull(text_${field}, '')`)
  const platform = `lower(ifNull(text_platform, 'kick'))`
  const seconds =
    kind === 'viewers' || kind === 'chat'
      ? `toDateTime64(toUnixTimestamp(assumeNotNull(value_${at})), 3, 'UTC')`
      : `assumeNotNull(value_${at})`
  const columns = Object.keys(fields).filter((field) => !(channelFields as readonly string[]).includes(field))
  const order = kind === 'chat' ? 'bucket, at' : 'bucket, ref, at'
  const settings = 'SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1'
  const rawColumns = [...new Set(sources.values())].map((source) => `${name(source)} Nullable(String)`)
  return [
    `CREATE DATABASE IF NOT EXISTS ${staging.database}`,
    `CREATE TABLE IF NOT EXISTS ${staging.rows} (part UInt32, row UInt32, problem LowCardinality(String), shown String, bucket UInt32,
      ref LowCardinality(String), slug LowCardinality(String), at DateTime64(3, 'UTC'), ${columns.map((field) => `${field} ${types[fields[field]!.type]}`).join(', ')})
      ENGINE = MergeTree ORDER BY (${order}) ${settings}`,
    `CREATE TABLE IF NOT EXISTS ${staging.verdicts} (batch UInt32, part UInt32, row UInt32, reason LowCardinality(String))
      ENGINE = MergeTree ORDER BY (batch, part, row) ${settings}`,
    `CREATE TABLE IF NOT EXISTS ${staging.places} (part UInt32, row UInt32, file UInt32, line UInt64, reason LowCardinality(String))
      ENGINE = MergeTree ORDER BY (part, row) ${settings}`,
    `CREATE TABLE IF NOT EXISTS ${staging.raw} (${rawColumns.join(', ')}) ENGINE = Null`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${staging.raw}_read TO ${staging.rows} AS
      SELECT part, row, problem, if(problem = '', '', substringUTF8(multiIf(${shown.join(', ')}, ''), 1, 60)) AS shown,
        if(problem = '', toUInt32(${buckets[kind]}), 0) AS bucket,
        multiIf(ifNull(text_channel_user_id, '') != '', concat(${platform}, '/', text_channel_user_id),
          concat(${platform}, '@', lower(ifNull(text_channel_slug, '')))) AS ref,
        ifNull(text_channel_slug, '') AS slug, if(problem = '', ${seconds}, toDateTime64(0, 3, 'UTC')) AS at,
        ${columns.map((field) => `value_${field} AS ${field}`).join(', ')}
      FROM (
        SELECT *, multiIf(ifNull(text_channel_user_id, '') = '' AND ifNull(text_channel_slug, '') = '', 'channel', ${problems.join(', ')},
          value_${at} < ${milliseconds(oldest)}, 'too-old', value_${at} >= ${milliseconds(newest)}, 'future', '') AS problem
        FROM (SELECT *, ${values.join(', ')} FROM (
          SELECT toUInt32OrZero(getSetting('log_comment')) AS part, toUInt32(rowNumberInAllBlocks()) AS row, ${texts.join(', ')} FROM ${staging.raw})))`,
  ]
}

/** What removes the tables again. */
export const dropStaging = ({ raw, rows, channels, verdicts, places }: Staging): string[] =>
  [`${raw}_read`, raw, rows, channels, verdicts, places].map((table) => `DROP TABLE IF EXISTS ${table} SYNC`)
