// Made by `npm run codegen` from the schema and the documents beside it.
import type { SessionChaptersSubscription, SessionChaptersSubscriptionVariables, SessionEndQuery, SessionEndQueryVariables, SessionPageQuery, SessionPageQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const SessionChapters = /* @__PURE__ */ operation<SessionChaptersSubscription, SessionChaptersSubscriptionVariables>({
  name: 'SessionChapters',
  type: 'subscription',
  id: 'fd613b528943a62af2fc095b9da957953335dd1293666ce94f06e123e815b172',
  text: `subscription SessionChapters($ids: [ID!]!, $after: String) {
  sessionChapters(ids: $ids, after: $after) {
    __typename
    ... on SessionChapterChange {
      __typename
      cursor
      session {
        __typename
        id
      }
    }
    ... on StatusGap {
      __typename
      cursor
      reason
    }
  }
}`,
})

export const SessionEnd = /* @__PURE__ */ operation<SessionEndQuery, SessionEndQueryVariables>({
  name: 'SessionEnd',
  type: 'query',
  id: 'a24f7fdd846fecb07c846eae86dac7b019f90e873cc21a86b665c21ebee5974b',
  text: `query SessionEnd($channel: ID!, $range: TimeRange!) {
  channel(id: $channel) {
    __typename
    id
    statusEvents(range: $range, type: STREAM_END, first: 5) {
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
}`,
})

export const SessionPage = /* @__PURE__ */ operation<SessionPageQuery, SessionPageQueryVariables>({
  name: 'SessionPage',
  type: 'query',
  id: '53615ca3acc08c896c37e506a300734b49873a31966fcec13b941fc2dabe393d',
  text: `query SessionPage($id: ID!, $bucket: Bucket! = AUTO, $maxPoints: Int! = 1000) {
  streamSession(id: $id) {
    __typename
    ...SessionLine
    isMature
    peakAt
    coverage
    messages
    chatters
    follows
    viewersNow {
      __typename
      count
      at
    }
    provenance {
      __typename
      start
      end
    }
    chapters {
      __typename
      from
      until
      title
      category
      language
      isMature
      source
    }
    channel {
      __typename
      ...ChannelLabel
      externalId
      platformUserId
    }
    timeline(bucket: $bucket, maxPoints: $maxPoints) {
      __typename
      meta {
        __typename
        ...SeriesFrame
      }
      points {
        __typename
        start
        end
        viewers
        messages
        chatters
        follows
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

fragment SeriesFrame on SeriesMeta {
  __typename
  from
  to
  bucket
  timezone
  completeThrough
  coverage
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
