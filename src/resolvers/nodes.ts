import { findStreamers } from '../claims/streamers.ts'
import { badInput } from '../lib/errors.ts'
import { findChannels } from './channels.ts'
import { findChatArchives } from './chat-archives.ts'
import type { Context } from './context.ts'
import { type NodeKey, type NodeType, requireGlobalId } from './global-id.ts'
import { maxPageSize } from './page.ts'
import type { PrismaSelection } from './prisma-selection.ts'
import { findSessions } from './sessions.ts'
import { findStatusEvents } from './status-events.ts'

/** A row of a type with global ids, and its type. */
export type NodeRow = { __typename: NodeType; id: bigint }

/** The relations to load with rows of a type; only channels have any. */
export type SelectionOf = (type: NodeType) => PrismaSelection

const find = {
  Channel: findChannels,
  StreamSession: findSessions,
  StatusEvent: findStatusEvents,
  ChatArchive: findChatArchives,
  // The public sees no streamers.
  Streamer: async ({ databases, identity }: Context, ids: readonly bigint[]) =>
    identity.role === 'PUBLIC' ? new Map() : findStreamers(databases.public, ids),
} satisfies Record<NodeType, unknown>

const load = async (
  context: Context,
  keys: readonly NodeKey[],
  selectionOf: SelectionOf,
): Promise<(NodeRow | null)[]> => {
  const rows = new Map<string, NodeRow>()
  const types = new Set(keys.map(({ type }) => type))
  await Promise.all(
    [...types].map(async (type) => {
      const ids = keys.filter((key) => key.type === type).map(({ key }) => key)
      const selection = type === 'Streamer' ? {} : selectionOf(type)
      for (const [id, row] of await find[type](context, ids, selection))
        rows.set(`${type}:${id}`, { ...row, __typename: type })
    }),
  )
  return keys.map(({ type, key }) => rows.get(`${type}:${key}`) ?? null)
}

/** The object with a global id; null when there is none. */
export const node = async (context: Context, id: string, selectionOf: SelectionOf): Promise<NodeRow | null> =>
  (await load(context, [requireGlobalId('id', id)], selectionOf))[0] ?? null

/** The keys in global ids; BAD_USER_INPUT when one is not of this API, or when there are more than a page may have. */
export const nodeKeys = (ids: readonly string[]): NodeKey[] => {
  if (ids.length > maxPageSize) throw badInput(`ids must have at most ${maxPageSize} entries.`)
  return ids.map((id) => requireGlobalId('ids', id))
}

/** The objects with these global ids, in their order, null when there is none: one statement for each type. */
export const nodes = async (
  context: Context,
  ids: readonly string[],
  selectionOf: SelectionOf,
): Promise<(NodeRow | null)[]> => load(context, nodeKeys(ids), selectionOf)
