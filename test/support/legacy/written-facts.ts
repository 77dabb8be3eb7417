/** What the old writers wrote last, by what identifies it in the legacy tables; null where they deleted it. */
export type WrittenFacts = {
  /** By streamer and user; streamers of deleted claims may be gone. */
  claims: Map<string, { streamer: number; user: string; name: string; verified: boolean } | null>
  sessions: Map<string, { user: string; startedAt: string; endedAt: string | null; title: string } | null>
  schedule: Map<string, { user: string; lastProbedAt: string } | null>
  probes: Map<string, { user: string; at: string; viewers: number; startedAt: string }>
  chat: Map<string, { user: string; messageId: string; content: string; at: string; exported: boolean } | null>
  subscriptions: Map<string, { user: string; type: string; id: string } | null>
  scores: Map<string, { user: string; score: number; at: string }>
  scoreHistory: Map<string, { user: string; score: number; at: string }>
  scrapes: Map<string, { user: string; url: string }>
  deliveries: Map<string, { user: string; messageId: string; processed: boolean }>
  archives: Map<string, { rows: number }>
}

/** No facts yet. */
export const noFacts = (): WrittenFacts => ({
  claims: new Map(),
  sessions: new Map(),
  schedule: new Map(),
  probes: new Map(),
  chat: new Map(),
  subscriptions: new Map(),
  scores: new Map(),
  scoreHistory: new Map(),
  scrapes: new Map(),
  deliveries: new Map(),
  archives: new Map(),
})

/** All that several writers wrote, each with keys of its own. */
export const joinFacts = (parts: readonly WrittenFacts[]): WrittenFacts => {
  const joined = noFacts()
  for (const part of parts)
    for (const kind of Object.keys(joined) as (keyof WrittenFacts)[])
      for (const [key, value] of part[kind]) (joined[kind] as Map<string, unknown>).set(key, value)
  return joined
}
