import type { ScrapeLog } from '../../prisma/generated/client/client.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { select } from '../stores/postgres/model.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { parseChannelReference } from './channel-reference.ts'
import { channelIdOf } from './channels.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import type { Position } from './page-cursor.ts'
import { type Condition, type RowList, selectPage } from './row-list.ts'
import { requireRange } from './time-range.ts'

export type ScrapeLogArguments = Pick<PageArguments, 'first' | 'after'> & {
  platform?: PlatformName | null
  channel?: string | null
  failed?: boolean | null
  range?: TimeRange | null
}

/** Calls to platforms, newest first. */
const callList: RowList<'ScrapeLog'> = {
  name: 'calls by time',
  model: 'ScrapeLog',
  key: (call) => `${call}.requested_at`,
  type: 'timestamptz',
  keyText: (call) => `${call}.requested_at::text`,
  hasTies: true,
  ascending: false,
}

const position = ({ requestedAt, id }: ScrapeLog): Position => [requestedAt.toISOString(), id.toString()]

// Each combination is a statement of its own, so that each has its index.
const conditionsOf = ({ platform, failed, range }: ScrapeLogArguments, channelId: bigint | null): Condition[] => {
  const conditions: Condition[] = []
  if (channelId !== null)
    conditions.push({ name: 'channel', values: [channelId], sql: (c, [p]) => `${c}.channel_id = ${p}::bigint` })
  if (platform != null)
    conditions.push({ name: 'platform', values: [platform], sql: (c, [p]) => `${c}.platform = ${p}::text` })
  if (failed === true) conditions.push({ name: 'failed', values: [], sql: (c) => `${c}.error IS NOT NULL` })
  if (failed === false) conditions.push({ name: 'well', values: [], sql: (c) => `${c}.error IS NULL` })
  if (range != null) {
    const { from, to } = requireRange('range', range)
    conditions.push({
      name: 'range',
      values: [from, to],
      sql: (c, [from, to]) => `${c}.requested_at >= ${from}::timestamptz AND ${c}.requested_at < ${to}::timestamptz`,
    })
  }
  return conditions
}

/** A page of the calls to platforms, newest first; none of a channel that is not known. */
export const scrapeLog = async (context: Context, args: ScrapeLogArguments): Promise<Connection<ScrapeLog>> => {
  const { channel } = args
  const channelId = channel == null ? null : await channelIdOf(context, parseChannelReference('channel', channel))
  const isNowhere = channel != null && channelId === null
  const asked = { list: callList, conditions: conditionsOf(args, channelId) }
  const columns = select('ScrapeLog', undefined, 'r')
  const read = async (request: PageRequest) => {
    if (isNowhere) return []
    const { statement, values } = selectPage('scrape_log', asked, request, columns)
    return context.databases.dm.query(statement, values)
  }
  return readPage(context, callList.name, args, read, position)
}
