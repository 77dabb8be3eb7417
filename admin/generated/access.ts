// Made by `npm run codegen` from the schema and the documents beside it.
import type { ApiKeyListQuery, ApiKeyListQueryVariables, AuditLogQuery, AuditLogQueryVariables, AuditTargetsQuery, AuditTargetsQueryVariables, CreateApiKeyMutation, CreateApiKeyMutationVariables, RevokeApiKeyMutation, RevokeApiKeyMutationVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const ApiKeyList = /* @__PURE__ */ operation<ApiKeyListQuery, ApiKeyListQueryVariables>({
  name: 'ApiKeyList',
  type: 'query',
  id: '70e55ccf7b6e083bd3749f3605afe4d846414bcb09886293fb03a463681e7dbf',
  text: `query ApiKeyList {
  apiKeys {
    __typename
    ...KeyLine
  }
}

fragment KeyLine on ApiKey {
  __typename
  id
  name
  role
  createdAt
  createdBy
  lastUsedAt
  expiresAt
  revokedAt
}`,
})

export const AuditLog = /* @__PURE__ */ operation<AuditLogQuery, AuditLogQueryVariables>({
  name: 'AuditLog',
  type: 'query',
  id: 'b5c71704754d322a151db49040d716592833ff7a28c4714a43d1ccbb1d93f5d3',
  text: `query AuditLog($side: AuditSide, $subject: String, $action: String, $target: String, $first: Int! = 50, $after: String) {
  auditLog(
    side: $side
    subject: $subject
    action: $action
    target: $target
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
      id
      recordedAt
      side
      subject
      name
      role
      action
      target
      before
      after
      requestId
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

export const AuditTargets = /* @__PURE__ */ operation<AuditTargetsQuery, AuditTargetsQueryVariables>({
  name: 'AuditTargets',
  type: 'query',
  id: '67df0e85db426b22f16c3309e66dc64cf028801b8b5af292db3cc6973d1cac61',
  text: `query AuditTargets($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Channel {
      __typename
      platform
      slug
      displayName
    }
    ... on Streamer {
      __typename
      name
    }
  }
}`,
})

export const CreateApiKey = /* @__PURE__ */ operation<CreateApiKeyMutation, CreateApiKeyMutationVariables>({
  name: 'CreateApiKey',
  type: 'mutation',
  id: 'ed74ac1cddf5165504e9216d5d3af6fba13ac41eb09f75c374c6104cd00e73cb',
  text: `mutation CreateApiKey($name: String!, $role: Role!, $expiresAt: DateTime) {
  createApiKey(name: $name, role: $role, expiresAt: $expiresAt) {
    __typename
    ... on CreateApiKeySuccess {
      __typename
      key {
        __typename
        ...KeyLine
      }
      secret
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ...ProblemText
  }
}

fragment KeyLine on ApiKey {
  __typename
  id
  name
  role
  createdAt
  createdBy
  lastUsedAt
  expiresAt
  revokedAt
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const RevokeApiKey = /* @__PURE__ */ operation<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>({
  name: 'RevokeApiKey',
  type: 'mutation',
  id: '0f544ee7f5f88d769e8f6faab4d291643e8880e4228f2e35fb090cdf962b8af4',
  text: `mutation RevokeApiKey($id: ID!) {
  revokeApiKey(id: $id) {
    __typename
    ... on RevokeApiKeySuccess {
      __typename
      key {
        __typename
        ...KeyLine
      }
    }
    ...ProblemText
  }
}

fragment KeyLine on ApiKey {
  __typename
  id
  name
  role
  createdAt
  createdBy
  lastUsedAt
  expiresAt
  revokedAt
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})
