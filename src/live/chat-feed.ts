import { unavailable } from '../lib/errors.ts'
import type { ChatLine } from '../platforms/webhook-source.ts'
import { FanOut } from './fan-out.ts'
import type { GroupMember, HubContext } from './hub-context.ts'
import type { LiveChatMessage } from './message.ts'
import { type FeedItem, RecentItems } from './recent-items.ts'

/** A line of a channel's chat that is durable, with the channel's handle at the time. */
export type PublishedChatLine = { channelId: bigint; slug: string; line: Omit<ChatLine, 'emotes' | 'badges'> }

/** What a subscriber is told whose messages are gone. */
export const chatTooSlowError = unavailable(
  'The subscriber did not keep up with the chat and has missed messages: subscribe again, chatMessages has what was missed.',
)

/** What subscribers are told when messages were lost between the nodes. */
export const chatLostError = unavailable(
  'Messages that other nodes received may be missing: subscribe again, chatMessages has what was missed.',
)

const messageOf = ({ line, slug }: PublishedChatLine): LiveChatMessage => ({
  kind: 'ChatMessage',
  messageId: line.messageId,
  username: line.username === '' ? null : line.username,
  platformUserId: line.platformUserId,
  content: line.content.toWellFormed(),
  slugAtTheTime: slug,
  createdAt: new Date(Math.floor(line.createdAt.getTime() / 1000) * 1000),
})

/** Chat on its way to subscribers: the latest messages, kept once for everyone who is behind. Whoever falls further behind is ended. */
export class ChatFeed {
  readonly fanOut: FanOut
  readonly #sliceSize: number
  #telling: Promise<void> = Promise.resolve()

  /** Keeps `capacity` messages; `end` ends a subscriber who needed one that is not kept any more. */
  constructor(capacity: number, tools: HubContext, end: (subscriber: GroupMember) => void) {
    this.#sliceSize = Math.ceil(capacity / 4)
    this.fanOut = new FanOut(new RecentItems(capacity, { coalescing: false, head: 0 }), {
      ...tools,
      gap: (subscriber) => {
        end(subscriber)
        return null
      },
    })
  }

  /** Resolves when everything that was published is told. */
  get idle(): Promise<void> {
    return this.#telling
  }

  /** Tells lines after those that were published before, no faster than subscribers who keep up take them, unless `stopped`. */
  publish(lines: readonly PublishedChatLine[], stopped: Promise<void>): Promise<void> {
    const tell = () => this.#tell(lines, stopped)
    this.#telling = this.#telling.then(tell, tell)
    return this.#telling
  }

  async #tell(lines: readonly PublishedChatLine[], stopped: Promise<void>): Promise<void> {
    const wanted = lines.filter(({ channelId }) => this.fanOut.wants(Number(channelId)))
    for (let from = 0; from < wanted.length; from += this.#sliceSize) {
      let seq = this.fanOut.feed.head
      const items = wanted.slice(from, from + this.#sliceSize).map(
        (line): FeedItem => ({
          seq: ++seq,
          channelId: Number(line.channelId),
          // Whoever asks for chat names the channel.
          platform: '',
          message: messageOf(line),
        }),
      )
      this.fanOut.push(items)
      await this.fanOut.caughtUp(this.#sliceSize, stopped)
    }
  }
}
