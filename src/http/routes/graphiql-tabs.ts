import { defaultPlatform, platformValue } from '../../schema/enums.ts'

/** One tab that GraphiQL opens with. */
export type GraphiqlTab = { query: string; variables?: string }

const hourMs = 3_600_000

const liveChannels = `# Who is live now, and what they stream. Ctrl-Enter runs it.
query LiveChannels {
  channels(filter: { status: ONLINE }, orderBy: FOLLOWERS_DESC, first: 10) {
    nodes {
      slug
      displayName
      followerCount
      currentSession {
        title
        category
        startedAt
        durationSeconds
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`

const channelHistory = `# What is known of the channels seen last: names, broadcasts, status changes.
query ChannelHistory {
  channels(first: 3) {
    nodes {
      id
      slug
      status
      slugHistory {
        slug
        observedFrom
        observedUntil
      }
      sessions(first: 3) {
        nodes {
          startedAt
          endedAt
          title
        }
      }
      statusEvents(first: 3) {
        nodes {
          type
          occurredAt
          source
        }
      }
    }
  }
}
`

const viewers = `# Viewers of three live channels: one query on the time-series store for all of them.
query Viewers($range: TimeRange!) {
  channels(filter: { status: ONLINE }, first: 3) {
    nodes {
      slug
      viewers(range: $range, maxPoints: 30) {
        meta {
          bucket
          coverage
          completeThrough
        }
        summary {
          average
          peak
          peakAt
          hoursWatched
        }
        points {
          start
          average
          max
          samples
        }
      }
    }
  }
}
`

const sessionTimeline = `# What went on in the broadcasts of three live channels: viewers, chat and follows on one axis.
query SessionTimeline {
  channels(filter: { status: ONLINE }, first: 3) {
    nodes {
      slug
      currentSession {
        title
        startedAt
        timeline(maxPoints: 30) {
          meta {
            bucket
            coverage
            completeThrough
          }
          points {
            start
            viewers
            messages
            chatters
            follows
          }
        }
      }
    }
  }
}
`

const chat = `# How much is said on the channels seen last: today and the days before, and by how many people.
query Chat {
  channels(first: 3) {
    nodes {
      slug
      chatTotals(hours: 24) {
        messages
        chatters
      }
      chatDaily(days: 7) {
        day
        messages
        chatters
      }
    }
  }
}
`

const statusEvents = `# The newest status changes of all channels.
query StatusEvents {
  statusEvents(first: 20) {
    nodes {
      occurredAt
      previousStatus
      newStatus
      source
      channel {
        slug
      }
    }
  }
}
`

const statusLive = `# The status of every channel, then each change as it happens, over WebSocket.
subscription StatusLive {
  channelStatus(platform: ${platformValue(defaultPlatform)}) {
    __typename
    ... on StatusSnapshot {
      asOf
      status
      channel {
        slug
      }
    }
    ... on StatusChange {
      event {
        newStatus
        occurredAt
      }
      channel {
        slug
      }
    }
    ... on StatusGap {
      reason
    }
  }
}
`

const viewersLive = `# Each new viewer sample, over WebSocket.
subscription ViewersLive {
  viewerCount(platform: ${platformValue(defaultPlatform)}) {
    at
    viewers
    channel {
      slug
    }
  }
}
`

/** The tabs GraphiQL opens with at an instant; each answers with data on a server that watches anything. */
export const graphiqlTabs = (now: number): GraphiqlTab[] => {
  const range = { from: new Date(now - hourMs).toISOString(), to: new Date(now).toISOString() }
  return [
    { query: liveChannels },
    { query: channelHistory },
    { query: viewers, variables: JSON.stringify({ range }, null, 2) },
    { query: sessionTimeline },
    { query: chat },
    { query: statusEvents },
    { query: statusLive },
    { query: viewersLive },
  ]
}
