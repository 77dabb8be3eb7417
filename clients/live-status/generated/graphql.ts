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
export type ChannelFilter = {
  /** Whether it is being watched. */
  readonly active?: boolean | null | undefined;
  /** The category of the broadcast that is on, in any case. In rankings and totals: of what was broadcast in the range. */
  readonly category?: string | null | undefined;
  /** Whether any streamer claims it, verified or not. */
  readonly claimed?: boolean | null | undefined;
  /** The beginning of a slug that it has or ever had or of its display name, a whole id, or the address of a stream: what findChannels finds, in the order of the list. Empty, all channels. */
  readonly handle?: string | null | undefined;
  /** The language of the broadcast that is on, as the platform writes it, in any case. In rankings and totals: of what was broadcast in the range. */
  readonly language?: string | null | undefined;
  /** Left out, all platforms. */
  readonly platform?: Platform | null | undefined;
  /** A part of the current slug or the display name, in any case; at most 100 characters. */
  readonly search?: string | null | undefined;
  /** At most 100. Of each name the channel that has it now, else the one that had it last: on platform, or without it on every platform. A name that nobody had finds nothing. */
  readonly slugs?: ReadonlyArray<string> | null | undefined;
  /** Left out, any status. */
  readonly status?: LiveStatus | null | undefined;
  /** Only channels that are watched, and have been without a break since this instant or longer. */
  readonly trackedSince?: string | null | undefined;
};

export type LiveStatus =
  /** It does not broadcast. */
  | 'OFFLINE'
  /** It broadcasts. */
  | 'ONLINE'
  /** Not observed yet. */
  | 'UNKNOWN';

export type Platform =
  /** Kick. */
  | 'KICK'
  /** Twitch. */
  | 'TWITCH'
  /** X. It tells profiles and followers, and nothing of broadcasts. */
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
    | { readonly __typename: 'StatusChange', readonly cursor: string, readonly event: { readonly newStatus: LiveStatus, readonly occurredAt: string }, readonly channel: { readonly id: string, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly isLive: boolean }, readonly session: { readonly title: string | null, readonly startedAt: string } | null }
    | { readonly __typename: 'StatusGap', readonly cursor: string, readonly reason: string }
    | { readonly __typename: 'StatusSnapshot', readonly cursor: string, readonly isLast: boolean, readonly status: LiveStatus, readonly channel: { readonly id: string, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly isLive: boolean }, readonly session: { readonly title: string | null, readonly startedAt: string } | null }
   };

export const ChannelsLive = /* @__PURE__ */ operation<ChannelsLiveSubscription, ChannelsLiveSubscriptionVariables>({
  name: 'ChannelsLive',
  type: 'subscription',
  id: '21239e189b63c3d00988c3104bbfdf51a761928eb6b883f76a9a4375c298c538',
  text: `subscription ChannelsLive($slugs: [String!]!, $platform: Platform, $after: String) {
  channelStatus(slugs: $slugs, platform: $platform, after: $after) {
    __typename
    ... on StatusSnapshot {
      cursor
      isLast
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
})

export const LiveChannels = /* @__PURE__ */ operation<LiveChannelsQuery, LiveChannelsQueryVariables>({
  name: 'LiveChannels',
  type: 'query',
  id: 'f0e2d0aca0fa0fc55eb1d2028a985a287627d95883b8c86f91834f58748482a3',
  text: `query LiveChannels($filter: ChannelFilter = {status: ONLINE}, $first: Int! = 20) {
  channels(filter: $filter, orderBy: LAST_SEEN_DESC, first: $first) {
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
})
