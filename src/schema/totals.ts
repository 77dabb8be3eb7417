import { totalsScanCost } from '../resolvers/scan-cost.ts'
import { type Totals, type TotalsPoint, totals } from '../resolvers/totals.ts'
import { builder } from './builder.ts'
import { ChannelFilterInput } from './channel.ts'
import { selects } from './selects.ts'
import { pointsOf, SeriesMetaType, seriesArguments } from './series.ts'

const whenNull = 'Null where no probe stands for a part of the bucket.'

const TotalsPointType = builder.objectRef<TotalsPoint>('TotalsPoint').implement({
  description: 'One bucket of all channels that the filter leaves.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
    liveChannels: t.exposeFloat('liveChannels', {
      nullable: true,
      description: `How many channels broadcast, on average over the bucket. ${whenNull}`,
    }),
    viewers: t.exposeFloat('viewers', {
      nullable: true,
      description: `How many watched all of them together, on average over the bucket: the viewers of each sample, for as much of the bucket as the sample stands for. So viewers times hours, over all buckets, are the hours watched of rankings. Channels that were not observed, or hide their viewers, add nothing. ${whenNull}`,
    }),
    observedChannels: t.exposeFloat('observedChannels', {
      description:
        'How many channels were observed, live or not, on average over the bucket: all of them where each was probed in time. Where it is lower, liveChannels and viewers lack the channels that are missing.',
    }),
    messages: t.exposeInt('messages'),
    follows: t.exposeInt('follows'),
    partial: t.exposeBoolean('partial', {
      description:
        'Cut by the range, not complete yet, or rows are lost. A probe stands for the time before it, so the last minutes before now are complete when each channel was probed again. A bucket that begins within the longest interval between probes before a range ends in the past is partial too: all probes that stand for it may come after the range, and those do not count.',
    }),
  }),
})

const TotalsSeriesType = builder.objectRef<Totals>('TotalsSeries').implement({
  fields: (t) => ({
    meta: t.expose('meta', {
      type: SeriesMetaType,
      description:
        'Its coverage is that of probes: the part of the time in which the channels that are watched should have been observed, and were. Its completeThrough is about the fields that are selected; with those of probes, no probe to come stands for time before it.',
    }),
    points: t.expose('points', { type: [TotalsPointType] }),
  }),
})

builder.queryField('totals', (t) =>
  t.field({
    type: TotalsSeriesType,
    description:
      'Everything watched together, or what the filter leaves, by bucket. The time that a probe stands for is spread over the buckets that it covers; only probes of the range count. RAW is refused. Buckets that consist of whole hours of UTC are read from sums; finer ones, and those of zones with half hours, from single probes.',
    args: {
      ...seriesArguments,
      filter: t.arg({
        type: ChannelFilterInput,
        description:
          'The channels that fulfil it now. category and language are about what probes saw in the range; messages and follows are BAD_USER_INPUT with them.',
      }),
    },
    extensions: { listSize: pointsOf, scanCost: totalsScanCost },
    resolve: (_, args, context, info) => {
      const point = (...names: (keyof TotalsPoint)[]) => names.some((name) => selects(info, `points.${name}`))
      return totals(context, args, {
        probes: point('liveChannels', 'viewers', 'observedChannels'),
        messages: point('messages'),
        follows: point('follows'),
        coverage: selects(info, 'meta.coverage'),
        completeness: point('partial') || selects(info, 'meta.completeThrough'),
      })
    },
  }),
)
