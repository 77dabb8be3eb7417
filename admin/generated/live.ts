// Made by `npm run codegen` from the schema and the documents beside it.
import type { LiveChatSubscription, LiveChatSubscriptionVariables, LiveStatusSubscription, LiveStatusSubscriptionVariables, LiveTitlesSubscription, LiveTitlesSubscriptionVariables, LiveViewersSubscription, LiveViewersSubscriptionVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const LiveChat = /* @__PURE__ */ operation<LiveChatSubscription, LiveChatSubscriptionVariables>({
  name: 'LiveChat',
  type: 'subscription',
  id: '228c0356403525642a5cc3980b86e66d248bd08f95aef1c9bfde1f3a0c7015a8',
  text: `subscription LiveChat($id: ID!) {
  chat(id: $id) {
    __typename
    messageId
    username
    platformUserId
    content
    createdAt
  }
}`,
})

export const LiveStatus = /* @__PURE__ */ operation<LiveStatusSubscription, LiveStatusSubscriptionVariables>({
  name: 'LiveStatus',
  type: 'subscription',
  id: '3498d4021ecf58b26b94ab2d51b30fb85e7b99da948e67f56899e14657e15128',
  text: `subscription LiveStatus($ids: [ID!], $after: String) {
  channelStatus(ids: $ids, after: $after) {
    __typename
    ... on StatusSnapshot {
      __typename
      cursor
      status
      channel {
        __typename
        id
      }
      session {
        __typename
        ...OnAir
      }
    }
    ... on StatusChange {
      __typename
      cursor
      event {
        __typename
        id
        type
        newStatus
        occurredAt
      }
      channel {
        __typename
        ...ChannelLabel
        lastSeenOnlineAt
        viewersNow {
          __typename
          count
          at
        }
      }
      session {
        __typename
        ...OnAir
      }
    }
    ... on StatusGap {
      __typename
      cursor
      reason
    }
  }
}

fragment ChannelLabel on Channel {
  __typename
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment OnAir on StreamSession {
  __typename
  id
  title
  category
  language
  startedAt
}`,
})

export const LiveTitles = /* @__PURE__ */ operation<LiveTitlesSubscription, LiveTitlesSubscriptionVariables>({
  name: 'LiveTitles',
  type: 'subscription',
  id: 'f2cdf3638e7297e8dfd1d2007f68941cf2131c066a3d10dccc4657247a1c65eb',
  text: `subscription LiveTitles($ids: [ID!], $after: String) {
  sessionChapters(ids: $ids, after: $after) {
    __typename
    ... on SessionChapterChange {
      __typename
      cursor
      channel {
        __typename
        id
      }
      session {
        __typename
        ...OnAir
      }
    }
    ... on StatusGap {
      __typename
      cursor
      reason
    }
  }
}

fragment OnAir on StreamSession {
  __typename
  id
  title
  category
  language
  startedAt
}`,
})

export const LiveViewers = /* @__PURE__ */ operation<LiveViewersSubscription, LiveViewersSubscriptionVariables>({
  name: 'LiveViewers',
  type: 'subscription',
  id: 'c9cac7de65fb5d17aba2df2093e9df49c98f4d2bfeb1de60e4a4d0ef835d2440',
  text: `subscription LiveViewers($ids: [ID!]) {
  viewerCount(ids: $ids) {
    __typename
    viewers
    at
    channel {
      __typename
      id
    }
  }
}`,
})
