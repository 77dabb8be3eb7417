import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Context } from './context.ts'
import { found } from './series.ts'
import { requireRange } from './time-range.ts'
import { loadAnswer, type ToldAnswers } from './told-rows.ts'

/** How long a channel broadcast in a range, and in how many broadcasts. */
export type Airtime = { seconds: number; broadcasts: number }

/** Milliseconds of the epoch. What is later than now has not been broadcast. */
type Span = { from: number; to: number }

// A number that an Int can carry.
const largestInt = 2 ** 31 - 1

// Stretches of sessions that overlap are one stretch.
const airtimeSql = (channel: string, from: string, to: string): string =>
  `(SELECT json_build_array(${channel}.id::text,
      (SELECT least(floor(coalesce(sum(extract(epoch FROM upper(part) - lower(part))), 0)), ${largestInt})::integer FROM unnest(range_agg(s.part)) part),
      count(*)::integer)
    FROM (SELECT tstzrange(greatest(started_at, ${from}::timestamptz), least(ended_at, ${to}::timestamptz)) AS part
      FROM ${tableOf('StreamSession')}
      WHERE channel_id = ${channel}.id AND started_at < ${to}::timestamptz AND ${from}::timestamptz < ${to}::timestamptz
        AND (started_at >= ${from}::timestamptz OR coalesce(ended_at, 'infinity') > ${from}::timestamptz)) s)`

const airtimes = statement(
  'airtime_of_channels',
  sql`SELECT ${expressions<{ list: unknown[] }>({ list: airtimeSql('c', '$2', '$3') })} FROM ${tableOf('Channel')} c WHERE c.id = ANY ($1::bigint[])`,
)

const datesOf = ({ from, to }: Span): Date[] => [new Date(from), new Date(to)]

/** The time on air of channels. */
export const airtimeOfChannels: ToldAnswers<{ range: TimeRange }, Span, Airtime> = {
  name: 'airtime',
  ask({ range }, now) {
    const { from, to } = requireRange('range', range)
    return { from: from.getTime(), to: Math.min(to.getTime(), now) }
  },
  values: datesOf,
  sql: (channel, [from, to]) => airtimeSql(channel, from!, to!),
  read(list) {
    const [id, seconds, broadcasts] = list as [string, number, number]
    return [BigInt(id), { seconds, broadcasts }]
  },
  async load({ databases }, ids, span) {
    const rows = await databases.dm.query(airtimes, [ids, ...datesOf(span)])
    return new Map(rows.map(({ list }) => this.read(list)))
  },
}

/** The time on air of a channel; channels that ask the same share one statement. */
export const airtimeOf = async (context: Context, channelId: bigint, args: { range: TimeRange }): Promise<Airtime> =>
  found(channelId, await loadAnswer(context, airtimeOfChannels, airtimeOfChannels.ask(args, context.now), channelId))
