// Made by `npm run codegen` from the schema and the documents beside it.
import type { AnyChannelQuery, AnyChannelQueryVariables, LastHourQuery, LastHourQueryVariables, LiveChangesSubscription, LiveChangesSubscriptionVariables, LivePageQuery, LivePageQueryVariables, LiveTitlesSubscription, LiveTitlesSubscriptionVariables, LiveTotalsQuery, LiveTotalsQueryVariables } from './graphql.ts'
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

export const LiveChanges = /* @__PURE__ */ operation<LiveChangesSubscription, LiveChangesSubscriptionVariables>({
  name: 'LiveChanges',
  type: 'subscription',
  id: 'a551f57fc393491b6fe6271569deaf405bdab7e6290ef39d29b1ff61b120efbc',
  text: `subscription LiveChanges($after: String, $platform: Platform) {
  channelStatus(after: $after, platform: $platform) {
    __typename
    ... on StatusChange {
      __typename
      cursor
      event {
        __typename
        id
        type
        occurredAt
      }
      channel {
        __typename
        ...ChannelLabel
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
  isMature
  startedAt
}`,
})

export const LivePage = /* @__PURE__ */ operation<LivePageQuery, LivePageQueryVariables>({
  name: 'LivePage',
  type: 'query',
  id: '32fe5846a059eb5e6db82514b25fcce3c0ed74461140bb2dd50c110291211639',
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
  isMature
  startedAt
}`,
})

export const LiveTitles = /* @__PURE__ */ operation<LiveTitlesSubscription, LiveTitlesSubscriptionVariables>({
  name: 'LiveTitles',
  type: 'subscription',
  id: '2b48ab59f3aafad91d54a2f5c99c47221af3921f3b20140b1b6fb79da115263b',
  text: `subscription LiveTitles($after: String, $platform: Platform) {
  sessionChapters(after: $after, platform: $platform) {
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

export const LiveTotals = /* @__PURE__ */ operation<LiveTotalsQuery, LiveTotalsQueryVariables>({
  name: 'LiveTotals',
  type: 'query',
  id: 'e7b3927c1e9f01c9a0224dd459966a7c9d184fcbb451b1b39f4d266ea4c482e7',
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
      liveChannels
      viewers
      messages
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
