// Made by `npm run codegen` from the schema and the documents beside it.
import type { SetMonitoringMutation, SetMonitoringMutationVariables, TrackChannelMutation, TrackChannelMutationVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const SetMonitoring = /* @__PURE__ */ operation<SetMonitoringMutation, SetMonitoringMutationVariables>({
  name: 'SetMonitoring',
  type: 'mutation',
  id: '18ee29d0098b42260c1c7f6046131978bc6f174c8a029590a4a5364c1f37d65b',
  text: `mutation SetMonitoring($channel: ID!, $active: Boolean!) {
  setMonitoring(channel: $channel, active: $active) {
    __typename
    ... on SetMonitoringSuccess {
      __typename
      channel {
        __typename
        id
        monitoring {
          __typename
          ...MonitoringState
        }
      }
    }
    ...ProblemText
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

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const TrackChannel = /* @__PURE__ */ operation<TrackChannelMutation, TrackChannelMutationVariables>({
  name: 'TrackChannel',
  type: 'mutation',
  id: 'f0e87ef9aff9d97255499a8e3efd34d709cbfe4daac907e3056c8b6252c37369',
  text: `mutation TrackChannel($platform: Platform! = KICK, $slug: String!) {
  trackChannel(platform: $platform, slug: $slug) {
    __typename
    ... on TrackChannelSuccess {
      __typename
      created
      channel {
        __typename
        ...ChannelLabel
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ... on PlatformUnavailable {
      __typename
      retryAfterSeconds
    }
    ...ProblemText
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

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})
