import type { ObjectRef, SchemaTypes } from '@pothos/core'
import { type Connection, maxPageSize } from '../resolvers/page.ts'
import { builder } from './builder.ts'
import { pagePart } from './sql-field.ts'

const PageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { extensions: pagePart('hasNextPage') }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { extensions: pagePart('hasPreviousPage') }),
    startCursor: t.string({
      nullable: true,
      extensions: pagePart('startCursor'),
      resolve: ({ rows, cursor }) => (rows.length > 0 ? cursor(rows[0]) : null),
    }),
    endCursor: t.string({
      nullable: true,
      extensions: pagePart('endCursor'),
      resolve: ({ rows, cursor }) => (rows.length > 0 ? cursor(rows.at(-1)) : null),
    }),
  }),
})

/** Where the rows of a connection lie below its field, for the relations to load with them. */
export const rowPaths = [['nodes'], ['edges', 'node']]

/** Declares the connection and edge types of a node type, named after it and for the same callers: everybody unless told. */
export const connectionOfType = <Types extends SchemaTypes, Row>(
  node: ObjectRef<Types, Row>,
  authScopes: { operator?: true; admin?: true } = {},
) => {
  const Edge = builder.objectRef<{ row: Row; cursor: (row: Row) => string }>(`${node.name}Edge`).implement({
    ...(Object.keys(authScopes).length > 0 && { authScopes }),
    fields: (t) => ({
      cursor: t.string({ extensions: pagePart('cursor'), resolve: ({ row, cursor }) => cursor(row) }),
      node: t.field({ type: node, extensions: pagePart('itself'), resolve: ({ row }) => row as never }),
    }),
  })
  return builder.objectRef<Connection<Row>>(`${node.name}Connection`).implement({
    ...(Object.keys(authScopes).length > 0 && { authScopes }),
    fields: (t) => ({
      pageInfo: t.field({
        type: PageInfo,
        extensions: pagePart('itself'),
        resolve: (connection) => connection as Connection<unknown>,
      }),
      edges: t.field({
        type: [Edge],
        extensions: pagePart('rows'),
        resolve: ({ rows, cursor }) => rows.map((row) => ({ row, cursor })),
      }),
      nodes: t.field({ type: [node], extensions: pagePart('rows'), resolve: ({ rows }) => rows as never }),
    }),
  })
}

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
