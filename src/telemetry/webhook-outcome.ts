/** What may become of a delivery, in the words of `vf.webhook_inbox`, with what each means and what an operator should do. */
export const outcomeMeanings = {
  PROJECTED: 'What it tells is in the stores. Nothing is to be done.',
  LATE: 'Like PROJECTED, and received more than five minutes after it was sent. Many of them mean that the platform is behind.',
  KEPT: 'Genuine and ours, of a type that is kept as it came because nothing else stores it. Nothing is to be done.',
  REPEATED:
    'The same delivery, or the same chat message under another id, came before: repeatOf names the first, which has the payload. Nothing is to be done.',
  QUARANTINED:
    'Sent more than seven days before it was received, or more than five minutes after that: it changed nothing. Replay it if it is to count.',
  UNTRACKED:
    'About a channel that is not tracked, or by an event subscription that is not ours: it changed nothing. If the channel is to be tracked, track it, then replay the delivery.',
  UNSUPPORTED:
    'Of a type or version that this version of the program does not read: it changed nothing. Replay it after an upgrade.',
  TYPE_MISMATCH:
    'The body is not what its type says: it changed nothing. Many of them mean that the platform has changed its format.',
  MALFORMED:
    'The headers or the body can not be read, or they tell an instant that can not be true: it changed nothing. Many genuine ones mean that the platform has changed its format.',
  FORGED:
    'The signature is missing or wrong, so anybody may have sent it: it changed nothing. Many of them from the platform itself mean a wrong key or secret.',
  TEST: 'A test delivery, by the platform or an operator: it shows that deliveries arrive and changes nothing.',
} as const

/** What became of a delivery. */
export type Outcome = keyof typeof outcomeMeanings

/** All outcomes. */
export const outcomes = Object.keys(outcomeMeanings) as Outcome[]
