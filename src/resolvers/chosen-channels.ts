import { badInput } from '../lib/errors.ts'
import { select } from '../stores/postgres/model.ts'
import { sql } from '../stores/postgres/statement.ts'
import type { ChannelKey } from '../telemetry/channel-key.ts'
import { type ChannelFilter, channelConditions, checkedDetail } from './channel-filter.ts'
import { claimedBySomebody } from './claims.ts'
import type { Context } from './context.ts'
import { type Condition, rowsWhere, statementOf } from './row-list.ts'

/** A filter of channels over a past range: `category` and `language` are about what was broadcast then. */
export type HistoryFilter = ChannelFilter & { claimed?: boolean | null }

/** What was broadcast, in any case; null is no condition. */
export type Broadcasted = { category: string | null; language: string | null }

/** What the filter says of broadcasts. BAD_USER_INPUT for text that no broadcast can have. */
export const broadcasted = ({ category, language }: HistoryFilter): Broadcasted => ({
  category: category == null ? null : checkedDetail('category', category),
  language: language == null ? null : checkedDetail('language', language),
})

/** The conditions on channels of a filter. Claims are in the other database, so they take a statement there. */
export const choosing = async (
  context: Context,
  { claimed, category: _, language: __, ...filter }: HistoryFilter,
): Promise<Condition[]> => {
  const conditions = channelConditions(filter)
  return claimed == null ? conditions : [...conditions, await claimedBySomebody(context, claimed, (c) => `${c}.id`)]
}

/** The most channels that a filter of Postgres may leave for ClickHouse. */
const maxChosen = 100_000

/** The channels that fulfil the conditions, in one statement; null, without any statement, where there is no condition. */
export const chosenChannels = async (
  { databases }: Context,
  conditions: readonly Condition[],
): Promise<(ChannelKey & { id: bigint })[] | null> => {
  if (conditions.length === 0) return null
  const { statement, values } = statementOf(
    'chosen_channels',
    conditions,
    (parameters, next) =>
      sql`SELECT ${select('Channel', ['id', 'platform', 'platformUserId'], 'c')} ${rowsWhere('Channel', conditions, 'c', parameters)} LIMIT ${next}`,
  )
  const channels = await databases.dm.query(statement, [...values, maxChosen + 1])
  if (channels.length > maxChosen)
    throw badInput(`The filter leaves more than ${maxChosen} channels: leave it out, or add a condition.`)
  return channels
}
