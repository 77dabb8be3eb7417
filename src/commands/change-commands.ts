import { z } from 'zod'
import { builtInPlatforms } from '../platforms/registry.ts'
import { type NamedChannel, readBans, readRenames } from './read-changes.ts'
import { storeCommand } from './store-command.ts'
import { instant, oneOf } from './values.ts'
import { counted, instantOrNull, minute } from './words.ts'

const options = {
  from: { about: 'only what was noticed from this instant on', value: instant },
  to: { about: 'only what was noticed before this instant', value: instant },
  platform: { about: 'only channels of this platform', value: oneOf(builtInPlatforms.map(({ name }) => name)) },
} as const

type Given = { from?: Date | undefined; to?: Date | undefined; platform?: string | undefined }

const askedBy = ({
  from = new Date('1970-01-01T00:00:00Z'),
  to = new Date('2200-01-01T00:00:00Z'),
  platform,
}: Given) => ({
  range: { from, to },
  platform: platform ?? null,
})

const check = (given: Given): string | undefined => {
  const { from, to } = askedBy(given).range
  return to > from ? undefined : '--to must be after --from.'
}

const channel = z
  .object({ id: z.string(), channelId: z.string(), platform: z.string(), slug: z.string().nullable() })
  .describe('the channel as it is now: id (its ULID), channelId, platform and slug')

const channelOf = ({ externalId, id, platform, currentSlug }: NamedChannel) => ({
  id: externalId,
  channelId: id.toString(),
  platform,
  slug: currentSlug,
})

const nameOf = ({ currentSlug, platformUserId, platform }: NamedChannel): string =>
  `${currentSlug ?? `account ${platformUserId}`} (${platform})`

const renames = storeCommand({
  name: 'renames',
  summary: 'list which channels changed their names, the newest change first',
  details: [
    'The instants are those at which we noticed. The first name of a channel is no change.',
    'Without a new name another channel was seen under the old one; without an old name it had lost its name before.',
  ],
  options,
  check,
  examples: [
    { call: 'renames --from now-7d', about: 'what changed in the last week' },
    { call: 'renames --platform kick --json', about: 'all of a platform, for a script' },
  ],
  result: z.object({
    channel,
    from: z.string().nullable().describe('the slug until then; null where it had none'),
    to: z.string().nullable().describe('the slug from then on; null where it lost it to another channel'),
    observedAt: z.iso.datetime().describe('when we noticed'),
  }),
  async run(given, { services: { db }, signal, tell, say }) {
    let count = 0
    for await (const { channel, from, to, observedAt } of readRenames(db, askedBy(given))) {
      signal.throwIfAborted()
      count += 1
      const now = to !== null && to === channel.currentSlug ? `(${channel.platform})` : `now ${nameOf(channel)}`
      tell(
        { channel: channelOf(channel), from, to, observedAt: observedAt.toISOString() },
        `${minute(observedAt)}  ${from ?? 'no name'} → ${to ?? 'no name'}  ${now}`,
      )
    }
    say(counted(count, 'rename'))
    return true
  },
})

const bans = storeCommand({
  name: 'bans',
  summary: 'list which channels were banned or came back, the newest ban first',
  details: ['The instants are those at which we noticed: several lookups in a row did not find the channel.'],
  options,
  check,
  examples: [
    { call: 'bans --from now-7d', about: 'bans and returns of the last week' },
    { call: 'bans --platform twitch --json', about: 'all of a platform, for a script' },
  ],
  result: z.object({
    channel,
    bannedAt: z.iso.datetime().describe('when we noticed that it was banned'),
    returnedAt: z.iso.datetime().nullable().describe('when we saw it again; null while it is banned'),
  }),
  async run(given, { services: { db }, signal, tell, say }) {
    let count = 0
    for await (const { channel, observedFrom, observedUntil } of readBans(db, askedBy(given))) {
      signal.throwIfAborted()
      count += 1
      const end = observedUntil ? `back ${minute(observedUntil)}` : 'still banned'
      tell(
        { channel: channelOf(channel), bannedAt: observedFrom.toISOString(), returnedAt: instantOrNull(observedUntil) },
        `${minute(observedFrom)}  ${nameOf(channel)}  ${end}`,
      )
    }
    say(counted(count, 'ban'))
    return true
  },
})

/** What was noticed of channels over time. */
export const changeCommands = [renames, bans]
