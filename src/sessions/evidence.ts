/** What made an observation, as it came. It is held by reference and written only where a status event follows. */
export type Evidence =
  | { kind: 'delivery'; messageId: string; eventType: string; body: string }
  /** The answer to a poll; `row` makes the channel's part of it, and is absent where the answer has none. */
  | { kind: 'answer'; endpoint: string; row?: () => unknown }
  /** Nothing came at all: the channel was not probed since then. */
  | { kind: 'silence'; since: Date | null }
