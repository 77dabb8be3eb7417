import type { PublishedChatLine } from './chat-feed.ts'

/** Lines of chat on their way from one node to the others. */
export type ChatNotice = {
  node: string
  /** Counts the notices with lines, from 1. A notice without lines has the number of the last one before it, or 0. */
  number: number
  /** The state of the node. `lost`: it dropped lines before this notice. `ends`: it has sent everything and stops. */
  state: 'on' | 'lost' | 'ends'
  lines: readonly PublishedChatLine[]
}

/** A state is sent as its index in this list. */
const states: readonly ChatNotice['state'][] = ['on', 'lost', 'ends']

/** The number of fields before the lines. */
const headWidth = 3
/** The number of fields of a line. */
const width = 7

/** Writes a notice as one JSON list: node, number, state, and then the fields of each line. JSON keeps every string, also lone surrogates. */
export const encodeChatNotice = ({ node, number, state, lines }: ChatNotice): string =>
  JSON.stringify([
    node,
    number,
    states.indexOf(state),
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

const decodeLine = (fields: readonly unknown[]): PublishedChatLine | null => {
  const [channelId, slug, messageId, platformUserId, username, content, createdAt] = fields
  if (!isCount(channelId) || !isText(slug) || !isText(messageId) || !isText(platformUserId)) return null
  if (!isText(username) || !isText(content) || !isInstant(createdAt)) return null
  const line = { messageId, platformUserId, username, content, createdAt: new Date(createdAt) }
  return { channelId: BigInt(channelId), slug, line }
}

/** Reads a notice; null for any other text. */
export const decodeChatNotice = (text: string): ChatNotice | null => {
  let parts: unknown
  try {
    parts = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length < headWidth || (parts.length - headWidth) % width !== 0) return null
  const [node, number, stateIndex] = parts
  // Only a number may be an index: an object would be asked for its text, which can throw.
  const state = typeof stateIndex === 'number' ? states[stateIndex] : undefined
  if (!isText(node) || !Number.isSafeInteger(number) || number < 0 || !state) return null
  if (number === 0 && parts.length > headWidth) return null
  const lines: PublishedChatLine[] = []
  for (let i = headWidth; i < parts.length; i += width) {
    const line = decodeLine(parts.slice(i, i + width))
    if (!line) return null
    lines.push(line)
  }
  return { node, number, state, lines }
}
