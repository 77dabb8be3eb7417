import {
  type SetMonitoringSuccess,
  setMonitoringResult,
  type TrackChannelSuccess,
  trackChannel,
} from '../resolvers/tracking.ts'
import { builder, operatorMutation } from './builder.ts'
import { ChannelType, channelOfRow } from './channel.ts'
import { defaultPlatform, PlatformEnum } from './enums.ts'
import { InvalidInputType, NotFoundType, NotOnPlatformType, PlatformUnavailableType, resultOf } from './problem.ts'

const TrackChannelSuccessType = builder.objectRef<TrackChannelSuccess>('TrackChannelSuccess').implement({
  fields: (t) => ({
    channel: t.field({ type: ChannelType, resolve: channelOfRow.resolve }),
    created: t.exposeBoolean('created', { description: 'Whether it was not known before.' }),
  }),
})

const SetMonitoringSuccessType = builder.objectRef<SetMonitoringSuccess>('SetMonitoringSuccess').implement({
  fields: (t) => ({
    channel: t.field({ type: ChannelType, resolve: channelOfRow.resolve }),
  }),
})

builder.mutationFields((t) => ({
  trackChannel: t.field({
    type: resultOf('TrackChannelResult', [
      TrackChannelSuccessType,
      InvalidInputType,
      NotOnPlatformType,
      PlatformUnavailableType,
    ]),
    description: 'Looks a handle up on its platform, stores who that is and watches it from now on.',
    ...operatorMutation,
    args: {
      platform: t.arg({ type: PlatformEnum, required: true, defaultValue: defaultPlatform }),
      slug: t.arg.string({ required: true }),
    },
    resolve: (_, args, context) => trackChannel(context, args),
  }),
  setMonitoring: t.field({
    type: resultOf('SetMonitoringResult', [SetMonitoringSuccessType, NotFoundType]),
    description: 'Switches the watching of a channel on or off.',
    ...operatorMutation,
    args: {
      channel: t.arg.id({ required: true, description: 'A global id, a ULID or a decimal channelId.' }),
      active: t.arg.boolean({ required: true }),
    },
    resolve: (_, args, context) => setMonitoringResult(context, args),
  }),
}))
