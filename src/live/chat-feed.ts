import { unavailable } from '../lib/errors.ts'
import type { ChatLine } from '../platforms/webhook-source.ts'
import { FanOut } from './fan-out.ts'
import type { GroupMember, HubContext } from './hub-context.ts'
import type { LiveChatMessage } from './message.ts'
import { type FeedItem, RecentItems } from './recent-items.ts'

/** A durable line of a channel's chat, with the channel's slug at the time. */
export type PublishedChatLine = { channelId: bigint; slug: string; line: Omit<ChatLine, 'emotes' | 'badges'> }

/** The error of a subscriber whose messages are not kept any more. */
export const chatTooSlowError = unavailable(
  'The subscriber did not keep up with the chat and has missed messages: subscribe again, chatMessages has what was missed.',
)

/** The error of subscribers after messages were lost between the nodes. */
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

/** Chat on its way to subscribers. The latest messages are kept once for all who are behind; who falls further behind is ended. */
export class ChatFeed {
  readonly fanOut: FanOut
  readonly #sliceSize: number
  #sending: Promise<void> = Promise.resolve()

  /** Keeps `capacity` messages; `end` ends a subscriber that needs a message which is not kept any more. */
  constructor(capacity: number, context: HubContext, end: (subscriber: GroupMember) => void) {
    this.#sliceSize = Math.ceil(capacity / 4)
    this.fanOut = new FanOut(new RecentItems(capacity, { coalescing: false, head: 0 }), {
      ...context,
      gap: (subscriber) => {
        end(subscriber)
        return null
      },
    })
  }

  /** Resolves when everything that was published is sent. */
  get idle(): Promise<void> {
    return this.#sending
  }

  /** Sends lines after those of earlier calls, as fast as subscribers who keep up take them, until `stopped` resolves. */
  publish(lines: readonly PublishedChatLine[], stopped: Promise<void>): Promise<void> {
    const send = () => this.#send(lines, stopped)
    this.#sending = this.#sending.then(send, send)
    return this.#sending
  }

  async #send(lines: readonly PublishedChatLine[], stopped: Promise<void>): Promise<void> {
    const wanted = lines.filter(({ channelId }) => this.fanOut.wants(Number(channelId)))
    for (let from = 0; from < wanted.length; from += this.#sliceSize) {
      let seq = this.fanOut.feed.head
      const items = wanted.slice(from, from + this.#sliceSize).map(
        (line): FeedItem => ({
          seq: ++seq,
          channelId: Number(line.channelId),
          // A subscription to chat always names channels, never a platform.
          platform: '',
          message: messageOf(line),
        }),
      )
      this.fanOut.push(items)
      await this.fanOut.caughtUp(this.#sliceSize, stopped)
    }
  }
}
