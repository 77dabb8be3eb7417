/** Viewer counts of one probe of a platform; null when the streamer hides them. */
export type ViewerBatch = {
  observedAt: Date
  samples: readonly (readonly [channelId: bigint, viewers: number | null])[]
}

/** The NOTIFY channel that carries viewer counts. */
export const viewerNoticeChannel = 'channelscope_viewers'

/** Postgres refuses payloads from 8,000 bytes on; the difference is room for its escaping, and for the transaction. */
const maxBytes = 7_800

/** SQL of the payload of a notice: a JSON list that begins with the number of the transaction, and goes on with the text in `rest`. */
export const viewerNoticeSql = (rest: string): string => `'[' || pg_current_xact_id() || ',' || ${rest}`

/**
 * What follows the number of the transaction in the payloads of notices, each at most 7,800 bytes: the instant in milliseconds, then
 * the channel id and the viewers of each sample, and the end of the list. Without samples there is none.
 */
export const encodeViewerNotices = ({ observedAt, samples }: ViewerBatch): string[] => {
  const head = String(observedAt.getTime())
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

/** Reads a payload, with the transaction that stored the counts; null for any other text. */
export const decodeViewerNotice = (payload: string): (ViewerBatch & { transaction: number }) | null => {
  let parts: unknown
  try {
    parts = JSON.parse(payload)
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length % 2 === 1 || !isCount(parts[0]) || !isCount(parts[1])) return null
  const samples: [bigint, number | null][] = []
  for (let i = 2; i < parts.length; i += 2) {
    const [channelId, viewers] = [parts[i], parts[i + 1]]
    if (!isCount(channelId) || (viewers !== null && !isCount(viewers))) return null
    samples.push([BigInt(channelId), viewers])
  }
  return { transaction: parts[0], observedAt: new Date(parts[1]), samples }
}
