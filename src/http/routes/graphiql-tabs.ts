import { defaultPlatform, platformValue } from '../../schema/enums.ts'

/** One tab that GraphiQL opens with. */
type GraphiqlTab = { query: string }

const liveByViewers = `# Who is live now, most viewers first, and what they stream. Ctrl-Enter runs it.
query Live {
  channels(filter: { status: ONLINE }, orderBy: VIEWERS_DESC, first: 50) {
    asOf
    totalCount
    nodes {
      slug
      displayName
      viewersNow {
        count
        at
      }
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

const topOfTheDay = `# The ten channels that were watched most in the last 24 hours, and their shares of all that was watched.
query TopTen {
  rankings(by: HOURS_WATCHED, range: { from: "now-24h", to: "now" }, first: 10) {
    total
    nodes {
      rank
      value
      share
      coverage
      channel {
        slug
        displayName
      }
    }
  }
}
`

const everything = `# Everything that is watched together: live channels, viewers, messages and follows of the last six hours.
query Totals {
  totals(range: { from: "now-6h", to: "now" }, bucket: FIFTEEN_MINUTES) {
    meta {
      bucket
      coverage
      completeThrough
    }
    points {
      start
      liveChannels
      viewers
      messages
      follows
    }
  }
}
`

const channelHistory = `# What is known of the channels seen last: names, broadcasts, status changes.
query History {
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

const viewers = `# Viewers of the last broadcasts of three live channels: one query on the time-series store for all of them.
query Viewers {
  channels(filter: { status: ONLINE }, first: 3) {
    nodes {
      slug
      sessions(first: 2) {
        nodes {
          startedAt
          endedAt
          peakViewers
          averageViewers
          hoursWatched
          timeline(maxPoints: 30) {
            meta {
              bucket
              coverage
              completeThrough
            }
            points {
              start
              viewers
            }
          }
        }
      }
    }
  }
}
`

const sessionTimeline = `# What went on in the broadcasts of three live channels: viewers, chat and follows on one axis.
query Timeline {
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

const anHourAgo = `# What was true an hour ago of the channels that are live now.
query HourAgo {
  channels(filter: { status: ONLINE }, orderBy: VIEWERS_DESC, first: 10) {
    nodes {
      slug
      viewersNow {
        count
      }
      asOf(at: "now-1h") {
        at
        slug
        status
        viewers {
          count
        }
        chapter {
          title
          category
        }
      }
    }
  }
}
`

const whatChanged = `# What changed in the last six hours: broadcasts that began and ended, new names, bans and returns.
query Changes {
  statusEvents(range: { from: "now-6h", to: "now" }, first: 20) {
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
  renames(range: { from: "now-30d", to: "now" }, first: 10) {
    nodes {
      observedAt
      from
      to
    }
  }
  bans(range: { from: "now-30d", to: "now" }, first: 10) {
    nodes {
      bannedAt
      returnedAt
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

const viewersLive = `# The latest viewers of each live channel, then each new sample, over WebSocket.
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

/**
 * The tabs GraphiQL opens with; each answers with data on a server that watches anything. The browser keeps them, so their ranges are
 * told from now.
 */
export const graphiqlTabs: readonly GraphiqlTab[] = [
  { query: liveByViewers },
  { query: topOfTheDay },
  { query: everything },
  { query: channelHistory },
  { query: viewers },
  { query: sessionTimeline },
  { query: anHourAgo },
  { query: whatChanged },
  { query: chat },
  { query: statusLive },
  { query: viewersLive },
]
