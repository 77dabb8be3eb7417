import type { PublishedChatLine } from './chat-feed.ts'

/** Lines of chat on their way from one node to the others. */
export type ChatNotice = {
  node: string
  /** Of those with lines, from 1 in the order they were sent; one without lines has the number of the last before it, or 0. */
  number: number
  /** How it is with the node: lines before this notice were given up, or it has told everything and ends. */
  state: 'on' | 'lost' | 'ends'
  lines: readonly PublishedChatLine[]
}

/** In the form they are sent in: a number, by its place. */
const states: readonly ChatNotice['state'][] = ['on', 'lost', 'ends']

/** Fields before the lines, and fields of a line. */
const headWidth = 3
const width = 7

/** One JSON list: node, number, state, and then the fields of each line in turn. JSON keeps every string, lone surrogates too. */
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

/** Reads a notice; null when it is not one of ours. */
export const decodeChatNotice = (text: string): ChatNotice | null => {
  let parts: unknown
  try {
    parts = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length < headWidth || (parts.length - headWidth) % width !== 0) return null
  const [node, number, place] = parts
  const state = states[place]
  if (!isText(node) || !Number.isSafeInteger(number) || number < 0 || typeof place !== 'number' || !state) return null
  if (number === 0 && parts.length > headWidth) return null
  const lines: PublishedChatLine[] = []
  for (let i = headWidth; i < parts.length; i += width) {
    const line = decodeLine(parts.slice(i, i + width))
    if (!line) return null
    lines.push(line)
  }
  return { node, number, state, lines }
}
