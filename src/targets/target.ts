/** What is told, the same for every kind of target. It can be written as JSON. */
export type AlertMessage = {
  /** The id of the delivery, the same at every attempt. */
  id: string
  /** The kind of what happened, such as `went-live`. */
  kind: string
  /** ISO instant at which it happened. */
  at: string
  rule: { id: string; name: string }
  channel: null | {
    id: string
    platform: string
    slug: string
    displayName: string | null
    url: string
    avatarUrl: string | null
  }
  /**
   * What else is known. Targets that write for people show those of these names that are there: `title`, `category`, `viewers`,
   * `peakViewers`, `startedAt` and `endedAt` (ISO instants), `imageUrl`. In a thread, what a message does not mention stays as it was
   * told before, and null takes it back.
   */
  facts: Record<string, unknown>
  /** One sentence for people. */
  text: string
  /** Shared by the messages about one broadcast; null for others. A target that can edit keeps one message for it. */
  thread: string | null
  /** Whether an operator only tries the target. */
  isTest: boolean
}

/** How long an attempt takes at most, in milliseconds. */
export const longestAttemptMs = 15_000

/** What is known of an attempt however it ended. */
type Ended = {
  /** The status of HTTP or the code of SMTP; null when none came. */
  status: number | null
  /** The beginning of the answer, or why there was none. Never a secret. */
  answer: string
  /** How long the attempt took. */
  ms: number
}

/** How an attempt ended. */
export type Outcome =
  | (Ended & {
      kind: 'delivered'
      /** What `send` is given with the next message of the same thread; absent where nothing has to be known. */
      threadState?: string
    })
  | (Ended & {
      kind: 'retry'
      /** How long the other side asks to wait. */
      afterMs?: number
    })
  /** Trying again changes nothing: what was sent is refused as it is, or the address may not be called. */
  | (Ended & { kind: 'refused' })

/** Somewhere that alerts go. */
export type Target = {
  /** Makes one attempt; never throws. Messages of one thread come one after another. */
  send(message: AlertMessage, options: SendOptions): Promise<Outcome>
}

/** A target with its connections, which disposing closes. */
export type OpenTarget = Target & AsyncDisposable

/** What an attempt is given beside the message. */
export type SendOptions = {
  /** The `threadState` of the last message of this thread that was delivered here; null when there is none. */
  threadState: string | null
  /** Breaks the attempt off; its outcome is then `retry`. */
  signal: AbortSignal
}

/** The kinds of targets. */
export const targetKinds = ['http', 'discord', 'slack', 'email'] as const

/** A kind of target. */
export type TargetKind = (typeof targetKinds)[number]

/** Of these a target takes one message after another: each answer says when the next one may come, and an attempt has no time to wait for others. */
export const kindsOneByOne: readonly TargetKind[] = ['discord']
