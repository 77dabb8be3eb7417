// Made by `npm run codegen` from the schema and the documents beside it.
import type { ChannelListQuery, ChannelListQueryVariables, FindChannelQuery, FindChannelQueryVariables, FindChannelsQuery, FindChannelsQueryVariables, ListChangesSubscription, ListChangesSubscriptionVariables, ListTitlesSubscription, ListTitlesSubscriptionVariables, ListViewersSubscription, ListViewersSubscriptionVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const ChannelList = /* @__PURE__ */ operation<ChannelListQuery, ChannelListQueryVariables>({
  name: 'ChannelList',
  type: 'query',
  id: '672d28c19fabb3a7e194d139a6661f8db54b362a045f9ffeeab680737f1dc309',
  text: `query ChannelList($filter: ChannelFilter, $orderBy: ChannelOrder! = LAST_SEEN_DESC, $first: Int, $after: String, $last: Int, $before: String, $operator: Boolean! = false, $searching: Boolean! = false) {
  journal: statusEvents(first: 1) {
    __typename
    nodes {
      __typename
      id
      cursor
    }
  }
  channels(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    __typename
    asOf
    totalCount
    pageInfo {
      __typename
      ...PageEnds
    }
    nodes {
      __typename
      ...ChannelLine
      slugHistory @include(if: $searching) {
        __typename
        slug
        observedUntil
        isCurrent
      }
      monitoring @include(if: $operator) {
        __typename
        ...MonitoringState
      }
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

fragment ChannelLine on Channel {
  __typename
  ...ChannelLabel
  followerCount
  followerTotals {
    __typename
    available
    reason
  }
  isBanned
  lastSeenOnlineAt
  viewersNow {
    __typename
    count
    at
  }
  currentSession {
    __typename
    ...OnAir
  }
  trustScore {
    __typename
    score
  }
}

fragment MonitoringState on ChannelMonitoring {
  __typename
  active
  nextProbeAt
  lastProbedAt
  intervalSeconds
  consecutiveFailures
}

fragment OnAir on StreamSession {
  __typename
  id
  title
  category
  language
  isMature
  startedAt
}

fragment PageEnds on PageInfo {
  __typename
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
})

export const FindChannel = /* @__PURE__ */ operation<FindChannelQuery, FindChannelQueryVariables>({
  name: 'FindChannel',
  type: 'query',
  id: 'dcbb913e071bbfc2af08ca2a768e11396a9b52a4762e64ac29bad6d787621665',
  text: `query FindChannel($id: ID, $slug: String, $platformUserId: String, $platform: Platform! = KICK, $at: DateTime) {
  channel(
    id: $id
    slug: $slug
    platformUserId: $platformUserId
    platform: $platform
    at: $at
  ) {
    __typename
    ...ChannelLabel
    redirectedFrom
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
}`,
})

export const FindChannels = /* @__PURE__ */ operation<FindChannelsQuery, FindChannelsQueryVariables>({
  name: 'FindChannels',
  type: 'query',
  id: 'd166b216681efd999a2057452949da200213d8c2ea4fa47f8156d8fca1e0a03f',
  text: `query FindChannels($text: String!, $platform: Platform, $first: Int! = 10) {
  findChannels(text: $text, platform: $platform, first: $first) {
    __typename
    by
    slug
    until
    channel {
      __typename
      ...ChannelLabel
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
}`,
})

export const ListChanges = /* @__PURE__ */ operation<ListChangesSubscription, ListChangesSubscriptionVariables>({
  name: 'ListChanges',
  type: 'subscription',
  id: '8276a3e34c970099eb29875f768fa1fe119c32605e1291408efe86a615216f4c',
  text: `subscription ListChanges($after: String, $ids: [ID!]!) {
  channelStatus(after: $after, ids: $ids) {
    __typename
    ... on StatusChange {
      __typename
      cursor
      event {
        __typename
        id
        type
      }
      channel {
        __typename
        id
        status
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

fragment OnAir on StreamSession {
  __typename
  id
  title
  category
  language
  isMature
  startedAt
}`,
})

export const ListTitles = /* @__PURE__ */ operation<ListTitlesSubscription, ListTitlesSubscriptionVariables>({
  name: 'ListTitles',
  type: 'subscription',
  id: '7ea1b00925fab68ea355c6060e9e6d45b7eb92a2bcac29df6411a64bf64a6923',
  text: `subscription ListTitles($after: String, $ids: [ID!]!) {
  sessionChapters(after: $after, ids: $ids) {
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
  isMature
  startedAt
}`,
})

export const ListViewers = /* @__PURE__ */ operation<ListViewersSubscription, ListViewersSubscriptionVariables>({
  name: 'ListViewers',
  type: 'subscription',
  id: '7c8ac536b3cb245cc7ef4025e92c702bfcb636bd0c607d94b223abde66fc651c',
  text: `subscription ListViewers($ids: [ID!]!) {
  viewerCount(ids: $ids) {
    __typename
    at
    viewers
    channel {
      __typename
      id
    }
  }
}`,
})
