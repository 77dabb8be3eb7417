import { badInput } from '../lib/errors.ts'
import { isUlid, parseInt64 } from '../lib/ids.ts'
import { parseGlobalId } from './global-id.ts'

/** A channel by its internal id or by its ULID. */
export type ChannelReference = { id: bigint } | { externalId: string }

/** Reads a global id, a ULID or a decimal channelId; anything else is BAD_USER_INPUT, naming the argument. */
export const parseChannelReference = (argument: string, text: string): ChannelReference => {
  const id = parseInt64(text)
  if (id !== null) return { id }
  if (isUlid(text)) return { externalId: text }
  const node = parseGlobalId(text)
  if (node?.type === 'Channel') return { id: node.key }
  throw badInput(
    `${argument} must be the id of a channel: a global id, a ULID or a number from 1 to 9223372036854775807.`,
  )
}

/** Reads references to channels, in their order and sorted into internal ids and ULIDs. BAD_USER_INPUT for anything else, naming the argument. */
export const parseChannelReferences = (argument: string, texts: readonly string[]) => {
  const references = texts.map((text) => parseChannelReference(argument, text))
  return {
    references,
    ids: references.flatMap((one) => ('id' in one ? [one.id] : [])),
    externalIds: references.flatMap((one) => ('id' in one ? [] : [one.externalId])),
  }
}

/** A slug in its stored form (trimmed, lower case), or null when no platform allows it. */
export const normalSlug = (text: string): string | null => {
  const slug = text.trim().toLowerCase()
  return /^[a-z0-9_-]{1,40}$/.test(slug) ? slug : null
}

/** A slug in its stored form; BAD_USER_INPUT, with the name of the argument, for any other text. */
export const parseSlug = (argument: string, text: string): string => {
  const slug = normalSlug(text)
  if (slug === null) throw badInput(`${argument} must be 1 to 40 letters, digits, "_" or "-".`)
  return slug
}

/** An account id of a platform; BAD_USER_INPUT for any other text. */
export const parsePlatformUserId = (text: string): string => {
  if (!/^[\x21-\x7e]{1,64}$/.test(text)) throw badInput('platformUserId must be 1 to 64 printable ASCII characters.')
  return text
}
