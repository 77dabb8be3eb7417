import type { ObjectRef, SchemaTypes } from '@pothos/core'
import { defaultPageSize, maxPageSize, type WholeList } from '../resolvers/page.ts'
import { maxCounted } from '../resolvers/row-count.ts'
import { builder } from './builder.ts'
import { pagePart } from './sql-field.ts'

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

/** The options of a connection's field that says how many rows its list has. `known` says which lists are counted. */
export const totalCount = (known: string) => ({
  nullable: true as const,
  description: `How many rows the whole list has, exactly, where that costs no scan: where this page is all of it, and ${known}, up to ${maxCounted}. Null for all other lists, because every row would be read to count them.`,
  extensions: pagePart('totalCount'),
  resolve: (page: object) => (page as WholeList).totalCount?.() ?? null,
})

/** The arguments of a list that is paged from its start. */
export const forwardArguments = builder.args((t) => ({
  first: t.int({ description: `At most ${maxPageSize}; left out, ${defaultPageSize}.` }),
  after: t.string(),
}))

/** The arguments of a list that is paged from either end. */
export const pageArguments = builder.args((t) => ({
  first: t.int({ description: `At most ${maxPageSize}; goes with after. Left out, ${defaultPageSize}.` }),
  after: t.string(),
  last: t.int({ description: `At most ${maxPageSize}; goes with before.` }),
  before: t.string(),
}))
