import { type Ranking, type Rankings, rankings } from '../resolvers/rankings.ts'
import { rankingScanCost } from '../resolvers/scan-cost.ts'
import { builder } from './builder.ts'
import { ChannelFilterInput, ChannelType } from './channel.ts'
import { forwardArguments } from './connection.ts'
import { selects } from './selects.ts'
import { TimeRangeInput } from './time-range.ts'

const RankingMeasureEnum = builder.enumType('RankingMeasure', {
  description: 'What channels are ranked by. Probes of viewers are read to the second at both ends of the range.',
  values: {
    HOURS_WATCHED: {
      description:
        'Viewers times the hours that their samples stand for, in hours. Exact: the sum of all samples of the range, as in viewers.summary.hoursWatched. The first is cut at the beginning, and what the first sample after the range stands for is not counted, so two adjacent ranges add up to a little less than both in one.',
    },
    PEAK_VIEWERS: { description: 'Most viewers that a probe counted. Exact: the peak of the samples.' },
    AVERAGE_VIEWERS: {
      description:
        'Viewers, weighted with the time that each sample stands for, over the time of the range in which the channel broadcast and showed its viewers, however short that was. HOURS_WATCHED or AIR_TIME tells how long.',
    },
    AIR_TIME: {
      description:
        'Hours in which probes saw a broadcast, also where its viewers are hidden. Exact to the distance between two probes: the first is cut at the beginning, and what the first probe after the range stands for is not counted, so two adjacent ranges add up to a little less than both in one.',
    },
    MESSAGES: { description: 'Chat messages that were delivered. Exact.' },
    CHATTERS: {
      description:
        'Different people who wrote in the chat of the channel. Exact. Who writes in two channels counts in both, also in total.',
    },
    FOLLOWS: { description: 'Follows that the platform reported, as the field follows counts them. Exact.' },
  } as const,
})

const RankingType = builder.objectRef<Ranking>('Ranking').implement({
  description: 'A channel in a ranking.',
  fields: (t) => ({
    rank: t.exposeInt('rank', {
      description: 'Its place, from 1. Channels with equal values follow each other in an order that stays.',
    }),
    channel: t.field({ type: ChannelType, resolve: ({ channel }) => channel }),
    value: t.exposeFloat('value', { description: 'In the unit of the measure; above 0.' }),
    share: t.exposeFloat('share', {
      nullable: true,
      description: 'Its part of total, 0 to 1; null for PEAK_VIEWERS and AVERAGE_VIEWERS.',
    }),
    coverage: t.exposeFloat('coverage', {
      description:
        'How much of the range was observed of the channel, 0 to 1, as meta.coverage of its series: of its viewers, chat or follows. Where a platform made no promise to deliver chat, it is the time between the hours of the first and the last message.',
    }),
    peakAt: t.expose('peakAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a probe first saw the peak; null for measures other than PEAK_VIEWERS.',
    }),
  }),
})

const RankingConnection = builder.connectionObject({
  type: RankingType,
  name: 'RankingConnection',
  fields: (t) => ({
    total: t.float({
      nullable: true,
      description:
        'The sum of the values of all channels that the filter leaves. Null for PEAK_VIEWERS and AVERAGE_VIEWERS, which add up to nothing, and for a page that has no rows behind its cursor.',
      resolve: (connection) => (connection as unknown as Rankings).total,
    }),
  }),
})

builder.queryField('rankings', (t) =>
  t.field({
    type: RankingConnection,
    description:
      'The channels that lead by a measure over a range, the greatest value first. Channels whose value is 0 are not ranked. Pages are cut by values: while these move, a channel that falls behind the cursor may come twice, and one that rises before it is missed; over a range that is complete nothing moves.',
    args: {
      by: t.arg({ type: RankingMeasureEnum, required: true }),
      range: t.arg({ type: TimeRangeInput, required: true }),
      filter: t.arg({
        type: ChannelFilterInput,
        description:
          'The channels that fulfil it now. category and language are about what was broadcast in the range: of HOURS_WATCHED, PEAK_VIEWERS, AVERAGE_VIEWERS and AIR_TIME only the probes count that saw it, and other measures are BAD_USER_INPUT with them.',
      }),
      ...forwardArguments,
    },
    extensions: { scanCost: rankingScanCost },
    resolve: (_, args, context, info) =>
      rankings(context, args, {
        coverage: selects(info, 'nodes.coverage') || selects(info, 'edges.node.coverage'),
      }),
  }),
)
