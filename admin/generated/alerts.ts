// Made by `npm run codegen` from the schema and the documents beside it.
import type { AlertDeliveriesQuery, AlertDeliveriesQueryVariables, AlertDeliveryCountsQuery, AlertDeliveryCountsQueryVariables, AlertDeliveryQuery, AlertDeliveryQueryVariables, AlertDryRunQuery, AlertDryRunQueryVariables, AlertNamesQuery, AlertNamesQueryVariables, AlertRuleQuery, AlertRuleQueryVariables, AlertRulesQuery, AlertRulesQueryVariables, AlertTargetsQuery, AlertTargetsQueryVariables, CreateAlertRuleMutation, CreateAlertRuleMutationVariables, CreateAlertTargetMutation, CreateAlertTargetMutationVariables, DeleteAlertRuleMutation, DeleteAlertRuleMutationVariables, DeleteAlertTargetMutation, DeleteAlertTargetMutationVariables, PauseAlertTargetMutation, PauseAlertTargetMutationVariables, ReplayAlertDeliveriesMutation, ReplayAlertDeliveriesMutationVariables, ResumeAlertTargetMutation, ResumeAlertTargetMutationVariables, RotateAlertTargetKeyMutation, RotateAlertTargetKeyMutationVariables, StreamerNamesQuery, StreamerNamesQueryVariables, TestAlertTargetMutation, TestAlertTargetMutationVariables, UpdateAlertRuleMutation, UpdateAlertRuleMutationVariables, UpdateAlertTargetMutation, UpdateAlertTargetMutationVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const AlertDeliveries = /* @__PURE__ */ operation<AlertDeliveriesQuery, AlertDeliveriesQueryVariables>({
  name: 'AlertDeliveries',
  type: 'query',
  id: 'a1109b5adcd599a1dcaece975ca2bf8e7d61d2413cc3ac1da9a4b2598110a386',
  text: `query AlertDeliveries($filter: AlertDeliveryFilter, $first: Int! = 50, $after: String) {
  alertDeliveries(filter: $filter, first: $first, after: $after) {
    __typename
    pageInfo {
      __typename
      ...PageEnds
    }
    nodes {
      __typename
      ...AlertDeliveryLine
    }
  }
}

fragment AlertAttemptLine on AlertAttempt {
  __typename
  number
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertDeliveryLine on AlertDelivery {
  __typename
  id
  kind
  text
  state
  happenedAt
  createdAt
  dueAt
  endedAt
  attemptCount
  lastAttempt {
    __typename
    ...AlertAttemptLine
  }
  rule {
    __typename
    id
    name
  }
  target {
    __typename
    id
    name
    pausedAt
  }
  channel {
    __typename
    ...ChannelLabel
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

export const AlertDelivery = /* @__PURE__ */ operation<AlertDeliveryQuery, AlertDeliveryQueryVariables>({
  name: 'AlertDelivery',
  type: 'query',
  id: 'eed977b251395f56dc3190672a43b6071ad683a9503142b4746e5b4e194761b0',
  text: `query AlertDelivery($id: ID!) {
  alertDeliveries(filter: {ids: [$id]}, first: 1) {
    __typename
    nodes {
      __typename
      ...AlertDeliveryLine
      recordedAt
      message
      attempts {
        __typename
        ...AlertAttemptLine
      }
    }
  }
}

fragment AlertAttemptLine on AlertAttempt {
  __typename
  number
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertDeliveryLine on AlertDelivery {
  __typename
  id
  kind
  text
  state
  happenedAt
  createdAt
  dueAt
  endedAt
  attemptCount
  lastAttempt {
    __typename
    ...AlertAttemptLine
  }
  rule {
    __typename
    id
    name
  }
  target {
    __typename
    id
    name
    pausedAt
  }
  channel {
    __typename
    ...ChannelLabel
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
}`,
})

export const AlertDeliveryCounts = /* @__PURE__ */ operation<AlertDeliveryCountsQuery, AlertDeliveryCountsQueryVariables>({
  name: 'AlertDeliveryCounts',
  type: 'query',
  id: '5a68406cbf1c3c4f20b15fece252a72510283ded32c6a96e0dcb4602769c1e85',
  text: `query AlertDeliveryCounts($filter: AlertDeliveryFilter!) {
  alertDeliveryCounts(filter: $filter) {
    __typename
    waiting
    delivered
    dead
  }
}`,
})

export const AlertDryRun = /* @__PURE__ */ operation<AlertDryRunQuery, AlertDryRunQueryVariables>({
  name: 'AlertDryRun',
  type: 'query',
  id: '3fc9749b9d77ea8bbb9ce91875cfdd6027dee373fc2db2046552817d60420f5a',
  text: `query AlertDryRun($id: ID, $rule: AlertRuleInput, $range: TimeRange!, $timezone: TimeZone!, $newest: Int! = 100) {
  alertDryRun(
    id: $id
    rule: $rule
    range: $range
    timezone: $timezone
    newest: $newest
  ) {
    __typename
    told
    decisions {
      __typename
      decision
      count
    }
    days {
      __typename
      day
      told
    }
    newest {
      __typename
      kind
      at
      text
      message
    }
  }
}`,
})

export const AlertNames = /* @__PURE__ */ operation<AlertNamesQuery, AlertNamesQueryVariables>({
  name: 'AlertNames',
  type: 'query',
  id: 'dbba34e45a8bbf2369866d1527d5310bb086f28a0f60b13419553d1982efa0a8',
  text: `query AlertNames {
  alertRules {
    __typename
    id
    name
  }
  alertTargets {
    __typename
    id
    name
  }
}`,
})

export const AlertRule = /* @__PURE__ */ operation<AlertRuleQuery, AlertRuleQueryVariables>({
  name: 'AlertRule',
  type: 'query',
  id: '395be9796fd592ea53264ebdc463715e900aea2c8d58099f28603ea11f2544de',
  text: `query AlertRule($id: ID!) {
  alertRule(id: $id) {
    __typename
    ...AlertRuleWhole
  }
}

fragment AlertRuleLine on AlertRule {
  __typename
  id
  name
  isEnabled
  since
  kinds
  channelCount
  platform
  streamer {
    __typename
    id
    name
  }
  conditions {
    __typename
    titleContains
    categories
    viewers
    timesUsual
    scoreBelow
    jobs
  }
  quiet {
    __typename
    timezone
    from
    until
    days
  }
  windowSeconds
  targets {
    __typename
    id
    name
  }
  toldLately
  lastToldAt
  version
  createdAt
  updatedAt
  updatedBy
}

fragment AlertRuleWhole on AlertRule {
  __typename
  ...AlertRuleLine
  channels {
    __typename
    ...ChannelLabel
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
}`,
})

export const AlertRules = /* @__PURE__ */ operation<AlertRulesQuery, AlertRulesQueryVariables>({
  name: 'AlertRules',
  type: 'query',
  id: 'b37ed62b34ed5adadb5a54df09b5a773ff3bddb2449f6469c7ce32c36df109b5',
  text: `query AlertRules {
  alertRules {
    __typename
    ...AlertRuleLine
  }
}

fragment AlertRuleLine on AlertRule {
  __typename
  id
  name
  isEnabled
  since
  kinds
  channelCount
  platform
  streamer {
    __typename
    id
    name
  }
  conditions {
    __typename
    titleContains
    categories
    viewers
    timesUsual
    scoreBelow
    jobs
  }
  quiet {
    __typename
    timezone
    from
    until
    days
  }
  windowSeconds
  targets {
    __typename
    id
    name
  }
  toldLately
  lastToldAt
  version
  createdAt
  updatedAt
  updatedBy
}`,
})

export const AlertTargets = /* @__PURE__ */ operation<AlertTargetsQuery, AlertTargetsQueryVariables>({
  name: 'AlertTargets',
  type: 'query',
  id: 'dbdb8cdcbf6e61c3a9f297b988ab42e7893387844c0846badb0bec844de489cb',
  text: `query AlertTargets {
  alertTargets {
    __typename
    ...AlertTargetLine
  }
}

fragment AlertAnswerLine on AlertAnswer {
  __typename
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertTargetLine on AlertTarget {
  __typename
  id
  name
  kind
  settings
  destination
  signingKeys {
    __typename
    scheme
    publicKey
    until
  }
  pausedAt
  pausedReason
  failures
  failingSince
  waitUntil
  deliveredAt
  lastAnswer {
    __typename
    ...AlertAnswerLine
  }
  waiting
  version
  createdAt
  updatedAt
  updatedBy
}`,
})

export const CreateAlertRule = /* @__PURE__ */ operation<CreateAlertRuleMutation, CreateAlertRuleMutationVariables>({
  name: 'CreateAlertRule',
  type: 'mutation',
  id: '716a280f5e8a878dffb2bc28b637a8e5f9f2047a264381cce5caedec9492f2fe',
  text: `mutation CreateAlertRule($rule: AlertRuleInput!) {
  createAlertRule(rule: $rule) {
    __typename
    ... on SaveAlertRuleSuccess {
      __typename
      rule {
        __typename
        ...AlertRuleWhole
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ...ProblemText
  }
}

fragment AlertRuleLine on AlertRule {
  __typename
  id
  name
  isEnabled
  since
  kinds
  channelCount
  platform
  streamer {
    __typename
    id
    name
  }
  conditions {
    __typename
    titleContains
    categories
    viewers
    timesUsual
    scoreBelow
    jobs
  }
  quiet {
    __typename
    timezone
    from
    until
    days
  }
  windowSeconds
  targets {
    __typename
    id
    name
  }
  toldLately
  lastToldAt
  version
  createdAt
  updatedAt
  updatedBy
}

fragment AlertRuleWhole on AlertRule {
  __typename
  ...AlertRuleLine
  channels {
    __typename
    ...ChannelLabel
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

export const CreateAlertTarget = /* @__PURE__ */ operation<CreateAlertTargetMutation, CreateAlertTargetMutationVariables>({
  name: 'CreateAlertTarget',
  type: 'mutation',
  id: '1474642e18a0f3a2142e905c1abf339b8603cc70fd583dd395401aef99135409',
  text: `mutation CreateAlertTarget($name: String!, $kind: AlertTargetKind!, $settings: JSON!, $secrets: JSON!) {
  createAlertTarget(
    name: $name
    kind: $kind
    settings: $settings
    secrets: $secrets
  ) {
    __typename
    ... on KeyAlertTargetSuccess {
      __typename
      signingKey
      target {
        __typename
        ...AlertTargetLine
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ...ProblemText
  }
}

fragment AlertAnswerLine on AlertAnswer {
  __typename
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertTargetLine on AlertTarget {
  __typename
  id
  name
  kind
  settings
  destination
  signingKeys {
    __typename
    scheme
    publicKey
    until
  }
  pausedAt
  pausedReason
  failures
  failingSince
  waitUntil
  deliveredAt
  lastAnswer {
    __typename
    ...AlertAnswerLine
  }
  waiting
  version
  createdAt
  updatedAt
  updatedBy
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const DeleteAlertRule = /* @__PURE__ */ operation<DeleteAlertRuleMutation, DeleteAlertRuleMutationVariables>({
  name: 'DeleteAlertRule',
  type: 'mutation',
  id: 'ed210cfebde48789f1f15b427a859d7abfab0c37a51dc97a9e21380324e8912e',
  text: `mutation DeleteAlertRule($id: ID!) {
  deleteAlertRule(id: $id) {
    __typename
    ... on DeleteAlertRuleSuccess {
      __typename
      id
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

export const DeleteAlertTarget = /* @__PURE__ */ operation<DeleteAlertTargetMutation, DeleteAlertTargetMutationVariables>({
  name: 'DeleteAlertTarget',
  type: 'mutation',
  id: '3dbbbecc2956860b60be82452ec3cb4bddabff9b197e3a1a3ebe866def5b88e9',
  text: `mutation DeleteAlertTarget($id: ID!) {
  deleteAlertTarget(id: $id) {
    __typename
    ... on DeleteAlertTargetSuccess {
      __typename
      id
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

export const PauseAlertTarget = /* @__PURE__ */ operation<PauseAlertTargetMutation, PauseAlertTargetMutationVariables>({
  name: 'PauseAlertTarget',
  type: 'mutation',
  id: 'e33f76c64e9099b0d84283ae477d3690151e7cfc8aac69510d4f65f31f56c89f',
  text: `mutation PauseAlertTarget($id: ID!, $reason: String!) {
  pauseAlertTarget(id: $id, reason: $reason) {
    __typename
    ... on SaveAlertTargetSuccess {
      __typename
      target {
        __typename
        ...AlertTargetLine
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ...ProblemText
  }
}

fragment AlertAnswerLine on AlertAnswer {
  __typename
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertTargetLine on AlertTarget {
  __typename
  id
  name
  kind
  settings
  destination
  signingKeys {
    __typename
    scheme
    publicKey
    until
  }
  pausedAt
  pausedReason
  failures
  failingSince
  waitUntil
  deliveredAt
  lastAnswer {
    __typename
    ...AlertAnswerLine
  }
  waiting
  version
  createdAt
  updatedAt
  updatedBy
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const ReplayAlertDeliveries = /* @__PURE__ */ operation<ReplayAlertDeliveriesMutation, ReplayAlertDeliveriesMutationVariables>({
  name: 'ReplayAlertDeliveries',
  type: 'mutation',
  id: 'd11677ed7f4874cf78cfbb81eb159d687ca3a16746ab0bdc92e55f503f16a0fe',
  text: `mutation ReplayAlertDeliveries($filter: AlertDeliveryFilter!) {
  replayAlertDeliveries(filter: $filter) {
    __typename
    ... on ReplayAlertDeliveriesSuccess {
      __typename
      count
    }
    ... on InvalidInput {
      __typename
      argument
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

export const ResumeAlertTarget = /* @__PURE__ */ operation<ResumeAlertTargetMutation, ResumeAlertTargetMutationVariables>({
  name: 'ResumeAlertTarget',
  type: 'mutation',
  id: '97b077e8c6a411e1c31bbeea49e7a582f261160c18c418e9e7e7edeea5b5a76f',
  text: `mutation ResumeAlertTarget($id: ID!) {
  resumeAlertTarget(id: $id) {
    __typename
    ... on SaveAlertTargetSuccess {
      __typename
      target {
        __typename
        ...AlertTargetLine
      }
    }
    ...ProblemText
  }
}

fragment AlertAnswerLine on AlertAnswer {
  __typename
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertTargetLine on AlertTarget {
  __typename
  id
  name
  kind
  settings
  destination
  signingKeys {
    __typename
    scheme
    publicKey
    until
  }
  pausedAt
  pausedReason
  failures
  failingSince
  waitUntil
  deliveredAt
  lastAnswer {
    __typename
    ...AlertAnswerLine
  }
  waiting
  version
  createdAt
  updatedAt
  updatedBy
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const RotateAlertTargetKey = /* @__PURE__ */ operation<RotateAlertTargetKeyMutation, RotateAlertTargetKeyMutationVariables>({
  name: 'RotateAlertTargetKey',
  type: 'mutation',
  id: 'b0425043bb74dccb8b1a1b86f3d25693b3a6be774f602c0aca1dd903b1dc045a',
  text: `mutation RotateAlertTargetKey($id: ID!, $overlapSeconds: Int!, $scheme: AlertSignatureScheme!) {
  rotateAlertTargetKey(id: $id, overlapSeconds: $overlapSeconds, scheme: $scheme) {
    __typename
    ... on KeyAlertTargetSuccess {
      __typename
      signingKey
      target {
        __typename
        ...AlertTargetLine
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ...ProblemText
  }
}

fragment AlertAnswerLine on AlertAnswer {
  __typename
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertTargetLine on AlertTarget {
  __typename
  id
  name
  kind
  settings
  destination
  signingKeys {
    __typename
    scheme
    publicKey
    until
  }
  pausedAt
  pausedReason
  failures
  failingSince
  waitUntil
  deliveredAt
  lastAnswer {
    __typename
    ...AlertAnswerLine
  }
  waiting
  version
  createdAt
  updatedAt
  updatedBy
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const StreamerNames = /* @__PURE__ */ operation<StreamerNamesQuery, StreamerNamesQueryVariables>({
  name: 'StreamerNames',
  type: 'query',
  id: 'add8ead99816bd362d23f9ddbf2de0a629d422e0e32e95fa370c9e90e92ea76f',
  text: `query StreamerNames($search: String!) {
  streamers(search: $search, first: 8) {
    __typename
    nodes {
      __typename
      id
      name
    }
  }
}`,
})

export const TestAlertTarget = /* @__PURE__ */ operation<TestAlertTargetMutation, TestAlertTargetMutationVariables>({
  name: 'TestAlertTarget',
  type: 'mutation',
  id: '3f95c1ae23f2cb1b3f41b1f832337c29d94e7ca2fbcb0c1e5ee65a3108c06e6d',
  text: `mutation TestAlertTarget($id: ID!) {
  testAlertTarget(id: $id) {
    __typename
    ... on TestAlertTargetSuccess {
      __typename
      outcome
      status
      answer
      durationMs
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

export const UpdateAlertRule = /* @__PURE__ */ operation<UpdateAlertRuleMutation, UpdateAlertRuleMutationVariables>({
  name: 'UpdateAlertRule',
  type: 'mutation',
  id: '9babd88626d9224238192db6b321ae9cdb742c7fd12b1c4c5334df0a31099b22',
  text: `mutation UpdateAlertRule($id: ID!, $rule: AlertRuleInput!, $expectedVersion: Int!) {
  updateAlertRule(id: $id, rule: $rule, expectedVersion: $expectedVersion) {
    __typename
    ... on SaveAlertRuleSuccess {
      __typename
      rule {
        __typename
        ...AlertRuleWhole
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ... on AlertRuleConflict {
      __typename
      current {
        __typename
        ...AlertRuleWhole
      }
    }
    ...ProblemText
  }
}

fragment AlertRuleLine on AlertRule {
  __typename
  id
  name
  isEnabled
  since
  kinds
  channelCount
  platform
  streamer {
    __typename
    id
    name
  }
  conditions {
    __typename
    titleContains
    categories
    viewers
    timesUsual
    scoreBelow
    jobs
  }
  quiet {
    __typename
    timezone
    from
    until
    days
  }
  windowSeconds
  targets {
    __typename
    id
    name
  }
  toldLately
  lastToldAt
  version
  createdAt
  updatedAt
  updatedBy
}

fragment AlertRuleWhole on AlertRule {
  __typename
  ...AlertRuleLine
  channels {
    __typename
    ...ChannelLabel
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

export const UpdateAlertTarget = /* @__PURE__ */ operation<UpdateAlertTargetMutation, UpdateAlertTargetMutationVariables>({
  name: 'UpdateAlertTarget',
  type: 'mutation',
  id: '33850bfc20ca4053769ac10c24c848523b246feb51f197f2855a6946dfc4ba2e',
  text: `mutation UpdateAlertTarget($id: ID!, $name: String!, $settings: JSON!, $secrets: JSON, $expectedVersion: Int!) {
  updateAlertTarget(
    id: $id
    name: $name
    settings: $settings
    secrets: $secrets
    expectedVersion: $expectedVersion
  ) {
    __typename
    ... on SaveAlertTargetSuccess {
      __typename
      target {
        __typename
        ...AlertTargetLine
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ... on AlertTargetConflict {
      __typename
      current {
        __typename
        ...AlertTargetLine
      }
    }
    ...ProblemText
  }
}

fragment AlertAnswerLine on AlertAnswer {
  __typename
  at
  outcome
  status
  answer
  durationMs
}

fragment AlertTargetLine on AlertTarget {
  __typename
  id
  name
  kind
  settings
  destination
  signingKeys {
    __typename
    scheme
    publicKey
    until
  }
  pausedAt
  pausedReason
  failures
  failingSince
  waitUntil
  deliveredAt
  lastAnswer {
    __typename
    ...AlertAnswerLine
  }
  waiting
  version
  createdAt
  updatedAt
  updatedBy
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})
