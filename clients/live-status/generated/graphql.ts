// Made by `npm run codegen` from the schema and the documents beside it.
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'

/** An operation with the types of its answer and variables; `text` is what is sent, `id` the SHA-256 it is trusted by. */
export type TypedOperation<Result, Variables> = DocumentTypeDecoration<Result, Variables> & {
  readonly name: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly id: string
  readonly text: string
}

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ChannelFilter = {
  /** Whether it is being watched. */
  readonly active?: boolean | null | undefined;
  /** Whether any streamer claims it, verified or not. */
  readonly claimed?: boolean | null | undefined;
  readonly platform?: Platform | null | undefined;
  /** A part of the current slug or the display name, in any case; at most 100 characters. */
  readonly search?: string | null | undefined;
  readonly status?: LiveStatus | null | undefined;
};

export type LiveStatus =
  | 'OFFLINE'
  | 'ONLINE'
  /** Not observed yet. */
  | 'UNKNOWN';

export type Platform =
  | 'KICK'
  | 'TWITCH'
  | 'X';

export type LiveChannelFragment = { readonly id: string, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly isLive: boolean };

export type LiveChannelsQueryVariables = Exact<{
  filter?: ChannelFilter | null | undefined;
  first?: number;
}>;


export type LiveChannelsQuery = { readonly channels: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly isLive: boolean }> } };

export type ChannelsLiveSubscriptionVariables = Exact<{
  slugs: ReadonlyArray<string>;
  platform?: Platform | null | undefined;
  after?: string | null | undefined;
}>;


export type ChannelsLiveSubscription = { readonly channelStatus:
    | { readonly cursor: string, readonly event: { readonly newStatus: LiveStatus, readonly occurredAt: string }, readonly channel: { readonly id: string, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly isLive: boolean }, readonly session: { readonly title: string | null, readonly startedAt: string } | null }
    | { readonly cursor: string, readonly reason: string }
    | { readonly cursor: string, readonly status: LiveStatus, readonly channel: { readonly id: string, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly isLive: boolean }, readonly session: { readonly title: string | null, readonly startedAt: string } | null }
   };

export const ChannelsLive: TypedOperation<ChannelsLiveSubscription, ChannelsLiveSubscriptionVariables> = {
  name: 'ChannelsLive',
  type: 'subscription',
  id: '12599a2e2667ae8d78de59f076ef8883973eb243adda06a689b398f64dddab15',
  text: `subscription ChannelsLive($slugs: [String!]!, $platform: Platform, $after: String) {
  channelStatus(slugs: $slugs, platform: $platform, after: $after) {
    ... on StatusSnapshot {
      cursor
      status
      channel {
        ...LiveChannel
      }
      session {
        title
        startedAt
      }
    }
    ... on StatusChange {
      cursor
      event {
        newStatus
        occurredAt
      }
      channel {
        ...LiveChannel
      }
      session {
        title
        startedAt
      }
    }
    ... on StatusGap {
      cursor
      reason
    }
  }
}

fragment LiveChannel on Channel {
  id
  slug
  displayName
  avatarUrl
  isLive
}`,
}

export const LiveChannels: TypedOperation<LiveChannelsQuery, LiveChannelsQueryVariables> = {
  name: 'LiveChannels',
  type: 'query',
  id: '7287b35092c15955a24e3962deffa30669cc09b1a0389ce09affcb138a143458',
  text: `query LiveChannels($filter: ChannelFilter = {status: ONLINE}, $first: Int! = 20) {
  channels(filter: $filter, orderBy: FOLLOWERS_DESC, first: $first) {
    nodes {
      ...LiveChannel
    }
  }
}

fragment LiveChannel on Channel {
  id
  slug
  displayName
  avatarUrl
  isLive
}`,
}
