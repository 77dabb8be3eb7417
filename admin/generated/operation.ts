// Made by `npm run codegen` from the schema and the documents beside it.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'

/** An operation with the types of its answer and variables; `text` is what is sent, `id` the SHA-256 it is trusted by. */
export type TypedOperation<Result, Variables> = TypedDocumentNode<Result, Variables> & {
  readonly name: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly id: string
  readonly text: string
}

export const operation = <Result, Variables>(
  named: Pick<TypedOperation<Result, Variables>, 'name' | 'type' | 'id' | 'text'>,
): TypedOperation<Result, Variables> => ({ ...parse(named.text), ...named })
