// Made by `npm run codegen` from the schema and the documents beside it.
import type { DeliveryEffectQuery, DeliveryEffectQueryVariables, LostDeliveriesQuery, LostDeliveriesQueryVariables, ReplayWebhookMutation, ReplayWebhookMutationVariables, WebhookDeliveryQuery, WebhookDeliveryQueryVariables, WebhookInboxQuery, WebhookInboxQueryVariables, WebhookStatisticsQuery, WebhookStatisticsQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const DeliveryEffect = /* @__PURE__ */ operation<DeliveryEffectQuery, DeliveryEffectQueryVariables>({
  name: 'DeliveryEffect',
  type: 'query',
  id: 'cff037a011752214f534a65303443dd269f1a2a716d3beabebf03e42c11bad2e',
  text: `query DeliveryEffect($channel: ID!, $range: TimeRange!, $at: DateTime!) {
  channel(id: $channel) {
    __typename
    id
    statusEvents(range: $range, first: 50) {
      __typename
      nodes {
        __typename
        id
        type
        occurredAt
        platformEventId
      }
    }
    asOf(at: $at) {
      __typename
      session {
        __typename
        id
        title
        startedAt
      }
    }
  }
}`,
})

export const LostDeliveries = /* @__PURE__ */ operation<LostDeliveriesQuery, LostDeliveriesQueryVariables>({
  name: 'LostDeliveries',
  type: 'query',
  id: 'b50cbdb5eb6e0cfd9bdb5c1df52307103170cd81d2acd11e89abc9afe36ef5ec',
  text: `query LostDeliveries($range: TimeRange!, $channel: ID, $eventType: String, $first: Int! = 50, $after: String) {
  lostDeliveries(
    range: $range
    channel: $channel
    eventType: $eventType
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
      channel {
        __typename
        ...ChannelLabel
      }
      session {
        __typename
        id
        title
      }
      change
      eventType
      occurredAt
      noticedAt
      noticedBy
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

export const ReplayWebhook = /* @__PURE__ */ operation<ReplayWebhookMutation, ReplayWebhookMutationVariables>({
  name: 'ReplayWebhook',
  type: 'mutation',
  id: 'cb203425ba5ad6df5d56e332cadc4d954e304c145bb3a3129ace4e7b16d4ca8a',
  text: `mutation ReplayWebhook($messageId: String!) {
  replayWebhook(messageId: $messageId) {
    __typename
    ... on ReplayWebhookSuccess {
      __typename
      delivery {
        __typename
        messageId
        outcome
        reason
        receivedAt
      }
    }
    ...ProblemText
  }
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const WebhookDelivery = /* @__PURE__ */ operation<WebhookDeliveryQuery, WebhookDeliveryQueryVariables>({
  name: 'WebhookDelivery',
  type: 'query',
  id: 'dfbac934bb2ad307fdf606e2cb20ee7abbf7bad8d80954ab310b7005532753d3',
  text: `query WebhookDelivery($messageId: String!, $receivedAt: DateTime) {
  webhookDelivery(messageId: $messageId, receivedAt: $receivedAt) {
    __typename
    ...DeliveryLine
    channelUserId
    payload
    headers {
      __typename
      name
      value
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
}`,
})

export const WebhookInbox = /* @__PURE__ */ operation<WebhookInboxQuery, WebhookInboxQueryVariables>({
  name: 'WebhookInbox',
  type: 'query',
  id: 'c24e633389bed10e96d1a2ac91af5be543d0fd09be8cd554fab1f822d1920d5a',
  text: `query WebhookInbox($range: TimeRange, $channel: ID, $eventType: String, $verified: Boolean, $outcomes: [WebhookOutcome!], $first: Int! = 100, $after: String) {
  webhookInbox(
    range: $range
    channel: $channel
    eventType: $eventType
    verified: $verified
    outcomes: $outcomes
    first: $first
    after: $after
  ) {
    __typename
    pageInfo {
      __typename
      ...PageEnds
    }
    edges {
      __typename
      cursor
      node {
        __typename
        ...DeliveryLine
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

export const WebhookStatistics = /* @__PURE__ */ operation<WebhookStatisticsQuery, WebhookStatisticsQueryVariables>({
  name: 'WebhookStatistics',
  type: 'query',
  id: 'e7ffe653f66350c191fd57a986eaf6825783363f015c7d1482405788a58da3af',
  text: `query WebhookStatistics($range: TimeRange!, $channel: ID, $eventType: String) {
  webhookStatistics(
    range: $range
    channel: $channel
    eventType: $eventType
    maxPoints: 120
  ) {
    __typename
    meta {
      __typename
      ...SeriesFrame
    }
    keptSince
    total {
      __typename
      received
      leftOut
      outcomes {
        __typename
        outcome
        count
      }
      lag {
        __typename
        p50
        p95
        max
      }
      expected
      untold
    }
    points {
      __typename
      start
      end
      outcomes {
        __typename
        outcome
        count
      }
    }
    byType {
      __typename
      source
      eventType
      lastAt
      received
      expected
      untold
    }
    outages {
      __typename
      from
      to
      reason
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
