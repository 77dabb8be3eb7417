import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { committedIn } from './database-snapshot.ts'
import type { FanOut } from './fan-out.ts'
import type { FeedItem } from './recent-items.ts'
import type { SnapshotPart } from './shared-snapshot.ts'
import type { StatusSource } from './status-source.ts'
import type { Subscriber } from './subscriber.ts'
import { decodeViewerNotice } from './viewer-notice.ts'

/** How many channels are read in one statement. */
const sliceSize = 1_000

type Sample = { viewers: number | null; at: Date; transaction: number }

/** Turns viewer notices into samples for subscribers. While it is busy, the latest sample of each channel waits. */
export class ViewerFeed {
  readonly #fanOut: FanOut
  readonly #source: StatusSource
  readonly #log: Log
  #pending = new Map<number, Sample>()
  #running = false
  #run: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(fanOut: FanOut, source: StatusSource, log: Log) {
    this.#fanOut = fanOut
    this.#source = source
    this.#log = log
  }

  /** Takes the payload of a notice. Samples without a subscriber are left out: who comes later reads them from the database. */
  take(payload: string): void {
    const batch = decodeViewerNotice(payload)
    if (!batch) {
      this.#log.warn({ payload: payload.slice(0, 80) }, 'a viewer notice could not be read')
      return
    }
    const { observedAt: at, transaction } = batch
    for (const [id, viewers] of batch.samples) {
      const channelId = Number(id)
      const known = this.#pending.get(channelId)
      if (!this.#fanOut.wants(channelId)) this.#pending.delete(channelId)
      else if (!known || known.at <= at) this.#pending.set(channelId, { viewers, at, transaction })
    }
    if (this.#pending.size > 0 && !this.#running) this.#run = this.#sendAll()
  }

  /** Begins a subscription: what the latest probes saw of its channels that are live, then every sample that is stored later. */
  async begin(subscriber: Subscriber, source: StatusSource): Promise<void> {
    const part = await subscriber.audience.snapshot.get(this.#fanOut.feed.head, () =>
      this.#snapshot(subscriber, source),
    )
    if (await subscriber.pushBodies(part.bodies)) subscriber.release(part.head, part.contained)
  }

  async #snapshot(subscriber: Subscriber, source: StatusSource): Promise<SnapshotPart> {
    // What the feed has sent by now was committed before, so the database shows it or something newer.
    const head = this.#fanOut.feed.head
    const { snapshot, asOf, sightings } = await source.readSightings(subscriber.interest)
    const isCommitted = committedIn(snapshot)
    const contained = {
      through: Number.POSITIVE_INFINITY,
      // A database that was restored counts its transactions anew. What it stores since is newer than the snapshot.
      has: ({ transaction, message }: FeedItem) =>
        message.kind === 'ViewerSample' && message.at <= asOf && isCommitted(transaction!),
    }
    const bodies = await subscriber.render(sightings.map((seen) => ({ kind: 'ViewerSample' as const, ...seen })))
    return { head, cursor: '', lastId: Number.POSITIVE_INFINITY, bodies, contained, next: null }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#run
  }

  async #sendAll(): Promise<void> {
    this.#running = true
    while (this.#pending.size > 0 && !this.#stopped) {
      const ids = [...this.#pending.keys().take(sliceSize)]
      const samples = ids.map((id) => this.#pending.get(id)!)
      for (const id of ids) this.#pending.delete(id)
      try {
        const channels = new Map((await this.#source.readChannelsById(ids)).map((row) => [Number(row.id), row]))
        let seq = this.#fanOut.feed.head
        this.#fanOut.push(
          ids.flatMap((channelId, i) => {
            const channel = channels.get(channelId)
            if (!channel) return []
            const { transaction, ...sample } = samples[i]!
            const message = { kind: 'ViewerSample' as const, channel, ...sample }
            return [{ seq: ++seq, channelId, platform: channel.platform, message, transaction }]
          }),
        )
      } catch (error) {
        // The next poll brings the next sample of each channel.
        this.#log.warn({ err: reasonText(error), channels: ids.length }, 'viewer samples were not sent')
      }
    }
    this.#running = false
  }
}
