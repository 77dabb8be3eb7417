// Made by `npm run codegen` from the schema and the documents beside it.
import type { ComparePageQuery, ComparePageQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const ComparePage = /* @__PURE__ */ operation<ComparePageQuery, ComparePageQueryVariables>({
  name: 'ComparePage',
  type: 'query',
  id: 'd1b0644401f33cf41354b9d8b3de8b62182c5645a6a4192fbbb1b9d0a75167fd',
  text: `query ComparePage($slugs: [String!]!, $ids: [ID!]!, $range: TimeRange!, $before: TimeRange!, $timezone: TimeZone! = "UTC", $byStart: Boolean! = false, $withBefore: Boolean! = false, $withSlugs: Boolean! = true) {
  bySlug: channels(filter: {slugs: $slugs}, first: 50) @include(if: $withSlugs) {
    __typename
    nodes {
      __typename
      ...ComparedChannel
    }
  }
  byId: nodes(ids: $ids) {
    __typename
    ... on Channel {
      __typename
      ...ComparedChannel
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

fragment ComparedChannel on Channel {
  __typename
  ...ChannelLabel
  slugHistory {
    __typename
    slug
  }
  airtime(range: $range) @skip(if: $byStart) {
    __typename
    seconds
    broadcasts
  }
  viewers(range: $range, maxPoints: 500, timezone: $timezone) @skip(if: $byStart) {
    __typename
    ...ComparedViewers
  }
  airtimeBefore: airtime(range: $before) @include(if: $withBefore) {
    __typename
    seconds
  }
  before: viewers(range: $before, maxPoints: 500, timezone: $timezone) @include(if: $withBefore) {
    __typename
    ...ComparedViewers
  }
  sessions(first: 1, range: $range) @include(if: $byStart) {
    __typename
    nodes {
      __typename
      id
      startedAt
      endedAt
      durationSeconds
      coverage
      peakViewers
      averageViewers
      hoursWatched
      timeline(maxPoints: 500) {
        __typename
        meta {
          __typename
          ...SeriesFrame
        }
        points {
          __typename
          start
          viewers
        }
      }
    }
  }
}

fragment ComparedViewers on ViewerSeries {
  __typename
  meta {
    __typename
    ...SeriesFrame
  }
  points {
    __typename
    start
    average
  }
  summary {
    __typename
    average
    peak
    hoursWatched
  }
  outages {
    __typename
    from
    to
    reason
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
