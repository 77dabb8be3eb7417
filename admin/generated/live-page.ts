// Made by `npm run codegen` from the schema and the documents beside it.
import type { AnyChannelQuery, AnyChannelQueryVariables, LastHourQuery, LastHourQueryVariables, LivePageQuery, LivePageQueryVariables, LiveTotalsQuery, LiveTotalsQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const AnyChannel = /* @__PURE__ */ operation<AnyChannelQuery, AnyChannelQueryVariables>({
  name: 'AnyChannel',
  type: 'query',
  id: '22a6df6cc65f96bacec8133aa1f693f0ae403492ed735789e7bdbde7417104d9',
  text: `query AnyChannel {
  channels(first: 1) {
    __typename
    nodes {
      __typename
      id
    }
  }
}`,
})

export const LastHour = /* @__PURE__ */ operation<LastHourQuery, LastHourQueryVariables>({
  name: 'LastHour',
  type: 'query',
  id: '7c5cc35d0d931a68a2e0740104236a44dd06567f5ef8ca3adcb5189236d9f29b',
  text: `query LastHour($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on Channel {
      __typename
      id
      viewers(range: {from: "now-60m", to: "now"}, bucket: FIVE_MINUTES) {
        __typename
        points {
          __typename
          start
          average
        }
      }
    }
  }
}`,
})

export const LivePage = /* @__PURE__ */ operation<LivePageQuery, LivePageQueryVariables>({
  name: 'LivePage',
  type: 'query',
  id: 'debd42ca4b1c61a164698e67d2ea34a796712a06e870c5902f0809fa54896dc8',
  text: `query LivePage($first: Int! = 500, $platform: Platform, $category: String, $language: String) {
  journal: statusEvents(first: 1) {
    __typename
    nodes {
      __typename
      id
      cursor
    }
  }
  live: channels(
    filter: {status: ONLINE, platform: $platform, category: $category, language: $language}
    orderBy: VIEWERS_DESC
    first: $first
  ) {
    __typename
    asOf
    totalCount
    nodes {
      __typename
      ...ChannelLabel
      viewersNow {
        __typename
        count
        at
      }
      currentSession {
        __typename
        ...OnAir
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

fragment OnAir on StreamSession {
  __typename
  id
  title
  category
  language
  startedAt
}`,
})

export const LiveTotals = /* @__PURE__ */ operation<LiveTotalsQuery, LiveTotalsQueryVariables>({
  name: 'LiveTotals',
  type: 'query',
  id: 'df048abe23778d1bec49f2c2a3083f097527b38f0b064f348c1e363067b28003',
  text: `query LiveTotals {
  totals(range: {from: "now-24h", to: "now"}, bucket: FIFTEEN_MINUTES) {
    __typename
    meta {
      __typename
      ...SeriesFrame
    }
    points {
      __typename
      start
      end
      liveChannels
      viewers
      messages
      observedChannels
      partial
    }
  }
}

fragment SeriesFrame on SeriesMeta {
  __typename
  from
  to
  bucket
  timezone
  completeThrough
  coverage
}`,
})
