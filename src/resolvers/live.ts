import { channelIdsBySlugs, existingChannels } from '../channels/channel-lookup.ts'
import { badInput } from '../lib/errors.ts'
import { type Interest, interestIn, interestInAll } from '../live/interest.ts'
import { decodeJournalCursor } from '../live/journal-cursor.ts'
import { LiveStream } from '../live/live-stream.ts'
import type { LiveChatMessage, StatusChange, StatusGap, StatusSnapshot, ViewerSample } from '../live/message.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { parseChannelReference, parseSlug } from './channel-reference.ts'
import type { Context } from './context.ts'

/** Which channels a subscription is about. */
export type LiveArguments = {
  ids?: readonly string[] | null
  slugs?: readonly string[] | null
  platform?: PlatformName | null
}

export type ChannelStatusMessage = StatusSnapshot | StatusChange | StatusGap

const maxChannels = 500
/** How long a subscription waits for a database that is just starting. */
const openMs = 3_000

const quoted = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)

const idsOf = async ({ databases: { dm } }: Context, ids: readonly string[], argument = 'ids'): Promise<bigint[]> => {
  if (ids.length === 0) return []
  const references = ids.map((text) => parseChannelReference(argument, text))
  const found = await existingChannels(
    dm,
    references.flatMap((one) => ('id' in one ? [one.id] : [])),
    references.flatMap((one) => ('id' in one ? [] : [one.externalId])),
  )
  const known = new Map<string | bigint, bigint>()
  for (const { id, externalId } of found) known.set(id, id).set(externalId, id)
  return references.map((one, i) => {
    const id = known.get('id' in one ? one.id : one.externalId)
    if (id === undefined) throw badInput(`${argument}: there is no channel ${quoted(ids[i]!)}.`)
    return id
  })
}

const idsOfSlugs = async (
  { databases: { dm } }: Context,
  platform: PlatformName,
  slugs: readonly string[],
  argument = 'slugs',
): Promise<bigint[]> => {
  if (slugs.length === 0) return []
  const names = slugs.map((text) => parseSlug(argument, text))
  const found = await channelIdsBySlugs(dm, platform, names)
  return names.map((name, i) => {
    const id = found.get(name)
    if (id === undefined) throw badInput(`${argument}: nobody on ${platform} was seen as ${quoted(slugs[i]!)}.`)
    return id
  })
}

/** The channels asked for: those named, or without names all of the platform, or simply all. */
const interestOf = async (context: Context, { ids, slugs, platform }: LiveArguments): Promise<Interest> => {
  if (ids == null && slugs == null) return interestInAll(platform ?? null)
  const count = (ids?.length ?? 0) + (slugs?.length ?? 0)
  if (count < 1 || count > maxChannels)
    throw badInput(`ids and slugs together must name 1 to ${maxChannels} channels; leave out both to ask for all.`)
  const [named, called] = [
    await idsOf(context, ids ?? []),
    await idsOfSlugs(context, platform ?? context.registry[0].name, slugs ?? []),
  ]
  return interestIn([...named, ...called])
}

/** Status of channels: snapshots and then changes, or with `after` the changes since. */
export const channelStatus = async (
  context: Context,
  { after, ...channels }: LiveArguments & { after?: string | null },
): Promise<LiveStream<ChannelStatusMessage>> => {
  const from = after == null ? null : { text: after, cursor: decodeJournalCursor(after) }
  const interest = await interestOf(context, channels)
  await context.live.opened(openMs)
  return new LiveStream(context.live, { feed: 'status', interest, after: from })
}

/** Viewer counts of channels as they are observed. */
export const viewerCount = async (context: Context, channels: LiveArguments): Promise<LiveStream<ViewerSample>> => {
  const interest = await interestOf(context, channels)
  await context.live.opened(openMs)
  return new LiveStream(context.live, { feed: 'viewers', interest })
}

/** The chat of one channel as it comes. */
export const chat = async (
  context: Context,
  { id, slug, platform }: { id?: string | null; slug?: string | null; platform: PlatformName },
): Promise<LiveStream<LiveChatMessage>> => {
  if ((id == null) === (slug == null)) throw badInput('Give exactly one of id and slug.')
  const channelIds =
    id == null ? await idsOfSlugs(context, platform, [slug!], 'slug') : await idsOf(context, [id], 'id')
  await context.live.opened(openMs)
  return new LiveStream(context.live, { feed: 'chat', interest: interestIn(channelIds) })
}
