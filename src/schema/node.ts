import { queryFromInfo } from '@pothos/plugin-prisma'
import { globalId, type NodeKey, type NodeType, requireGlobalId } from '../resolvers/global-id.ts'
import { type NodeRow, node, nodeKeys, nodes } from '../resolvers/nodes.ts'
import { builder } from './builder.ts'
import { type NamedRows, rowsBy, value } from './sql-field.ts'

/** Everything that `node` can find. */
export const NodeInterface = builder.interfaceRef<{ id: bigint }>('Node').implement({
  description: 'An object with an id of its own.',
  fields: (t) => ({ id: t.id() }),
  resolveType: (row) => (row as NodeRow).__typename,
})

/** The options of the id field of a type that implements Node. */
export const idOf = (type: NodeType) => ({
  extensions: { sql: value((row) => `'${type}:' || ${row}.id`, 'id') },
  resolve: (row: { id: bigint }): string => globalId(type, row.id),
})

/** The types whose rows are found by their ids alone. Others are shown only to some roles, or come from the other database. */
const foundById: ReadonlySet<NodeType> = new Set(['Channel', 'StreamSession', 'StatusEvent'])

/** The row of a node. */
export const nodeRow = ({ type, key }: NodeKey): NamedRows | string =>
  foundById.has(type)
    ? { type, name: 'id', values: [key], where: (row, [id]) => `${row}.id = ${id}::bigint` }
    : `No statement reads a ${type} by its id.`

const nodeRows = (keys: readonly NodeKey[]): NamedRows | string => {
  const [type = 'Channel', ...others] = new Set(keys.map((key) => key.type))
  if (others.length > 0) return 'The ids are of several types, which have different columns.'
  if (!foundById.has(type)) return `No statement reads a ${type} by its id.`
  return { type, name: 'ids', values: [keys.map(({ key }) => key)], inOrder: true }
}

builder.queryFields((t) => ({
  node: t.field({
    type: NodeInterface,
    nullable: true,
    description: 'The object with this id; null when there is none.',
    args: { id: t.arg.id({ required: true }) },
    extensions: { sql: rowsBy(({ id }: { id: string }) => nodeRow(requireGlobalId('id', id))) },
    resolve: (_, { id }, context, info) => node(context, id, (typeName) => queryFromInfo({ context, info, typeName })),
  }),
  nodes: t.field({
    type: [NodeInterface],
    nullable: { list: false, items: true },
    description: 'The objects with these ids (at most 100), in their order; null where there is none.',
    args: { ids: t.arg.idList({ required: true }) },
    extensions: {
      listSize: (args: { ids: unknown[] }) => args.ids.length,
      sql: rowsBy(({ ids }: { ids: string[] }) => nodeRows(nodeKeys(ids))),
    },
    resolve: (_, { ids }, context, info) =>
      nodes(context, ids, (typeName) => queryFromInfo({ context, info, typeName })),
  }),
}))
