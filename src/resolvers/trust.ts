import type { ModelRows } from '../../prisma/generated/models.ts'
import { badInput } from '../lib/errors.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { maxTrustScorePoints, type TrustScorePoint, trustScoreHistory } from '../telemetry/trust-history.ts'
import type { TrustFactor } from '../trust/trust-score.ts'
import type { Context } from './context.ts'
import { probedChannels } from './probed-rows.ts'
import { loadAllTold, loadTold, type ToldRows } from './told-rows.ts'

/** The current score of a channel. */
export type StoredTrustScore = Omit<ModelRows['StreamerTrustScore'], 'factors'> & { factors: TrustFactor[] }

/** The longest history, which is as long as scores are kept. */
export const maxHistoryDays = 730
/** The default length of a history. */
export const defaultHistoryDays = 90
const dayMs = 86_400_000

const scoreSql = (c: string): string =>
  `(SELECT json_build_array(t.channel_id::text, t.score, t.algorithm, t.computed_at, t.factors)
    FROM ${tableOf('StreamerTrustScore')} t WHERE t.channel_id = ${c})`

type ScoreList = [id: string, score: number, algorithm: string, computedAt: string, factors: TrustFactor[]]

/** The current scores of channels; a channel before its first has none. */
export const trustScores: ToldRows<StoredTrustScore | null> = {
  name: 'trust score',
  sql: (c) => `coalesce(${scoreSql(`${c}.id`)}, json_build_array(${c}.id::text))`,
  read(list) {
    const [id, score, algorithm, computedAt, factors] = list as ScoreList | [string]
    const channelId = BigInt(id)
    if (score === undefined) return [channelId, null]
    return [
      channelId,
      { channelId, score, algorithm: algorithm!, computedAt: new Date(computedAt!), factors: factors! },
    ]
  },
  statement: statement(
    'trust_scores_of_channels',
    sql`SELECT ${expressions<{ list: unknown[] }>({ list: scoreSql('known.channel_id') })}
     FROM ${tableOf('StreamerTrustScore')} known WHERE known.channel_id = ANY ($1::bigint[])`,
  ),
  database: 'public',
}

/** The current score of a channel, null before its first; one statement for all channels of the operation. */
export const trustScoreOf = async (context: Context, channelId: bigint): Promise<StoredTrustScore | null> =>
  (await loadTold(context, trustScores, channelId)) ?? null

/** The most points of a history of so many days. */
export const historyPoints = (days: number): number => Math.min(Math.max(days, 0) * 24, maxTrustScorePoints)

/** The scores of a channel in the last days, oldest first; one statement and one query for all channels of the operation. */
export const trustScoreHistoryOf = async (
  context: Context,
  channelId: bigint,
  days: number | null | undefined,
): Promise<TrustScorePoint[]> => {
  const { history, clock, loaders } = context
  const asked = days ?? defaultHistoryDays
  if (asked < 1 || asked > maxHistoryDays) throw badInput(`days must be from 1 to ${maxHistoryDays}.`)
  const points = await loaders.load('trust score history', asked, channelId, async (channelIds) => {
    const channels = await loadAllTold(context, probedChannels, channelIds)
    const until = new Date(clock())
    const from = new Date(until.getTime() - asked * dayMs)
    const found = await trustScoreHistory(history.store, { env: history.env, channels, from, until })
    return new Map(channels.map((channel) => [channel.channelId, found.get(channel)!]))
  })
  return points ?? []
}
