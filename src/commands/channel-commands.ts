import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import { switchMonitoring, trackChannel } from '../resolvers/tracking.ts'
import { findChannel, handleArgument, nameOf, platformOf, platformOption } from './find-channel.ts'
import { showChannelCommand } from './show-channel-command.ts'
import { storeCommand } from './store-command.ts'

const fields = {
  id: z.string().describe('the ULID of the channel'),
  channelId: z.string().describe('its number'),
  platform: z.string().describe('the platform'),
  slug: z.string().nullable().describe('its name in the address of its page'),
}

const track = storeCommand({
  name: 'channel track',
  summary: 'look a channel up on its platform, keep it, and monitor it from now on',
  details: [
    'Repeating it changes nothing.',
    'It asks the platform: without a server it needs the credentials of the platform, because the simulated Kick runs in the server only.',
  ],
  arguments: { handle: { ...handleArgument, required: true } },
  options: { platform: platformOption },
  examples: [
    { call: 'channel track not_tracked_yet', about: 'a channel of the demo that nobody tracks at first' },
    { call: 'channel track example --platform twitch', about: 'a channel of another platform' },
  ],
  result: z.object({ ...fields, created: z.boolean().describe('whether it was not known before') }),
  async run({ handle, platform: option }, { services, author, tell }) {
    const { db, platforms, log } = services
    const platform = platformOf(handle, option)
    const { slug } = handle
    if (slug === null) throw new ConfigError(`${handle.word} is no name of a channel on ${platform}.`)
    if (!platforms.get(platform)?.capabilities.has('resolve-handle'))
      throw new ConfigError(
        `Nothing here can look names up on ${platform}: set its credentials, or start the server where it runs the simulated Kick.`,
      )
    const outcome = await trackChannel({ databases: { dm: db }, platforms, log, ...author }, { platform, slug })
    if (outcome.__typename !== 'TrackChannelSuccess') throw new ConfigError(outcome.message)
    const channel = await findChannel(db, { word: slug, slug }, platform)
    const { created } = outcome
    tell(
      { id: channel.externalId, channelId: channel.id.toString(), platform, slug: channel.currentSlug, created },
      `${nameOf(channel)} is monitored from now on${created ? '' : '; it was known before'}.`,
    )
    return true
  },
})

const switching = (name: string, active: boolean, texts: { summary: string; done: string; already: string }) =>
  storeCommand({
    name,
    summary: texts.summary,
    arguments: { handle: { ...handleArgument, required: true } },
    options: { platform: platformOption },
    examples: [{ call: `${name} astral_walrus29`, about: texts.done }],
    result: z.object({
      ...fields,
      isMonitored: z.boolean().describe('whether it is probed from now on'),
      changed: z.boolean().describe('false where it was so already'),
    }),
    async run({ handle, platform }, { services: { db }, author, tell }) {
      const channel = await findChannel(db, handle, platform)
      const switched = await switchMonitoring({ databases: { dm: db }, ...author }, channel.id, active)
      if (!switched) throw new ConfigError('The channel was deleted at this moment.')
      const { changed } = switched
      tell(
        {
          id: channel.externalId,
          channelId: channel.id.toString(),
          platform: channel.platform,
          slug: channel.currentSlug,
          isMonitored: active,
          changed,
        },
        `${nameOf(channel)}: ${changed ? texts.done : texts.already}.`,
      )
      return true
    },
  })

const pause = switching('channel pause', false, {
  summary: 'stop monitoring a channel; what is stored stays',
  done: 'it is not probed any more',
  already: 'it was paused already',
})

const resume = switching('channel resume', true, {
  summary: 'monitor a channel again that was paused',
  done: 'it is probed again from now on',
  already: 'it was monitored already',
})

/** Show channels, and decide which are monitored. What they change is recorded together with the change. */
export const channelCommands = [showChannelCommand, track, pause, resume]
