// Made by `npm run codegen` from the schema and the documents beside it.
import type { LostLatelyQuery, LostLatelyQueryVariables, OperationsQuery, OperationsQueryVariables, OperationsStateQuery, OperationsStateQueryVariables, RunJobMutation, RunJobMutationVariables, SetUpPlatformsQuery, SetUpPlatformsQueryVariables, VerifyArchiveMutation, VerifyArchiveMutationVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const LostLately = /* @__PURE__ */ operation<LostLatelyQuery, LostLatelyQueryVariables>({
  name: 'LostLately',
  type: 'query',
  id: '0edf0d746051f786a529e3ea47ab42799087e24e425c12d1193c5b9a252c3003',
  text: `query LostLately {
  webhookStatistics(range: {from: "now-24h", to: "now"}, bucket: DAY) {
    __typename
    total {
      __typename
      expected
      untold
    }
  }
}`,
})

export const Operations = /* @__PURE__ */ operation<OperationsQuery, OperationsQueryVariables>({
  name: 'Operations',
  type: 'query',
  id: '61f1dc5b82cfd0952e5adf4a1caa73fdae562eee3b128d4184f9602ee2514c9a',
  text: `query Operations {
  operations {
    __typename
    state
    verdict
    problems {
      __typename
      kind
      state
      sentence
      since
    }
    polling {
      __typename
      platform
      isOn
      intervalSeconds
      watched
      due
      probedLastMinute
      failing
      latenessSeconds
      oldestDueAt
      lastProbedAt
      isLate
    }
    nodes {
      __typename
      ...NodeLine
    }
    stores {
      __typename
      name
      ok
      sentence
      latencyMs
    }
    jobs {
      __typename
      ...JobLine
    }
    budgets {
      __typename
      platform
      requestsPerSecond
      usedLastMinute
      pausedUntil
    }
    losses {
      __typename
      source
      target
      from
      to
      rows
      reason
      foundAt
      acceptedAt
    }
    archive {
      __typename
      lagSeconds
      alarmSeconds
    }
  }
}

fragment JobLine on OperationsJob {
  __typename
  name
  description
  cron
  nextRunAt
  isRunning
  runningSince
  lastRun {
    __typename
    startedAt
    finishedAt
    outcome
    text
  }
}

fragment NodeLine on OperationsNode {
  __typename
  name
  isThis
  seenAt
  isSilent
  waitingSince
  version
  startedAt
  workers
  spool {
    __typename
    rows
    bytes
    maxBytes
    deadLetters
    tables {
      __typename
      target
      rows
      bytes
      oldestAt
      shippedRows
      lastShippedAt
      failures
      lastFailedAt
    }
  }
}`,
})

export const OperationsState = /* @__PURE__ */ operation<OperationsStateQuery, OperationsStateQueryVariables>({
  name: 'OperationsState',
  type: 'query',
  id: 'a3cb88d3ed22130cc0485638560012ce99e9df990a7866279a56f5e7f7fddd74',
  text: `query OperationsState {
  operations {
    __typename
    state
    verdict
  }
}`,
})

export const RunJob = /* @__PURE__ */ operation<RunJobMutation, RunJobMutationVariables>({
  name: 'RunJob',
  type: 'mutation',
  id: '3a60efc8f69afe37026fead972e704b68883a1ceb9d8bab7fca105518d7cf067',
  text: `mutation RunJob($name: String!) {
  runJob(name: $name) {
    __typename
    ... on RunJobSuccess {
      __typename
      hasEnded
      job {
        __typename
        ...JobLine
      }
    }
    ...ProblemText
  }
}

fragment JobLine on OperationsJob {
  __typename
  name
  description
  cron
  nextRunAt
  isRunning
  runningSince
  lastRun {
    __typename
    startedAt
    finishedAt
    outcome
    text
  }
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const SetUpPlatforms = /* @__PURE__ */ operation<SetUpPlatformsQuery, SetUpPlatformsQueryVariables>({
  name: 'SetUpPlatforms',
  type: 'query',
  id: '471dcf57643845b700c69d6adeaf9767286e5d47a62c75d70f5ed6018264efd7',
  text: `query SetUpPlatforms {
  operations {
    __typename
    budgets {
      __typename
      platform
    }
  }
}`,
})

export const VerifyArchive = /* @__PURE__ */ operation<VerifyArchiveMutation, VerifyArchiveMutationVariables>({
  name: 'VerifyArchive',
  type: 'mutation',
  id: 'e79210bca718fd3921a4e33285288a56867d85e45b6d5c7e10c6b57d2205a6e1',
  text: `mutation VerifyArchive($id: ID!) {
  verifyArchive(id: $id) {
    __typename
    ... on VerifyArchiveSuccess {
      __typename
      sentence
      archive {
        __typename
        id
      }
      verdict {
        __typename
        isIntact
        objects
        rows
        bytes
        problems
      }
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
