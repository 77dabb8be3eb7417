import { probedChannels } from '../resolvers/probed-rows.ts'
import {
  defaultHistoryDays,
  historyPoints,
  maxHistoryDays,
  type StoredTrustScore,
  trustScoreHistoryOf,
  trustScoreOf,
  trustScores,
} from '../resolvers/trust.ts'
import { maxTrustScorePoints, type TrustScorePoint } from '../telemetry/trust-history.ts'
import type { TrustFactor } from '../trust/trust-score.ts'
import { builder } from './builder.ts'
import { delegated } from './sql-field.ts'

const TrustFactorType = builder.objectRef<TrustFactor>('TrustFactor').implement({
  description: 'One part of a trust score.',
  fields: (t) => ({
    name: t.exposeString('name'),
    value: t.exposeFloat('value', { nullable: true, description: '0 to 1; null when there was too little to judge.' }),
    weight: t.exposeFloat('weight', {
      description: 'Share in the score. Those of all factors with a value add up to 1; the others have 0.',
    }),
    contribution: t.exposeFloat('contribution', {
      description: 'Points of the score: 100 times value times weight, in hundredths.',
    }),
    explanation: t.exposeString('explanation', { description: 'One sentence with the numbers.' }),
  }),
})

const TrustScoreType = builder.objectRef<StoredTrustScore>('TrustScore').implement({
  description: 'How plausible the audience of a channel is.',
  fields: (t) => ({
    score: t.exposeFloat('score', { description: '0 to 100: the sum of what the factors contribute.' }),
    algorithm: t.exposeString('algorithm', { description: 'Name and version of what computed it.' }),
    computedAt: t.expose('computedAt', {
      type: 'DateTime',
      description: 'It is computed every hour, and written when it moved by half a point or is a day old.',
    }),
    factors: t.expose('factors', { type: [TrustFactorType] }),
  }),
})

const TrustScorePointType = builder.objectRef<TrustScorePoint>('TrustScorePoint').implement({
  fields: (t) => ({
    computedAt: t.expose('computedAt', { type: 'DateTime' }),
    score: t.exposeFloat('score'),
  }),
})

builder.prismaObjectFields('Channel', (t) => ({
  trustScore: t.field({
    type: TrustScoreType,
    nullable: true,
    description: 'Null until it was computed for the first time, and after 90 days without a broadcast.',
    extensions: { sql: delegated({ told: trustScores }) },
    resolve: ({ id }, _, context) => trustScoreOf(context, id),
  }),
  trustScoreHistory: t.field({
    type: [TrustScorePointType],
    description: `Oldest first; of more than ${maxTrustScorePoints} points the newest.`,
    args: {
      days: t.arg.int({ defaultValue: defaultHistoryDays, description: `1 to ${maxHistoryDays}.` }),
    },
    extensions: {
      listSize: ({ days }: { days?: number | null }) => historyPoints(days ?? defaultHistoryDays),
      sql: delegated({ told: probedChannels }),
    },
    resolve: ({ id }, { days }, context) => trustScoreHistoryOf(context, id, days),
  }),
}))
