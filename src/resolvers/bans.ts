import type { ModelRows } from '../../prisma/generated/models.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import { type Condition, type ListRequest, type RowList, selectPage } from './row-list.ts'
import { requireRange } from './time-range.ts'

type Ban = ModelRows['ChannelBan']

export type BanArguments = Pick<PageArguments, 'first' | 'after'> & {
  range: TimeRange
  /** Which of its instants a ban is listed by. */
  by?: 'observedFrom' | 'observedUntil' | null
  platform?: PlatformName | null
}

const columns = { observedFrom: 'observed_from', observedUntil: 'observed_until' }

const bansBy = (by: keyof typeof columns): RowList<'ChannelBan'> => ({
  name: `bans by ${columns[by]}`,
  model: 'ChannelBan',
  key: (ban) => `${ban}.${columns[by]}`,
  type: 'timestamptz',
  keyText: (ban) => `to_char(${ban}.${columns[by]}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  hasTies: true,
  ascending: false,
})

const lists = { observedFrom: bansBy('observedFrom'), observedUntil: bansBy('observedUntil') }

/** The bans that began in a range, or that ended in it. */
export const banListRequest = ({ range, by, platform }: BanArguments): ListRequest<'ChannelBan'> => {
  const { from, to } = requireRange('range', range)
  const list = lists[by ?? 'observedFrom']
  const conditions: Condition[] = [
    {
      name: 'range',
      values: [from, to],
      sql: (ban, [from, to]) => `${list.key(ban)} >= ${from}::timestamptz AND ${list.key(ban)} < ${to}::timestamptz`,
    },
  ]
  if (platform != null)
    conditions.push({
      name: 'platform',
      values: [platform],
      sql: (ban, [p]) =>
        `EXISTS (SELECT FROM ${tableOf('Channel')} c WHERE c.id = ${ban}.channel_id AND c.platform = ${p}::text)`,
    })
  return { list, conditions }
}

/** A page of the bans of all channels, newest first. */
export const bans = async (context: Context, args: BanArguments): Promise<Connection<Ban>> => {
  const asked = banListRequest(args)
  const by = args.by ?? 'observedFrom'
  const read = (request: PageRequest) => {
    const { statement, values } = selectPage(
      `bans_${columns[by]}`,
      asked,
      request,
      select('ChannelBan', undefined, 'r'),
    )
    return context.databases.dm.query(statement, values)
  }
  return readPage(context, asked.list.name, args, read, (ban) => [ban[by]!.toISOString(), ban.id.toString()])
}
