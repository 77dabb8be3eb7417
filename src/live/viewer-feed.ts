import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { FanOut } from './fan-out.ts'
import type { StatusSource } from './status-source.ts'
import { decodeViewerNotice } from './viewer-notice.ts'

/** How many channels are read in one statement. */
const sliceSize = 1_000

/** Turns viewer notices into samples for subscribers. While it is busy, the latest sample of each channel waits. */
export class ViewerFeed {
  readonly #fanOut: FanOut
  readonly #source: StatusSource
  readonly #log: Log
  #pending = new Map<number, { viewers: number | null; at: Date }>()
  #running = false
  #run: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(fanOut: FanOut, source: StatusSource, log: Log) {
    this.#fanOut = fanOut
    this.#source = source
    this.#log = log
  }

  /** Takes the payload of a notice; samples without a subscriber are dropped at once. */
  take(payload: string): void {
    const batch = decodeViewerNotice(payload)
    if (!batch) {
      this.#log.warn({ payload: payload.slice(0, 80) }, 'a viewer notice could not be read')
      return
    }
    for (const [id, viewers] of batch.samples) {
      const channelId = Number(id)
      if (!this.#fanOut.wants(channelId)) continue
      const known = this.#pending.get(channelId)
      if (!known || known.at <= batch.observedAt) this.#pending.set(channelId, { viewers, at: batch.observedAt })
    }
    if (this.#pending.size > 0 && !this.#running) this.#run = this.#sendAll()
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
            const message = { kind: 'ViewerSample' as const, channel, ...samples[i]! }
            return [{ seq: ++seq, channelId, platform: channel.platform, message }]
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
