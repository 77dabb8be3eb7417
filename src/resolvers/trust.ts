import type { ModelRows } from '../../prisma/generated/models.ts'
import { badInput } from '../lib/errors.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { maxTrustScorePoints, type TrustScorePoint, trustScoreHistory } from '../telemetry/trust-history.ts'
import type { TrustFactor } from '../trust/trust-score.ts'
import type { Context } from './context.ts'
import { loadProbed, probedChannels } from './probed-rows.ts'

/** The current score of a channel. */
export type StoredTrustScore = Omit<ModelRows['StreamerTrustScore'], 'factors'> & { factors: TrustFactor[] }

/** The longest history, which is as long as scores are kept. */
export const maxHistoryDays = 730
/** The default length of a history. */
export const defaultHistoryDays = 90
const dayMs = 86_400_000

const scoresOfChannels = statement(
  'trust_scores_of_channels',
  sql`SELECT ${select('StreamerTrustScore', ['channelId', 'score', 'algorithm', 'computedAt'])},
     ${expressions<{ factors: TrustFactor[] }>({ factors: 'factors' })}
   FROM public.streamer_trust_scores WHERE channel_id = ANY ($1::bigint[])`,
)

/** The current score of a channel, null before its first; one statement for all channels of the operation. */
export const trustScoreOf = async (
  { databases, loaders }: Context,
  channelId: bigint,
): Promise<StoredTrustScore | null> =>
  (await loaders.load('trust score', null, channelId, async (channelIds) => {
    const rows = await databases.public.query(scoresOfChannels, [channelIds])
    return new Map(rows.map((row) => [row.channelId, row]))
  })) ?? null

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
    const channels = await loadProbed(context, probedChannels, channelIds)
    const until = new Date(clock())
    const from = new Date(until.getTime() - asked * dayMs)
    const found = await trustScoreHistory(history.store, { env: history.env, channels, from, until })
    return new Map(channels.map((channel) => [channel.channelId, found.get(channel)!]))
  })
  return points ?? []
}
