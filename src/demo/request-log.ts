/** One request to the server. */
export type RequestEntry = {
  at: number
  method: string
  path: string
  query: string
  userAgent: string | undefined
  /** Null until an answer is sent. */
  status: number | null
}

/** The requests since the start or the last `clear`. */
export type RequestLog = {
  readonly total: number
  /** Requests to a known endpoint, named like `GET /public/v1/channels`. */
  count(endpoint: string): number
  /** The latest 500 requests, oldest first. */
  readonly entries: readonly RequestEntry[]
  clear(): void
}

const maxEntries = 500

/** Makes an empty log, and the function that adds to it; `endpoint` is undefined for an unknown path. */
export const createRequestLog = (): {
  log: RequestLog
  record: (entry: RequestEntry, endpoint: string | undefined) => void
} => {
  const counts = new Map<string, number>()
  const entries: RequestEntry[] = []
  let total = 0
  return {
    log: {
      get total() {
        return total
      },
      entries,
      count: (endpoint) => counts.get(endpoint) ?? 0,
      clear() {
        total = 0
        entries.length = 0
        counts.clear()
      },
    },
    record(entry, endpoint) {
      total++
      if (endpoint) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1)
      entries.push(entry)
      if (entries.length > maxEntries) entries.shift()
    },
  }
}
