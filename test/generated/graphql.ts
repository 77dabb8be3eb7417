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

const operation = <Result, Variables>(
  named: Pick<TypedOperation<Result, Variables>, 'name' | 'type' | 'id' | 'text'>,
): TypedOperation<Result, Variables> => ({ ...parse(named.text), ...named })

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type LiveStatus =
  /** It does not broadcast. */
  | 'OFFLINE'
  /** It broadcasts. */
  | 'ONLINE'
  /** Not observed yet. */
  | 'UNKNOWN';

export type Role =
  /** May do everything. */
  | 'ADMIN'
  /** Who runs the service: sees everything but keys, settings, erasures and the audit log, and can track channels. */
  | 'OPERATOR'
  /** Anybody, also without a key, where the server allows it. */
  | 'PUBLIC';

export type ChannelBySlugQueryVariables = Exact<{
  slug: string;
  sessions?: number;
}>;


export type ChannelBySlugQuery = { readonly channel: { readonly id: string, readonly slug: string | null, readonly status: LiveStatus, readonly sessions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly startedAt: string, readonly endedAt: string | null }> } } | null };

export type WhoAmIQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoAmIQuery = { readonly me: { readonly role: Role, readonly name: string | null } };

export type AddStreamerMutationVariables = Exact<{
  name: string;
}>;


export type AddStreamerMutation = { readonly createStreamer:
    | { readonly __typename: 'CreateStreamerSuccess', readonly streamer: { readonly id: string, readonly name: string } }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly message: string }
   };

export const AddStreamer = /* @__PURE__ */ operation<AddStreamerMutation, AddStreamerMutationVariables>({
  name: 'AddStreamer',
  type: 'mutation',
  id: '29380ff9c2ea67f5bfdd0601228d14d019bd9c53589a34c9b4556ad4565f8972',
  text: `mutation AddStreamer($name: String!) {
  createStreamer(name: $name) {
    __typename
    ... on CreateStreamerSuccess {
      streamer {
        id
        name
      }
    }
    ... on InvalidInput {
      argument
      message
    }
  }
}`,
})

export const ChannelBySlug = /* @__PURE__ */ operation<ChannelBySlugQuery, ChannelBySlugQueryVariables>({
  name: 'ChannelBySlug',
  type: 'query',
  id: '1596193e88961768c202334977adbcdb68451fea0c1c90c17eb4e7ff21661780',
  text: `query ChannelBySlug($slug: String!, $sessions: Int! = 3) {
  channel(slug: $slug) {
    id
    slug
    status
    sessions(first: $sessions) {
      nodes {
        id
        startedAt
        endedAt
      }
    }
  }
}`,
})

export const WhoAmI = /* @__PURE__ */ operation<WhoAmIQuery, WhoAmIQueryVariables>({
  name: 'WhoAmI',
  type: 'query',
  id: 'b5addc76ce974e8b372a949525fdff1d465e8a9454ee5600c044a4e50c07da00',
  text: `query WhoAmI {
  me {
    role
    name
  }
}`,
})
