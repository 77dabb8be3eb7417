/** What targets are told, but for the id of the delivery. It is made once, when it is decided, so that every attempt says the same. */
export type Message = {
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
  facts: Record<string, unknown>
  /** One sentence for people. */
  text: string
  /** Shared by the messages about one broadcast; null for others. */
  thread: string | null
  isTest: boolean
}

/** What is told, the same for every kind of target. */
export type AlertMessage = Message & {
  /** The id of the delivery, the same at every attempt. */
  id: string
}

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
  | (Ended & { kind: 'delivered'; threadState?: string })
  | (Ended & { kind: 'retry'; afterMs?: number })
  | (Ended & { kind: 'refused' })

/** Somewhere that alerts go. */
export type Target = {
  send(message: AlertMessage, options: { threadState: string | null; signal: AbortSignal }): Promise<Outcome>
}
