// Made by `npm run codegen` from the schema and the documents beside it.
import type { LiveChatSubscription, LiveChatSubscriptionVariables, LiveStatusSubscription, LiveStatusSubscriptionVariables, LiveViewersSubscription, LiveViewersSubscriptionVariables } from './graphql.ts'
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
  id: '8b6890ea74130abe4e7a3eca55f64529202ee55e079e5528b1bd09cdc1d9eee9',
  text: `subscription LiveStatus($ids: [ID!], $slugs: [String!], $platform: Platform, $after: String) {
  channelStatus(ids: $ids, slugs: $slugs, platform: $platform, after: $after) {
    __typename
    ... on StatusSnapshot {
      __typename
      status
      cursor
      asOf
      channel {
        __typename
        ...ChannelLabel
      }
      session {
        __typename
        ...SessionLine
      }
    }
    ... on StatusChange {
      __typename
      cursor
      event {
        __typename
        ...EventLine
      }
      channel {
        __typename
        ...ChannelLabel
      }
      session {
        __typename
        ...SessionLine
      }
    }
    ... on StatusGap {
      __typename
      after
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

fragment EventLine on StatusEvent {
  __typename
  id
  cursor
  type
  previousStatus
  newStatus
  source
  platformEventId
  occurredAt
  receivedAt
  processedAt
  data
}

fragment SessionLine on StreamSession {
  __typename
  id
  startedAt
  endedAt
  isLive
  title
  category
  language
  durationSeconds
  peakViewers
  averageViewers
  hoursWatched
}`,
})

export const LiveViewers = /* @__PURE__ */ operation<LiveViewersSubscription, LiveViewersSubscriptionVariables>({
  name: 'LiveViewers',
  type: 'subscription',
  id: '52487b597667cf51f43fcea5bd3fcf4a60318881de2c8b97c90430bd31ec79dc',
  text: `subscription LiveViewers($ids: [ID!], $slugs: [String!], $platform: Platform) {
  viewerCount(ids: $ids, slugs: $slugs, platform: $platform) {
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
