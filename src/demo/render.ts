import type { Category, Channel, Stream } from './world.ts'

/** An instant in the format of the API: UTC, whole seconds. */
export const wireTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** The platform's second number for a channel; never the broadcaster's id. */
const channelNumber = (id: number): number => 2_000_000_000 - id

/** A category in the format of the API; none is a zero value. */
export const category = (value: Category | null) =>
  value ? { id: value.id, name: value.name, thumbnail: '' } : { id: 0, name: '', thumbnail: '' }

const streamOf = (channel: Channel): Stream => {
  if (!channel.stream) throw new Error(`channel ${channel.id} has no broadcast`)
  return channel.stream
}

const liveHead = (channel: Channel): string => {
  const stream = streamOf(channel)
  const item = {
    id: stream.id,
    broadcaster_user: { id: channel.id, username: channel.username, profile_picture: channel.avatar },
    channel: { slug: channel.slug },
    category: category(stream.category),
    title: stream.title,
    language_code: stream.language,
    tags: stream.tags,
    has_mature_content: stream.isMature,
    started_at: wireTime(stream.startedAt),
    thumbnail: channel.banner,
  }
  return `${JSON.stringify(item).slice(0, -1)},"viewer_count":`
}

/** Renders items of `users/livestreams` and `v2/livestreams`; the constant part of a channel is rendered once. */
export const createLiveRenderer = (): ((channel: Channel, viewers: number) => string) => {
  const heads = new Map<number, { channel: Channel; head: string }>()
  return (channel, viewers) => {
    let entry = heads.get(channel.id)
    if (entry?.channel !== channel) {
      entry = { channel, head: liveHead(channel) }
      heads.set(channel.id, entry)
    }
    return `${entry.head}${viewers}}`
  }
}

/** An item of the deprecated `v1/livestreams`. */
export const renderLegacyLive = (channel: Channel, viewers: number): string => {
  const stream = streamOf(channel)
  return JSON.stringify({
    broadcaster_user_id: channel.id,
    channel_id: channelNumber(channel.id),
    slug: channel.slug,
    stream_title: stream.title,
    category: category(stream.category),
    language: stream.language,
    has_mature_content: stream.isMature,
    viewer_count: viewers,
    started_at: wireTime(stream.startedAt),
    thumbnail: channel.banner,
    profile_picture: channel.avatar,
    custom_tags: stream.tags,
  })
}

/** An item of `v1/channels`; `viewers` null means that the channel is not live and has zero values instead. */
export const renderChannel = (channel: Channel, viewers: number | null): string => {
  const stream = viewers === null ? null : streamOf(channel)
  return JSON.stringify({
    active_gifted_subscribers_count: channel.subscribers.gifted,
    active_subscribers_count: channel.subscribers.active,
    banner_picture: channel.banner,
    broadcaster_user_id: channel.id,
    canceled_subscribers_count: channel.subscribers.canceled,
    category: category(stream?.category ?? null),
    channel_description: channel.description,
    slug: channel.slug,
    stream: {
      custom_tags: stream?.tags ?? [],
      is_live: stream !== null,
      is_mature: stream?.isMature ?? false,
      key: '',
      language: stream?.language ?? '',
      start_time: stream ? wireTime(stream.startedAt) : '0001-01-01T00:00:00Z',
      thumbnail: stream ? channel.banner : '',
      url: '',
      viewer_count: viewers ?? 0,
    },
    stream_title: stream?.title ?? '',
  })
}

/** An item of `v1/users`. */
export const renderUser = (channel: Channel): string =>
  JSON.stringify({ email: '', name: channel.username, profile_picture: channel.avatar, user_id: channel.id })
