/** Viewer counts of one probe of a platform; null when the streamer hides them. */
export type ViewerBatch = {
  observedAt: Date
  samples: readonly (readonly [channelId: bigint, viewers: number | null])[]
}

/** The NOTIFY channel that carries viewer counts. */
export const viewerNoticeChannel = 'channelscope_viewers'

/** Postgres refuses payloads from 8,000 bytes on; the difference is room for its escaping. */
const maxBytes = 7_900

/**
 * Payloads for NOTIFY, each at most 7,900 bytes: a JSON list of the instant in milliseconds, then the channel id and the viewers
 * of each sample. Without samples there is no payload.
 */
export const encodeViewerNotices = ({ observedAt, samples }: ViewerBatch): string[] => {
  const head = `[${observedAt.getTime()}`
  const notices: string[] = []
  let notice = head
  for (const [channelId, viewers] of samples) {
    const sample = `,${channelId},${viewers}`
    if (notice.length + sample.length + 1 > maxBytes) {
      notices.push(`${notice}]`)
      notice = head
    }
    notice += sample
  }
  if (notice !== head) notices.push(`${notice}]`)
  return notices
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** Reads a payload; null for any other text. */
export const decodeViewerNotice = (payload: string): ViewerBatch | null => {
  let parts: unknown
  try {
    parts = JSON.parse(payload)
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length % 2 === 0 || !isCount(parts[0])) return null
  const samples: [bigint, number | null][] = []
  for (let i = 1; i < parts.length; i += 2) {
    const [channelId, viewers] = [parts[i], parts[i + 1]]
    if (!isCount(channelId) || (viewers !== null && !isCount(viewers))) return null
    samples.push([BigInt(channelId), viewers])
  }
  return { observedAt: new Date(parts[0]), samples }
}
