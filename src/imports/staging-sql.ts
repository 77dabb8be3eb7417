import { earliestMs } from '../platforms/instant-bounds.ts'
import { quote } from '../stores/clickhouse/parameters.ts'
import { channelFields, type FieldType, type ImportKind, kinds, largestOf } from './kinds.ts'
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
  account: 'Nullable(String)',
  instant: `Nullable(DateTime64(3, 'UTC'))`,
  boolean: 'Nullable(Bool)',
  count: 'Nullable(UInt32)',
  number: 'Nullable(Float64)',
}

// The engine counts an hour 25, a second 60 or a month 0 on to an instant that the text does not say, and refuses days that a month has not got.
const isoPattern = String.raw`^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])([T ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d+)?)?)?(Z|[+-](0\\d|1[0-4]):?[0-5]\\d)?$`

/** How our own exports write an instant, with every digit a 0: comparing costs a fraction of the pattern, which is asked only for other forms. */
const ownForm = '0000-00-00T00:00:00.000Z'

/** Seconds that no instant is beyond, which is judged later: more digits would overflow what they are multiplied in. */
const bounded = (seconds: string): string =>
  `greatest(least(${seconds}, toDecimal64(5000000000, 3)), toDecimal64(-1, 3))`

/** Reads a text with a pattern; the text '' tells whether the engine takes the pattern and the zone. */
export const parsedBy = (text: string, pattern: string, zone: string): string =>
  `parseDateTimeInJodaSyntaxOrNull(${text}, ${quote(pattern)}, ${quote(zone)})`

/** The letters of a pattern that stand for parts of an instant. */
export const unquoted = (pattern: string): string => pattern.replace(/'[^']*'/g, '')

/** A pattern with a zone of its own says the instant, and one without says what a clock of the zone shows. */
const hasZone = (pattern: string): boolean => /z/i.test(unquoted(pattern))

const instantOf = (text: string, form: InstantForm): string => {
  if (form === 'iso') {
    const value = `parseDateTime64BestEffortOrNull(${text}, 3, 'UTC')`
    return `if(translate(assumeNotNull(${text}), '123456789', '000000000') = '${ownForm}',
      if(concat(substring(assumeNotNull(${text}), 1, 10), ' ', substring(assumeNotNull(${text}), 12, 12)) = toString(${value}), ${value}, NULL),
      if(match(${text}, '${isoPattern}'), ${value}, NULL))`
  }
  if (form === 'seconds') {
    const value = `toDecimal64OrNull(${text}, 3)`
    return `if(${value} IS NULL, NULL, fromUnixTimestamp64Milli(toInt64(${bounded(`assumeNotNull(${value})`)} * 1000), 'UTC'))`
  }
  if (form === 'milliseconds') return `fromUnixTimestamp64Milli(toInt64OrNull(${text}), 'UTC')`
  const { pattern, zone } = form
  const value = `toDateTime64(${parsedBy(text, pattern, zone)}, 3, 'UTC')`
  if (hasZone(pattern)) return value
  // An hour that clocks leave out in spring is shown by none.
  return `if(toString(${parsedBy(text, pattern, zone)}) = toString(${parsedBy(text, pattern, 'UTC')}), ${value}, NULL)`
}

const parsed = (type: FieldType, text: string, form: InstantForm): string => {
  switch (type) {
    case 'text':
      return text
    case 'account':
      return `if(match(${text}, '^[!-~]{1,64}$'), ${text}, NULL)`
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

/** A sample near an end of a session may stand for time outside of it: for two and a half intervals, of which none is longer than five hours. */
const longestSampleHours = 12.5

/** What no row can say, by the reason that it is refused for. */
const impossible: Record<ImportKind, Record<string, string>> = {
  viewers: {
    'before-2000:elapsed_seconds': `toInt64(toUnixTimestamp(value_observed_at)) - value_elapsed_seconds < ${earliestMs / 1_000}`,
  },
  chat: {},
  sessions: {
    'ends-before': 'value_ended_at < value_started_at',
    'outside:peak_at': 'value_peak_at < value_started_at OR value_peak_at > value_ended_at',
    'above-peak:average_viewers': 'value_average_viewers > value_peak_viewers',
    'above-peak:hours_watched': `value_hours_watched > ifNull(value_peak_viewers, ${largestOf('peak_viewers')})
      * ((toUnixTimestamp64Milli(value_ended_at) - toUnixTimestamp64Milli(value_started_at)) / 3600000 + ${longestSampleHours})`,
  },
  follows: {},
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
    const { type } = fields[field]!
    const text = type === 'text' ? given : `nullIf(${type === 'account' ? given : `trimBoth(${given})`}, '')`
    return `CAST(${text}, 'Nullable(String)') AS text_${field}`
  })
  const values = Object.entries(fields).map(
    ([field, { type }]) =>
      `CAST(${parsed(type, `text_${field}`, mapping.instants[field] ?? 'iso')}, ${quote(types[type])}) AS value_${field}`,
  )
  const isOfPostgres = (field: string) => kind === 'sessions' || kind === 'follows' || field === 'channel_slug'
  const problems = Object.entries(fields).flatMap(([field, { type, required, max }]) => [
    ...(required ? [`text_${field} IS NULL, '${field === 'ended_at' ? 'open' : `missing:${field}`}'`] : []),
    ...(type === 'text' ? [] : [`text_${field} IS NOT NULL AND value_${field} IS NULL, '${type}:${field}'`]),
    ...(type === 'text' && isOfPostgres(field) ? [`position(text_${field}, char(0)) > 0, 'nul:${field}'`] : []),
    ...(type === 'number' ? [`value_${field} < 0, 'number:${field}'`] : []),
    ...(max === undefined ? [] : [`value_${field} > ${max}, '${type}:${field}'`]),
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
          value_${at} < ${milliseconds(oldest)}, 'too-old', value_${at} >= ${milliseconds(newest)}, 'future',
          ${kind === 'sessions' ? `value_ended_at >= ${milliseconds(newest)}, 'open',` : ''}
          ${Object.entries(impossible[kind])
            .map(([reason, condition]) => `${condition}, '${reason}', `)
            .join('')}'') AS problem
        FROM (SELECT *, ${values.join(', ')} FROM (
          SELECT toUInt32OrZero(getSetting('log_comment')) AS part, toUInt32(rowNumberInAllBlocks()) AS row, ${texts.join(', ')} FROM ${staging.raw})))`,
  ]
}

/** What removes the tables again. */
export const dropStaging = ({ raw, rows, channels, verdicts, places }: Staging): string[] =>
  [`${raw}_read`, raw, rows, channels, verdicts, places].map((table) => `DROP TABLE IF EXISTS ${table} SYNC`)
