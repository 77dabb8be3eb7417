import { list, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { quote } from '../stores/clickhouse/parameters.ts'
import { tableDefinitions } from '../stores/clickhouse/table-definitions.ts'
import { broadcasterPattern, channelParts, personPattern } from './persons.ts'
import type { Subject } from './subject.ts'

/** What the rows of a table are about: lines of chat, deliveries, or a channel that they name by its platform. */
type RowKind = 'chat' | 'deliveries' | 'channels'

/** A table of ClickHouse that may hold a subject. Tables into which archives were restored are such tables as well. */
export type HistoryTable = { name: string; kind: RowKind }

const columnsOf = namedQuery({
  name: 'erasure_columns',
  sql: `SELECT table, groupArray(name) AS columns FROM system.columns WHERE database = {database:String} GROUP BY table ORDER BY table`,
  row: { table: text, columns: list(text) },
})

const marks: readonly [RowKind, readonly string[]][] = [
  ['chat', ['channel_id', 'platform_user_id', 'content']],
  ['deliveries', ['source', 'payload', 'channel_user_id']],
  ['channels', ['platform', 'platform_user_id']],
]

/** The tables that may hold a subject, known by their columns: a new table with these columns is searched as well. */
export const historyTables = async (store: ClickHouse): Promise<HistoryTable[]> => {
  const definitions = await tableDefinitions(store)
  const tables = await store.query(columnsOf, { database: store.database })
  return tables.flatMap(({ table, columns }) => {
    const kind = marks.find(([, names]) => names.every((name) => columns.includes(name)))?.[0]
    return definitions.has(table) && kind ? [{ name: table, kind }] : []
  })
}

const body = `if(startsWith(payload, 'base64:'), tryBase64Decode(substring(payload, 8)), payload)`

/** Deliveries of a platform whose body holds the id; the cheap part comes first, because most bodies do not. */
const inBody = ({ platformUserId }: Subject, pattern: string): string =>
  `(position(payload, ${quote(platformUserId)}) > 0 OR startsWith(payload, 'base64:')) AND ${pattern}`

/**
 * The condition, as SQL, of the rows of a subject. Rows of chat do not name their platform: those of the channels of other platforms are given
 * by `otherChannels`, because two platforms may use the same number for two people. Null where the table can have none.
 */
export const rowsOf = (
  subject: Subject,
  { kind }: Pick<HistoryTable, 'kind'>,
  otherChannels: readonly bigint[],
): string | null => {
  const { platform, platformUserId } = subject
  if (subject.kind === 'channel') {
    if (kind === 'chat') return `channel_id = ${subject.channelId}`
    // A repetition has no body, and a body may name the channel in a form that nobody reads.
    if (kind === 'deliveries')
      return `source = ${quote(platform)} AND (channel_user_id = ${quote(platformUserId)} OR ${inBody(subject, `match(${body}, ${quote(broadcasterPattern(platformUserId))})`)})`
    return `platform = ${quote(platform)} AND platform_user_id = ${quote(platformUserId)}`
  }
  if (kind === 'channels') return null
  if (kind === 'deliveries')
    return `source = ${quote(platform)} AND ${inBody(
      subject,
      `match(replaceRegexpAll(${body}, ${quote(channelParts)}, ''), ${quote(personPattern(platformUserId))})`,
    )}`
  const others = otherChannels.length > 0 ? ` AND channel_id NOT IN (${otherChannels.join(', ')})` : ''
  return `platform_user_id = ${quote(platformUserId)}${others}`
}
