import { startChatSharing } from '../../../src/app/start-live.ts'
import { silentLog } from '../../../src/lib/log.ts'
import type { PublishedChatLine } from '../../../src/live/chat-feed.ts'
import { interestIn } from '../../../src/live/interest.ts'
import { eventually } from '../lib/eventually.ts'
import { chatLine } from '../telemetry/chat-rows.ts'
import { LiveModel, ModelSink, plainShape } from './live-model.ts'

export type NodeOptions = { url: string; channel?: string; capacity?: number; patienceMs?: number }

/** A node as the program wires it: a hub with one subscriber to the chat of channel 1, and a relay. */
export const startRelayNode = ({ channel = 'chat', ...options }: NodeOptions) => {
  const { hub } = new LiveModel(3)
  /** Another subscriber. */
  const subscribe = () => {
    const sink = new ModelSink()
    sink.subscription = hub.subscribe({ feed: 'chat', interest: interestIn([1n]) }, plainShape(), sink, sink.signal)
    const told = () => sink.messages.flatMap((message) => (message.kind === 'ChatMessage' ? [message] : []))
    return {
      told: () => told().map(({ messageId }) => messageId),
      contents: () => told().map(({ content }) => content),
      isEnded: () => sink.ended,
      error: () => sink.error,
    }
  }
  const { relay, publish } = startChatSharing({ ...options, hub, channel: async () => channel, log: silentLog })
  return {
    ...subscribe(),
    subscribe,
    relay,
    say: (...lines: PublishedChatLine[]) => publish(lines),
    connected: () => eventually('the relay is connected', () => relay.stats().connected),
    [Symbol.asyncDispose]: async () => {
      await relay[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
    },
  }
}

/** A line of chat, of channel 1 unless another is given. */
export const relayLine = (id: string, text?: string, channelId = 1n): PublishedChatLine => ({
  channelId,
  slug: `c${channelId}`,
  line: chatLine({ at: 1_000, id, text }),
})
