import { badInput } from '../lib/errors.ts'
import { parseInt64 } from '../lib/ids.ts'

/** The types that `node` can find. */
export const nodeTypes = ['Channel', 'StreamSession', 'StatusEvent', 'Streamer', 'ChatArchive'] as const
export type NodeType = (typeof nodeTypes)[number]

/** An object by its type and internal key. */
export type NodeKey = { type: NodeType; key: bigint }

/** The opaque id by which clients name an object of the API. */
export const globalId = (type: NodeType, key: bigint): string => Buffer.from(`${type}:${key}`).toString('base64url')

/** What a global id names; null for any other text. */
export const parseGlobalId = (id: string): NodeKey | null => {
  if (id.length > 64) return null
  const bytes = Buffer.from(id, 'base64url')
  if (bytes.toString('base64url') !== id) return null
  const text = bytes.toString('latin1')
  const colon = text.indexOf(':')
  const type = nodeTypes.find((name) => name === text.slice(0, colon))
  const key = parseInt64(text.slice(colon + 1))
  return type && key !== null ? { type, key } : null
}

/** What a global id names; BAD_USER_INPUT for any other text, naming the argument. */
export const requireGlobalId = (argument: string, id: string): NodeKey => {
  const found = parseGlobalId(id)
  if (!found) throw badInput(`${argument} must be an id that this API has given out.`)
  return found
}

/** The internal key in a global id of this type; BAD_USER_INPUT for any other text, naming the argument. */
export const requireNode = (argument: string, type: NodeType, id: string): bigint => {
  const found = parseGlobalId(id)
  if (found?.type !== type) throw badInput(`${argument} must be the id of a ${type}.`)
  return found.key
}
