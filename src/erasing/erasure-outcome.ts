/** What is waited for, in one sentence without the subject, and for how many seconds. */
export type Waits = { kind: 'waits'; forWhat: string; seconds: number }

/** What a run came to. */
export type ErasureOutcome = { kind: 'finished' } | Waits
