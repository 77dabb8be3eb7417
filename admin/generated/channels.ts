// Made by `npm run codegen` from the schema and the documents beside it.
import type { ChannelListQuery, ChannelListQueryVariables, FindChannelQuery, FindChannelQueryVariables, FindChannelsQuery, FindChannelsQueryVariables, NamedChannelQuery, NamedChannelQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const ChannelList = /* @__PURE__ */ operation<ChannelListQuery, ChannelListQueryVariables>({
  name: 'ChannelList',
  type: 'query',
  id: '82b12e116d6ad7e245231606c63aa5ac0a765686e7022e6290e40329625e7e4b',
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

export const NamedChannel = /* @__PURE__ */ operation<NamedChannelQuery, NamedChannelQueryVariables>({
  name: 'NamedChannel',
  type: 'query',
  id: '6cc450cff33a8949bb0fdf2493ec71ea7044e154c76597cb7a90d840ad6e0978',
  text: `query NamedChannel($id: ID!) {
  channel(id: $id) {
    __typename
    ...ChannelLabel
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
