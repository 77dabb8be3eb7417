// Made by `npm run codegen` from the schema and the documents beside it.
import type { ChannelChartsQuery, ChannelChartsQueryVariables, ChannelClaimsQuery, ChannelClaimsQueryVariables, ChannelDeliveriesQuery, ChannelDeliveriesQueryVariables, ChannelEventsQuery, ChannelEventsQueryVariables, ChannelHolesQuery, ChannelHolesQueryVariables, ChannelMessagesQuery, ChannelMessagesQueryVariables, ChannelPageQuery, ChannelPageQueryVariables, ChannelSessionsQuery, ChannelSessionsQueryVariables, ChannelTrustQuery, ChannelTrustQueryVariables, ChannelWatchingQuery, ChannelWatchingQueryVariables, EventEvidenceQuery, EventEvidenceQueryVariables, FindStreamersQuery, FindStreamersQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const ChannelCharts = /* @__PURE__ */ operation<ChannelChartsQuery, ChannelChartsQueryVariables>({
  name: 'ChannelCharts',
  type: 'query',
  id: '0179f597e001173869e9d67094e4e206eff5462f5c40a99cb4bb5a43bbccc944',
  text: `query ChannelCharts($id: ID, $slug: String, $platform: Platform! = KICK, $range: TimeRange!, $bucket: Bucket! = AUTO, $maxPoints: Int! = 500, $timezone: TimeZone! = "UTC") {
  channel(id: $id, slug: $slug, platform: $platform) {
    __typename
    id
    platform
    slug
    displayName
    airtime(range: $range) {
      __typename
      seconds
      broadcasts
    }
    viewers(
      range: $range
      bucket: $bucket
      maxPoints: $maxPoints
      timezone: $timezone
    ) {
      __typename
      meta {
        __typename
        ...SeriesFrame
      }
      points {
        __typename
        start
        end
        average
        min
        max
        samples
        partial
      }
      summary {
        __typename
        average
        peak
        peakAt
        hoursWatched
        samples
      }
      outages {
        __typename
        from
        to
        reason
      }
    }
    chatActivity(
      range: $range
      bucket: $bucket
      maxPoints: $maxPoints
      timezone: $timezone
    ) {
      __typename
      meta {
        __typename
        ...SeriesFrame
      }
      points {
        __typename
        start
        end
        messages
        chatters
      }
    }
    follows(range: $range, bucket: $bucket, timezone: $timezone) {
      __typename
      meta {
        __typename
        ...SeriesFrame
      }
      points {
        __typename
        start
        end
        follows
      }
      total
    }
    sessions(range: $range, first: 50) {
      __typename
      nodes {
        __typename
        id
        startedAt
        endedAt
        title
        category
        provenance {
          __typename
          end
        }
        chapters {
          __typename
          from
          until
          title
          category
        }
      }
    }
    ends: statusEvents(range: $range, type: STREAM_END, first: 50) {
      __typename
      nodes {
        __typename
        ...EndOfBroadcast
      }
    }
  }
}

fragment EndOfBroadcast on StatusEvent {
  __typename
  id
  occurredAt
  receivedAt
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

export const ChannelClaims = /* @__PURE__ */ operation<ChannelClaimsQuery, ChannelClaimsQueryVariables>({
  name: 'ChannelClaims',
  type: 'query',
  id: 'cb79c50d45a0f391c293d5629bd99ee0bf826397cbe6f1ef537721dc95711c37',
  text: `query ChannelClaims($id: ID!) {
  channel(id: $id) {
    __typename
    id
    claims {
      __typename
      ...ClaimLine
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

fragment ClaimLine on ChannelClaim {
  __typename
  verified
  claimedAt
  streamer {
    __typename
    id
    name
  }
  channel {
    __typename
    ...ChannelLabel
  }
}`,
})

export const ChannelDeliveries = /* @__PURE__ */ operation<ChannelDeliveriesQuery, ChannelDeliveriesQueryVariables>({
  name: 'ChannelDeliveries',
  type: 'query',
  id: 'f0bd40b0d6ef4211d3db041ad6ece7d4e435aa727ed2840f5426d6172d73c3ed',
  text: `query ChannelDeliveries($id: ID!, $range: TimeRange, $first: Int! = 30, $after: String) {
  webhookInbox(channel: $id, range: $range, first: $first, after: $after) {
    __typename
    pageInfo {
      __typename
      ...PageEnds
    }
    nodes {
      __typename
      ...DeliveryLine
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

fragment DeliveryLine on WebhookDelivery {
  __typename
  messageId
  source
  eventType
  verified
  outcome
  reason
  repeatOf
  leftOut
  replay
  receivedAt
  lagMs
  channel {
    __typename
    ...ChannelLabel
  }
}

fragment PageEnds on PageInfo {
  __typename
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
})

export const ChannelEvents = /* @__PURE__ */ operation<ChannelEventsQuery, ChannelEventsQueryVariables>({
  name: 'ChannelEvents',
  type: 'query',
  id: '558d24e7fae4e8783615bd9ef53e33d059c4a49cb6e368cbeb16231182daa928',
  text: `query ChannelEvents($id: ID!, $first: Int! = 30, $after: String) {
  channel(id: $id) {
    __typename
    id
    statusEvents(first: $first, after: $after) {
      __typename
      pageInfo {
        __typename
        ...PageEnds
      }
      nodes {
        __typename
        ...ChannelEvent
      }
    }
  }
}

fragment ChannelEvent on StatusEvent {
  __typename
  id
  type
  previousStatus
  newStatus
  source
  platformEventId
  occurredAt
  receivedAt
  processedAt
}

fragment PageEnds on PageInfo {
  __typename
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
})

export const ChannelHoles = /* @__PURE__ */ operation<ChannelHolesQuery, ChannelHolesQueryVariables>({
  name: 'ChannelHoles',
  type: 'query',
  id: '29e323a68dc8c351478007c97447080466679024aa735e521654d0ee0a9955a0',
  text: `query ChannelHoles($id: ID!, $range: TimeRange!, $asOperator: Boolean! = false) {
  channel(id: $id) {
    __typename
    id
    viewers(range: $range) {
      __typename
      outages {
        __typename
        from
        to
        reason
        cause
        explanation
        evidence @include(if: $asOperator) {
          __typename
          place
          from
          to
          platform
          failed
          side
          target
        }
      }
    }
  }
}`,
})

export const ChannelMessages = /* @__PURE__ */ operation<ChannelMessagesQuery, ChannelMessagesQueryVariables>({
  name: 'ChannelMessages',
  type: 'query',
  id: 'dce56063ae8c27f6c1b360abe9cc77cba563695df8c07b7d5db432d7b8384193',
  text: `query ChannelMessages($id: ID!, $range: TimeRange!, $search: String, $first: Int! = 50, $after: String) {
  channel(id: $id) {
    __typename
    id
    chatMessages(range: $range, search: $search, first: $first, after: $after) {
      __typename
      pageInfo {
        __typename
        ...PageEnds
      }
      nodes {
        __typename
        messageId
        username
        platformUserId
        content
        slugAtTheTime
        createdAt
      }
    }
  }
}

fragment PageEnds on PageInfo {
  __typename
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
})

export const ChannelPage = /* @__PURE__ */ operation<ChannelPageQuery, ChannelPageQueryVariables>({
  name: 'ChannelPage',
  type: 'query',
  id: '60a41d24f96c475d9d07e37850b62c12c7fbe0938dcd0363e3511cd564fe705e',
  text: `query ChannelPage($id: ID, $slug: String, $platform: Platform! = KICK, $first: Int! = 20, $operator: Boolean! = false) {
  channel(id: $id, slug: $slug, platform: $platform) {
    __typename
    ...ChannelLabel
    redirectedFrom
    platformUserId
    bio
    isBanned
    followerCount
    followerTotals {
      __typename
      available
      reason
    }
    lastStatusChangeAt
    lastSeenOnlineAt
    firstSeenAt
    slugHistory {
      __typename
      slug
      observedFrom
      observedUntil
      isCurrent
    }
    trustScore {
      __typename
      score
      computedAt
    }
    viewersNow {
      __typename
      count
      at
    }
    currentSession {
      __typename
      ...OnAir
    }
    monitoring @include(if: $operator) {
      __typename
      ...MonitoringState
    }
    sessions(first: $first) {
      __typename
      totalCount
      pageInfo {
        __typename
        ...PageEnds
      }
      nodes {
        __typename
        ...SessionRow
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
}

fragment SessionRow on StreamSession {
  __typename
  ...SessionLine
  coverage
  provenance {
    __typename
    start
    end
  }
}`,
})

export const ChannelSessions = /* @__PURE__ */ operation<ChannelSessionsQuery, ChannelSessionsQueryVariables>({
  name: 'ChannelSessions',
  type: 'query',
  id: '41569e7a3b01b251067b093bb7067c332171fb78d5e4292aaab89443a8483ecc',
  text: `query ChannelSessions($id: ID!, $first: Int! = 20, $after: String, $range: TimeRange) {
  channel(id: $id) {
    __typename
    id
    sessions(first: $first, after: $after, range: $range) {
      __typename
      pageInfo {
        __typename
        ...PageEnds
      }
      nodes {
        __typename
        ...SessionRow
      }
    }
  }
}

fragment PageEnds on PageInfo {
  __typename
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
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
}

fragment SessionRow on StreamSession {
  __typename
  ...SessionLine
  coverage
  provenance {
    __typename
    start
    end
  }
}`,
})

export const ChannelTrust = /* @__PURE__ */ operation<ChannelTrustQuery, ChannelTrustQueryVariables>({
  name: 'ChannelTrust',
  type: 'query',
  id: 'e06309381b4170b9caf3b45ace4ed7ca9d738819332cbfd268d19601650d2e1c',
  text: `query ChannelTrust($id: ID!, $days: Int! = 90) {
  channel(id: $id) {
    __typename
    id
    trustScore {
      __typename
      score
      algorithm
      computedAt
      factors {
        __typename
        name
        value
        weight
        contribution
        explanation
      }
    }
    trustScoreHistory(days: $days) {
      __typename
      computedAt
      score
    }
  }
}`,
})

export const ChannelWatching = /* @__PURE__ */ operation<ChannelWatchingQuery, ChannelWatchingQueryVariables>({
  name: 'ChannelWatching',
  type: 'query',
  id: '6f12f87236159b25395accba58ea75940b5c8c6d2250176f12cb58f6b7361306',
  text: `query ChannelWatching($id: ID!) {
  channel(id: $id) {
    __typename
    id
    monitoring {
      __typename
      ...MonitoringState
      trackedSince
    }
    eventSubscriptions {
      __typename
      ...SubscriptionLine
    }
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

fragment SubscriptionLine on EventSubscription {
  __typename
  id
  event
  platformSubscriptionId
  status
  error
  lastEventAt
  createdAt
}`,
})

export const EventEvidence = /* @__PURE__ */ operation<EventEvidenceQuery, EventEvidenceQueryVariables>({
  name: 'EventEvidence',
  type: 'query',
  id: '55604c9b9158849b8e015d2fe5adabbf82e6eae382d6d89300f85515cd0ea5a1',
  text: `query EventEvidence($id: ID!) {
  node(id: $id) {
    __typename
    ... on StatusEvent {
      __typename
      id
      data
    }
  }
}`,
})

export const FindStreamers = /* @__PURE__ */ operation<FindStreamersQuery, FindStreamersQueryVariables>({
  name: 'FindStreamers',
  type: 'query',
  id: 'c7456b410977dd3d86113e4ea1566eed60e2d6377c0130bdbcead1afbb446ced',
  text: `query FindStreamers($search: String!, $first: Int! = 8) {
  streamers(search: $search, first: $first) {
    __typename
    nodes {
      __typename
      id
      name
    }
  }
}`,
})
