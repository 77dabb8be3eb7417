import { type Author, recordAction } from '../audit/record-action.ts'
import { callsOf, logCalls } from '../calls/log-calls.ts'
import { setMonitoring } from '../channels/schedule.ts'
import { upsertChannelInside } from '../channels/upsert.ts'
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

/** What a change of channels needs; an operation of GraphQL and a command both have it. */
type ChangeContext = Author & { databases: Pick<Context['databases'], 'dm'> }

/** Looks a slug up on its platform, stores the channel and monitors it from now on. Repeating it changes nothing. */
export const trackChannel = async (
  context: ChangeContext & Pick<Context, 'platforms' | 'log'>,
  { platform, slug }: { platform: PlatformName; slug: string },
): Promise<TrackChannelSuccess | InvalidInput | NotOnPlatform | PlatformUnavailable> => {
  const {
    databases: { dm },
    platforms,
    log,
  } = context
  const handle = normalSlug(slug)
  if (handle === null || handle.length > maxHandleLength)
    return invalidInput('slug', `slug must be 1 to ${maxHandleLength} letters, digits, "_" or "-".`)
  const adapter = platforms.get(platform)
  if (!adapter?.capabilities.has('resolve-handle'))
    return platformUnavailable(`This server is not set up to look up handles on ${platform}.`)

  const answer = await adapter.resolveHandle(handle)
  if (!answer.ok || answer.value === null) await logCalls(dm, callsOf(answer))
  if (!answer.ok)
    return platformUnavailable(`${platform} does not answer now (${answer.failure.kind}).`, answer.failure.retryAfterMs)
  if (answer.value === null) return notOnPlatform(`${platform} knows no channel "${handle}".`)

  const observation = { slug: handle, ...answer.value, observedAt: answer.observedAt }
  return dm.transaction(async (tx) => {
    const { id, created } = await upsertChannelInside(tx, platform, observation, { log })
    await logCalls(tx, callsOf(answer, [id]))
    const { wasActive } = (await setMonitoring(tx, id, true))!
    if (!wasActive)
      await recordAction(tx, 'dm', context, {
        action: 'channel.track',
        target: `channel:${id}`,
        before: created ? null : { active: wasActive },
        after: { platform, slug: handle, active: true },
      })
    return { __typename: 'TrackChannelSuccess', channelId: id, created }
  })
}

export type SetMonitoringSuccess = { __typename: 'SetMonitoringSuccess'; channelId: bigint }

/** Switches the monitoring of a channel on or off, and says whether that changed it; null when there is no such channel. */
export const switchMonitoring = (
  context: ChangeContext,
  channelId: bigint,
  active: boolean,
): Promise<{ changed: boolean } | null> =>
  context.databases.dm.transaction(async (tx) => {
    const switched = await setMonitoring(tx, channelId, active)
    if (!switched) return null
    const changed = (switched.wasActive ?? false) !== active
    if (switched.wasActive !== active)
      await recordAction(tx, 'dm', context, {
        action: 'channel.monitor',
        target: `channel:${channelId}`,
        before: { active: switched.wasActive },
        after: { active },
      })
    return { changed }
  })

/** Switches the monitoring of a channel on or off. */
export const setMonitoringResult = async (
  context: Context,
  { channel, active }: { channel: string; active: boolean },
): Promise<SetMonitoringSuccess | NotFound> => {
  const channelId = await channelIdOf(context, parseChannelReference('channel', channel))
  if (channelId === null || !(await switchMonitoring(context, channelId, active)))
    return notFound('There is no channel with this id.')
  return { __typename: 'SetMonitoringSuccess', channelId }
}
