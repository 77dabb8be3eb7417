import type { ObjectRef, SchemaTypes } from '@pothos/core'
import { maxPageSize } from '../resolvers/page.ts'
import { builder } from './builder.ts'

/** Where the rows of a connection lie below its field, for the relations to load with them. */
export const rowPaths = [['nodes'], ['edges', 'node']]

/** Declares the connection and edge types of a node type, named after it and for the same callers: everybody unless told. */
export const connectionOfType = <Types extends SchemaTypes, Row>(
  node: ObjectRef<Types, Row>,
  authScopes?: { operator?: true; admin?: true },
) =>
  builder.connectionObject(
    { type: node, name: `${node.name}Connection`, ...(authScopes && { authScopes }) },
    { ...(authScopes && { authScopes }) },
  )

/** The arguments of a list that is paged from its start. */
export const forwardArguments = builder.args((t) => ({
  first: t.int({ description: `At most ${maxPageSize}.` }),
  after: t.string(),
}))

/** The arguments of a list that is paged from either end. */
export const pageArguments = builder.args((t) => ({
  first: t.int({ description: `At most ${maxPageSize}; goes with after.` }),
  after: t.string(),
  last: t.int({ description: `At most ${maxPageSize}; goes with before.` }),
  before: t.string(),
}))
