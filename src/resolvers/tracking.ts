import { schedule, setMonitoring as writeMonitoring } from '../channels/schedule.ts'
import { upsertChannel } from '../channels/upsert.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { normalSlug, parseChannelReference } from './channel-reference.ts'
import { channelIdOf } from './channels.ts'
import type { Context } from './context.ts'
import {
  type InvalidInput,
  invalidInput,
  type NotFound,
  type NotOnPlatform,
  notFound,
  notOnPlatform,
  type PlatformUnavailable,
  platformUnavailable,
} from './problems.ts'

// The longest handle that any platform gives out.
const maxHandleLength = 25

export type TrackChannelSuccess = { __typename: 'TrackChannelSuccess'; channelId: bigint; created: boolean }
export type TrackChannelResult = TrackChannelSuccess | InvalidInput | NotOnPlatform | PlatformUnavailable

/** Looks a handle up on its platform, stores who that is and watches it from now on. Repeating it changes nothing. */
export const trackChannel = async (
  { databases: { dm }, platforms, log }: Context,
  { platform, slug }: { platform: PlatformName; slug: string },
): Promise<TrackChannelResult> => {
  const handle = normalSlug(slug)
  if (handle === null || handle.length > maxHandleLength)
    return invalidInput('slug', `slug must be 1 to ${maxHandleLength} letters, digits, "_" or "-".`)
  const adapter = platforms.get(platform)
  if (!adapter?.capabilities.has('resolve-handle'))
    return platformUnavailable(`This server is not set up to look up handles on ${platform}.`)

  const answer = await adapter.resolveHandle(handle)
  if (!answer.ok)
    return platformUnavailable(`${platform} does not answer now (${answer.failure.kind}).`, answer.failure.retryAfterMs)
  if (answer.value === null) return notOnPlatform(`${platform} knows no channel "${handle}".`)

  const observation = { slug: handle, ...answer.value, observedAt: answer.observedAt }
  const { id, created } = await upsertChannel(dm, platform, observation, { log })
  await schedule(dm, [id])
  return { __typename: 'TrackChannelSuccess', channelId: id, created }
}

export type SetMonitoringSuccess = { __typename: 'SetMonitoringSuccess'; channelId: bigint }
export type SetMonitoringResult = SetMonitoringSuccess | NotFound

/** Switches the watching of a channel on or off. */
export const setMonitoring = async (
  context: Context,
  { channel, active }: { channel: string; active: boolean },
): Promise<SetMonitoringResult> => {
  const channelId = await channelIdOf(context, parseChannelReference('channel', channel))
  if (channelId === null || !(await writeMonitoring(context.databases.dm, channelId, active)))
    return notFound('There is no channel with this id.')
  return { __typename: 'SetMonitoringSuccess', channelId }
}
