// Made by `npm run codegen` from the schema and the documents beside it.
import type { PlatformCallsQuery, PlatformCallsQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const PlatformCalls = /* @__PURE__ */ operation<PlatformCallsQuery, PlatformCallsQueryVariables>({
  name: 'PlatformCalls',
  type: 'query',
  id: '2f2ad05358cb295f58dd2cf3c1a9a4db1d294df6c456cce88beda04301e2154b',
  text: `query PlatformCalls($platform: Platform, $channel: ID, $failed: Boolean, $range: TimeRange, $first: Int! = 50, $after: String) {
  scrapeLog(
    platform: $platform
    channel: $channel
    failed: $failed
    range: $range
    first: $first
    after: $after
  ) {
    __typename
    pageInfo {
      __typename
      ...PageEnds
    }
    nodes {
      __typename
      id
      requestedAt
      platform
      endpoint
      status
      error
      body
      durationMs
      items
      channel {
        __typename
        ...ChannelLabel
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

fragment PageEnds on PageInfo {
  __typename
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
})
