import type { Channel, StatusEvent } from '../../../prisma/generated/client/client.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createHub } from '../../../src/live/hub.ts'
import { covers, type Interest } from '../../../src/live/interest.ts'
import type { Journal, JournalReader } from '../../../src/live/journal.ts'
import { decodeJournalCursor } from '../../../src/live/journal-cursor.ts'
import {
  Body,
  type LiveMessage,
  type MessageSink,
  type Renderer,
  type Subscription,
} from '../../../src/live/message.ts'
import type { JournalEvent, StatusSource } from '../../../src/live/status-source.ts'
import { noticesOf } from './viewer-notices.ts'

const at = new Date(Date.UTC(2026, 0, 1))

/** Small, so that a few events and channels make several pages. */
const pageSize = 2

const firstPage = (events: JournalEvent[]) => ({ events: events.slice(0, pageSize), more: events.length > pageSize })

const modelChannel = (id: number): Channel =>
  ({
    id: BigInt(id),
    platform: id % 2 === 0 ? 'twitch' : 'kick',
    currentSlug: `c${id}`,
    status: 'offline',
    isLive: id !== 5,
  }) as Channel

const modelEvent = (id: number, channelId: number): JournalEvent => ({
  event: { id: BigInt(id), channelId: BigInt(channelId), eventType: 'stream_start' } as StatusEvent,
  channel: modelChannel(channelId),
  session: null,
})

/** A shape that renders at once; `key` tells one from another. */
export const plainShape = (key = 'plain', padding = ''): Renderer & { rendered: number } => ({
  key,
  rendered: 0,
  render(message) {
    this.rendered++
    return new Body(message, `{"kind":"${message.kind}"}${padding}`)
  },
})

/** A shape that takes a turn of the event loop to render. */
export const slowShape = (): Renderer => ({
  key: 'slow',
  render: (message) => new Promise((resolve) => setImmediate(() => resolve(new Body(message, '{}')))),
})

/** A sink that keeps what it is given, and takes as many writes as the test allows. */
export class ModelSink implements MessageSink {
  writes = Number.POSITIVE_INFINITY
  ended = false
  error: unknown
  readonly messages: LiveMessage[] = []
  subscription: Subscription | null = null
  readonly #cancelled = new AbortController()

  /** What it is begun with. */
  get signal(): AbortSignal {
    return this.#cancelled.signal
  }

  /** Nobody reads it any more. */
  cancel(): void {
    this.#cancelled.abort()
  }

  write(bodies: readonly Body[]): void {
    if (!this.ready) throw new Error('written to although it was not ready')
    this.writes--
    for (const { message } of bodies) this.messages.push(message)
  }

  end(error?: unknown): void {
    this.ended = true
    this.error = error
  }

  get ready(): boolean {
    return this.writes > 0
  }

  allow(writes: number): void {
    this.writes = writes
    if (this.ready) this.subscription?.resume()
  }

  /** Ids of the changes, in the order they came. */
  get changes(): number[] {
    return this.messages.flatMap((message) => (message.kind === 'StatusChange' ? [Number(message.event.id)] : []))
  }

  get gaps(): { after: number; through: number }[] {
    return this.messages.flatMap((message) =>
      message.kind === 'StatusGap'
        ? [
            {
              after: Number(decodeJournalCursor(message.after!).id),
              through: Number(decodeJournalCursor(message.cursor).id),
            },
          ]
        : [],
    )
  }
}

/** Lets the event loop turn; five turns are enough for all that follows from one step. */
export const settle = async (turns = 5): Promise<void> => {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
}

type Look = { take(): void; give(): void; taken: boolean }

/**
 * A journal and its database in memory. Events are committed by `commit` and told to the hub by `tell`; a look at the
 * database sees what is committed when it is taken and arrives when it is given, both at the test's command.
 */
export class LiveModel implements Journal {
  readonly channels: number[]
  readonly committed: JournalEvent[] = []
  prunedThrough = 0
  reads = 0
  readonly hub: ReturnType<typeof createHub>
  /** What the latest probes saw, and the notices of it that were not told yet. */
  readonly #sightings = new Map<number, { viewers: number | null; at: Date }>()
  readonly #notices: string[] = []
  #transaction = 0
  #reader!: JournalReader
  #told = 0
  #looks: Look[] = []
  /** What every look fails with, if anything. */
  readFailure: Error | undefined
  /** Whether looks wait for `take` and `give`. */
  manual = false

  constructor(
    channels: number,
    capacity: { status: number; viewers: number; chat?: number } = { status: 4_096, viewers: 16_384 },
  ) {
    this.channels = Array.from({ length: channels }, (_, i) => i + 1)
    const chapters = () => Promise.reject(new Error('The model has no chapters.'))
    this.hub = createHub({ journal: this, source: this.#source, chapters, log: silentLog, capacity })
    this.begin('model')
  }

  follow(reader: JournalReader): void {
    this.#reader = reader
  }

  begin(epoch: string): void {
    this.#told = this.committed.length
    this.#reader.begin({ epoch, head: this.committed.length, details: 0 })
  }

  health() {
    return { connected: true, lastReadMs: 0 }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  commit(...channelIds: number[]): void {
    for (const id of channelIds) this.committed.push(modelEvent(this.committed.length + 1, id))
  }

  /** Tells the hub the next committed events. */
  async tell(count = Number.POSITIVE_INFINITY): Promise<void> {
    const events = this.committed.slice(this.#told, this.#told + count)
    this.#told += events.length
    if (events.length > 0) await this.#reader.events(events)
  }

  /** Commits a probe: what it saw, and its notices. */
  probe(at: Date, samples: readonly (readonly [channelId: bigint, viewers: number | null])[]): void {
    for (const [id, viewers] of samples) this.#sightings.set(Number(id), { viewers, at })
    this.#notices.push(...noticesOf({ observedAt: at, samples }, ++this.#transaction))
  }

  /** Tells the hub the oldest notices, in the order of their commits. */
  tellViewers(count = Number.POSITIVE_INFINITY): void {
    for (const notice of this.#notices.splice(0, count)) this.#reader.viewers(notice)
  }

  /** Takes, or gives back, the oldest look that waits for it. */
  take(): void {
    this.#looks.find(({ taken }) => !taken)?.take()
  }
  give(): void {
    if (this.#looks[0]?.taken) this.#looks.shift()!.give()
  }

  /** Whether everything was told and nobody waits for a look. */
  get isQuiet(): boolean {
    return this.#told === this.committed.length && this.#looks.length === 0 && this.#notices.length === 0
  }

  /** Opens a subscription into a sink of its own. */
  open(interest: Interest, options: { after?: string; shape?: Renderer } = {}): ModelSink {
    const sink = new ModelSink()
    const after =
      options.after === undefined ? null : { text: options.after, cursor: decodeJournalCursor(options.after) }
    sink.subscription = this.hub.subscribe(
      { feed: 'status', interest, after },
      options.shape ?? plainShape(),
      sink,
      sink.signal,
    )
    return sink
  }

  #look<T>(see: () => T): Promise<T> {
    this.reads++
    if (this.readFailure) return Promise.reject(this.readFailure)
    if (!this.manual) return Promise.resolve(see())
    return new Promise((resolve) => {
      let seen: T
      const look: Look = {
        taken: false,
        take: () => {
          seen = see()
          look.taken = true
        },
        give: () => resolve(seen),
      }
      this.#looks.push(look)
    })
  }

  get #source(): StatusSource {
    const head = () => this.committed.length
    return {
      readEvents: (interest, after, through) =>
        this.#look(() => ({
          head: head(),
          prunedThrough: this.prunedThrough,
          ...firstPage(
            this.committed.filter(
              ({ event: { id }, channel }) =>
                id > after && id <= through && covers(interest, Number(channel.id), channel.platform),
            ),
          ),
        })),
      readChannels: (interest, after) =>
        this.#look(() => {
          const ids = this.channels.filter((id) => id > after && covers(interest, id, modelChannel(id).platform))
          const page = interest.channels ? ids : ids.slice(0, pageSize)
          return {
            head: head(),
            asOf: at,
            more: page.length < ids.length,
            channels: page.map((id) => ({
              channel: { ...modelChannel(id), followerCount: this.versionOf(id) },
              session: null,
            })),
          }
        }),
      readSightings: (interest) =>
        this.#look(() => ({
          snapshot: `${this.#transaction + 1}:${this.#transaction + 1}:`,
          asOf: new Date(8.64e15),
          sightings: [...this.#sightings].flatMap(([id, sighting]) => {
            const channel = modelChannel(id)
            return channel.isLive && covers(interest, id, channel.platform) ? [{ channel, ...sighting }] : []
          }),
        })),
      readChannelsById: (ids) => this.#look(() => ids.map(modelChannel)),
    }
  }

  /** Id of the last committed event of a channel: what a snapshot shows as its follower count. */
  versionOf(channelId: number): number {
    return Number(this.committed.findLast(({ channel }) => Number(channel.id) === channelId)?.event.id ?? 0)
  }
}
