import { badInput } from '../lib/errors.ts'
import { type Interest, interestIn, interestInAll } from '../live/interest.ts'
import { decodeJournalCursor } from '../live/journal-cursor.ts'
import { LiveStream } from '../live/live-stream.ts'
import type {
  LiveChatMessage,
  SessionChapterChange,
  StatusChange,
  StatusGap,
  StatusSnapshot,
  ViewerSample,
} from '../live/message.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { idsOf, idsOfSlugs } from './channel-ids.ts'
import type { Context } from './context.ts'

/** Which channels a subscription is about. */
export type LiveArguments = {
  ids?: readonly string[] | null
  slugs?: readonly string[] | null
  platform?: PlatformName | null
}

export type SessionChapterMessage = SessionChapterChange | StatusGap

export type ChannelStatusMessage = StatusSnapshot | StatusChange | StatusGap

const maxChannels = 500
/** How long a subscription waits for a database that is just starting. */
const openMs = 3_000

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

/** Changes of chapters as they are learned of, or with `after` those since. */
export const sessionChapters = async (
  context: Context,
  { after, ...channels }: LiveArguments & { after?: string | null },
): Promise<LiveStream<SessionChapterMessage>> => {
  const from = after == null ? null : { text: after, cursor: decodeJournalCursor(after) }
  const interest = await interestOf(context, channels)
  await context.live.opened(openMs)
  return new LiveStream(context.live, { feed: 'chapters', interest, after: from })
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
