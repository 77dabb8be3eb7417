import { queryFromInfo } from '@pothos/plugin-prisma'
import { globalId, type NodeType } from '../resolvers/global-id.ts'
import { type NodeRow, node, nodes } from '../resolvers/nodes.ts'
import { builder } from './builder.ts'

/** Everything that `node` can find. */
export const NodeInterface = builder.interfaceRef<{ id: bigint }>('Node').implement({
  description: 'An object with an id of its own.',
  fields: (t) => ({ id: t.id() }),
  resolveType: (row) => (row as NodeRow).__typename,
})

/** The id field of a type that implements Node. */
export const idOf =
  (type: NodeType) =>
  (row: { id: bigint }): string =>
    globalId(type, row.id)

builder.queryFields((t) => ({
  node: t.field({
    type: NodeInterface,
    nullable: true,
    description: 'The object with this id; null when there is none.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context, info) => node(context, id, (typeName) => queryFromInfo({ context, info, typeName })),
  }),
  nodes: t.field({
    type: [NodeInterface],
    nullable: { list: false, items: true },
    description: 'The objects with these ids (at most 100), in their order; null where there is none.',
    args: { ids: t.arg.idList({ required: true }) },
    extensions: { listSize: (args: { ids: unknown[] }) => args.ids.length },
    resolve: (_, { ids }, context, info) =>
      nodes(context, ids, (typeName) => queryFromInfo({ context, info, typeName })),
  }),
}))
