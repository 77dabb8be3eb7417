import type { Channel, StatusEvent, StreamSession } from '../../prisma/generated/client/client.ts'
import type { Chapter } from '../sessions/chapters.ts'
import type { ChatMessage } from '../telemetry/chat-messages.ts'

/** Where the messages of one subscription go. */
export type MessageSink = {
  /** Whether a message would be sent now. When it becomes true again the sink calls `resume()` of its subscription. */
  readonly ready: boolean
  /** Takes all bodies, in order; a few kilobytes at most unless a single one is larger. */
  write(bodies: readonly Body[]): void
  /** Called once when the subscription is over, with the reason unless the hub itself ended. */
  end(error?: unknown): void
}

/** What is told that a signal has aborted. */
export type EndListener = { handleEvent(): void }

/** What a subscription lasts until. An AbortSignal is one. */
export type EndSignal = {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: EndListener): void
  removeEventListener(type: 'abort', listener: EndListener): void
}

/** A subscription for its sink. Only the signal that it began with ends it. */
export type Subscription = {
  /** To be called when the sink takes messages again. */
  resume(): void
}

/** Messages that are rendered in the same scope may share loaders. A scope lasts a second at most, and ends with each event. */
export type RenderScope = object

/** Renders messages for one selection with its variables and a role. */
export type Renderer = {
  /** Equal keys give equal texts for every message. */
  readonly key: string
  /** Renders a message; a failure becomes part of the body, never an exception. */
  render(message: LiveMessage, scope: RenderScope): Body | Promise<Body>
}

/** The state of one channel when it was read. It contains everything up to the cursor. */
export type StatusSnapshot = {
  readonly kind: 'StatusSnapshot'
  readonly channel: Channel
  readonly session: StreamSession | null
  readonly cursor: string
  readonly asOf: Date
  /** Whether it is the last snapshot: with it the state of all channels is known. */
  readonly isLast: boolean
}

/** One event of the journal with its channel and session as they were when it was read. */
export type StatusChange = {
  readonly kind: 'StatusChange'
  readonly event: StatusEvent
  readonly channel: Channel
  readonly session: StreamSession | null
  readonly cursor: string
}

/** Events after `after` and up to `cursor` were not delivered. */
export type StatusGap = {
  readonly kind: 'StatusGap'
  readonly after: string | null
  readonly cursor: string
  readonly reason: string
}

/** A statement that changed the chapters of a session, which are as they were after it. */
export type SessionChapterChange = {
  readonly kind: 'SessionChapterChange'
  readonly channel: Channel
  readonly session: StreamSession
  /** The chapter that the statement is in. */
  readonly chapter: Chapter
  /** Of which instant the statement speaks. */
  readonly at: Date
  readonly cursor: string
}

/** The viewers of one channel at an instant; null when the streamer hides them. */
export type ViewerSample = {
  readonly kind: 'ViewerSample'
  readonly channel: Channel
  readonly viewers: number | null
  readonly at: Date
}

/** A message of a chat, in the form of its history. */
export type LiveChatMessage = ChatMessage & { readonly kind: 'ChatMessage' }

export type LiveMessage =
  | StatusSnapshot
  | StatusChange
  | SessionChapterChange
  | StatusGap
  | ViewerSample
  | LiveChatMessage

/** A message rendered for one selection, shared by all subscribers of that selection. */
export class Body {
  readonly message: LiveMessage
  /** The JSON of the GraphQL result without its last brace. The part that differs between subscriptions follows it. */
  readonly text: string
  #bytes: string | undefined

  constructor(message: LiveMessage, text: string) {
    this.message = message
    this.text = text
  }

  /** The UTF-8 bytes of the text, one character each, so that frames are joined as strings and written as latin1. */
  get bytes(): string {
    // A text that has the same length in UTF-8 is ASCII, and is its own bytes.
    this.#bytes ??=
      Buffer.byteLength(this.text) === this.text.length ? this.text : Buffer.from(this.text).toString('latin1')
    return this.#bytes
  }
}
