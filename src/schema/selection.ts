import { queryFromInfo } from '@pothos/plugin-prisma'
import type { FieldNode, GraphQLResolveInfo } from 'graphql'
import type { Context } from '../resolvers/context.ts'
import type { Selection } from '../resolvers/selection.ts'

// Every execution collects its field nodes anew, and shares them between the rows of a list.
const known = new WeakMap<readonly FieldNode[], Selection>()

/** The relations that a field's selection needs, worked out once for all rows of a list. */
export const selectionOf = (context: Context, info: GraphQLResolveInfo): Selection => {
  let selection = known.get(info.fieldNodes)
  if (!selection) {
    selection = queryFromInfo({ context, info }) as Selection
    known.set(info.fieldNodes, selection)
  }
  return selection
}
