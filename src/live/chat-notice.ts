import type { ToldLine } from './chat-feed.ts'

/** Lines of chat on their way from one node to the others; its notices are numbered from 1 in the order they were sent. */
export type ChatNotice = { node: string; number: number; lines: readonly ToldLine[] }

/** Fields of a line. */
const width = 7

/** One JSON list: node, number, and then the fields of each line in turn. JSON keeps every string, lone surrogates too. */
export const encodeChatNotice = ({ node, number, lines }: ChatNotice): string =>
  JSON.stringify([
    node,
    number,
    ...lines.flatMap(({ channelId, slug, line }) => [
      Number(channelId),
      slug,
      line.messageId,
      line.platformUserId,
      line.username,
      line.content,
      line.createdAt.getTime(),
    ]),
  ])

const isText = (value: unknown): value is string => typeof value === 'string'
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0
/** Milliseconds that a Date can hold. */
const isInstant = (value: unknown): value is number => Number.isInteger(value) && Math.abs(value as number) <= 8.64e15

const decodeLine = (fields: readonly unknown[]): ToldLine | null => {
  const [channelId, slug, messageId, platformUserId, username, content, createdAt] = fields
  if (!isCount(channelId) || !isText(slug) || !isText(messageId) || !isText(platformUserId)) return null
  if (!isText(username) || !isText(content) || !isInstant(createdAt)) return null
  const line = { messageId, platformUserId, username, content, createdAt: new Date(createdAt) }
  return { channelId: BigInt(channelId), slug, line }
}

/** Reads a notice; null when it is not one of ours. */
export const decodeChatNotice = (text: string): ChatNotice | null => {
  let parts: unknown
  try {
    parts = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length < 2 || (parts.length - 2) % width !== 0) return null
  const [node, number] = parts
  if (!isText(node) || !isCount(number)) return null
  const lines: ToldLine[] = []
  for (let i = 2; i < parts.length; i += width) {
    const line = decodeLine(parts.slice(i, i + width))
    if (!line) return null
    lines.push(line)
  }
  return { node, number, lines }
}
