import type { Clock } from '../lib/clock.ts'
import { hash, uuid } from './random.ts'
import { viewerSample } from './viewers.ts'

const salt = { appear: 11, disappear: 12, stream: 13 }

/** What a broadcast is about. */
export type Category = { readonly id: number; readonly name: string }

/** One broadcast of a channel; times in epoch milliseconds. */
export type Stream = {
  /** UUID. */
  readonly id: string
  /** A broadcast that resumes after a disconnect keeps it. */
  readonly startedAt: number
  /** Null while it runs. */
  readonly endedAt: number | null
  /** Shapes the decay of the viewer curve; null when it is not known. */
  readonly expectedEndAt: number | null
  readonly title: string
  readonly category: Category | null
  readonly language: string
  readonly tags: readonly string[]
  readonly isMature: boolean
  /** A fixed number of viewers; null follows the curve of the channel. */
  readonly viewers: number | null
}

/** One channel of the simulated platform. Values are never changed in place: an update makes a new one. */
export type Channel = {
  /** The permanent id of the broadcaster. */
  readonly id: number
  readonly slug: string
  readonly username: string
  readonly description: string
  readonly avatar: string
  readonly banner: string
  readonly subscribers: { readonly active: number; readonly gifted: number; readonly canceled: number }
  /** Viewers at the plateau of the curve. */
  readonly popularity: number
  readonly hidesViewers: boolean
  /** A banned channel is in no answer, but keeps its slug. */
  readonly banned: boolean
  /** The latest broadcast, also after its end; null before the first. */
  readonly stream: Stream | null
}

/** A channel to add: everything but id and slug has a default. */
type NewChannel = Pick<Channel, 'id' | 'slug'> & Partial<Channel>

/** Changes to one channel, named by its id. */
export type ChannelPatch = Pick<Channel, 'id'> & Partial<Channel>

/** The channels of the simulated platform. Methods throw for an unknown id or a slug that is taken. */
export type World = {
  readonly clock: Clock
  /** While true, a broadcast is listed 0 to 20 s after its start and until 3 to 20 s after its end. */
  lag: boolean
  add(channel: NewChannel): Channel
  /** Applies all patches as one step, so that channels can exchange slugs. */
  update(patches: readonly ChannelPatch[]): void
  /** Starts a broadcast, by default at the current second; its id follows from channel and start. */
  goLive(id: number, stream?: Partial<Stream>): Stream
  end(id: number): void
  /** Continues the broadcast that ended, with the same id and start. */
  resume(id: number): void
  rename(id: number, slug: string): void
  swapSlugs(a: number, b: number): void
  /** Removes the channel from every answer and ends its broadcast. */
  ban(id: number): void
  unban(id: number): void
  hideViewers(id: number, hidden?: boolean): void
  setViewers(id: number, viewers: number | null): void
  /** Any channel, banned or not. */
  get(id: number): Channel
  /** The channel with this id that the platform shows. */
  byId(id: number): Channel | undefined
  /** The channel that holds this slug now and that the platform shows. */
  bySlug(slug: string): Channel | undefined
  /** All channels, also banned ones, in the order they were added. */
  channels(): Iterable<Channel>
  /** Whether the platform lists the channel as live at this instant. */
  isListed(channel: Channel, at: number): boolean
  /** The number of viewers that the platform shows: 0 when hidden or without a broadcast. */
  viewers(channel: Channel, at: number): number
  /** The true number of viewers, hidden or not; 0 without a broadcast. */
  audience(channel: Channel, at: number): number
}

/** An empty world. The same seed and the same calls at the same instants give the same answers. */
export const createWorld = (options: { clock: Clock; seed?: number; lag?: boolean }): World => {
  const { clock, seed = 1, lag = false } = options
  const byId = new Map<number, Channel>()
  const owner = new Map<string, number>()

  const get = (id: number): Channel => {
    const channel = byId.get(id)
    if (!channel) throw new Error(`there is no channel ${id}`)
    return channel
  }
  const shown = (channel: Channel | undefined) => (channel?.banned ? undefined : channel)

  const update = (patches: readonly ChannelPatch[]): void => {
    const next = patches.map((patch) => ({ ...get(patch.id), ...patch }))
    const moving = new Set(next.map((channel) => channel.id))
    const taken = new Set<string>()
    for (const { slug } of next) {
      const holder = owner.get(slug)
      if (taken.has(slug) || (holder !== undefined && !moving.has(holder))) throw new Error(`slug ${slug} is taken`)
      taken.add(slug)
    }
    for (const { id } of next) owner.delete(get(id).slug)
    for (const channel of next) {
      owner.set(channel.slug, channel.id)
      byId.set(channel.id, channel)
    }
  }
  const updateStream = (id: number, changes: Partial<Stream>): void => {
    const { stream } = get(id)
    if (!stream) throw new Error(`channel ${id} has no broadcast`)
    update([{ id, stream: { ...stream, ...changes } }])
  }

  const world: World = {
    clock,
    lag,
    add(fields) {
      if (byId.has(fields.id)) throw new Error(`channel ${fields.id} exists`)
      if (owner.has(fields.slug)) throw new Error(`slug ${fields.slug} is taken`)
      const channel = { ...blank, username: fields.slug, ...fields }
      byId.set(channel.id, channel)
      owner.set(channel.slug, channel.id)
      return channel
    },
    update,
    goLive(id, fields = {}) {
      const startedAt = fields.startedAt ?? Math.floor(clock() / 1000) * 1000
      const stream = { ...blankStream, id: uuid(seed, salt.stream, id, startedAt), startedAt, ...fields }
      update([{ id, stream }])
      return stream
    },
    end: (id) => updateStream(id, { endedAt: clock() }),
    resume: (id) => updateStream(id, { endedAt: null }),
    rename: (id, slug) => update([{ id, slug }]),
    swapSlugs: (a, b) =>
      update([
        { id: a, slug: get(b).slug },
        { id: b, slug: get(a).slug },
      ]),
    ban(id) {
      const { stream } = get(id)
      update([{ id, banned: true, stream: stream && { ...stream, endedAt: stream.endedAt ?? clock() } }])
    },
    unban: (id) => update([{ id, banned: false }]),
    hideViewers: (id, hidden = true) => update([{ id, hidesViewers: hidden }]),
    setViewers: (id, viewers) => updateStream(id, { viewers }),
    get,
    byId: (id) => shown(byId.get(id)),
    bySlug: (slug) => shown(byId.get(owner.get(slug) ?? -1)),
    channels: () => byId.values(),
    isListed({ id, stream, banned }, at) {
      if (!stream || banned) return false
      const second = Math.floor(stream.startedAt / 1000)
      const appear = world.lag ? hash(seed, salt.appear, id, second) % 20_000 : 0
      if (at < stream.startedAt + appear) return false
      if (stream.endedAt === null) return true
      const disappear = world.lag ? 3_000 + (hash(seed, salt.disappear, id, second) % 17_000) : 0
      return at < stream.endedAt + disappear
    },
    viewers: (channel, at) => (channel.hidesViewers ? 0 : world.audience(channel, at)),
    audience({ id, popularity, stream }, at) {
      if (!stream) return 0
      if (stream.viewers !== null) return stream.viewers
      const { startedAt, expectedEndAt, endedAt } = stream
      return viewerSample(seed, { channelId: id, popularity, startedAt, expectedEndAt }, Math.min(at, endedAt ?? at))
    },
  }
  return world
}

const blank = {
  description: '',
  avatar: '',
  banner: '',
  subscribers: { active: 0, gifted: 0, canceled: 0 },
  popularity: 100,
  hidesViewers: false,
  banned: false,
  stream: null,
} satisfies Partial<Channel>

const blankStream = {
  endedAt: null,
  expectedEndAt: null,
  title: 'Live now',
  category: { id: 15, name: 'Just Chatting' },
  language: 'en',
  tags: [],
  isMature: false,
  viewers: null,
} satisfies Partial<Stream>
