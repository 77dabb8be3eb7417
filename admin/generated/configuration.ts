// Made by `npm run codegen` from the schema and the documents beside it.
import type { DeleteConfigurationMutation, DeleteConfigurationMutationVariables, SetConfigurationMutation, SetConfigurationMutationVariables, SettingsQuery, SettingsQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const DeleteConfiguration = /* @__PURE__ */ operation<DeleteConfigurationMutation, DeleteConfigurationMutationVariables>({
  name: 'DeleteConfiguration',
  type: 'mutation',
  id: 'b126b84ca802a0954d5a9566aaf9d23162b6c6b52d81e2ed6d11b0f15e13731f',
  text: `mutation DeleteConfiguration($key: String!) {
  deleteConfiguration(key: $key) {
    __typename
    ... on DeleteConfigurationSuccess {
      __typename
      key
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

export const SetConfiguration = /* @__PURE__ */ operation<SetConfigurationMutation, SetConfigurationMutationVariables>({
  name: 'SetConfiguration',
  type: 'mutation',
  id: '3d70618ddc614626a3d3cf30be1b23a9f8271b6ca02b1152c13fb8782cf36382',
  text: `mutation SetConfiguration($key: String!, $value: String!, $category: ConfigurationCategory!, $description: String, $encrypt: Boolean, $expectedVersion: Int) {
  setConfiguration(
    key: $key
    value: $value
    category: $category
    description: $description
    encrypt: $encrypt
    expectedVersion: $expectedVersion
  ) {
    __typename
    ... on SetConfigurationSuccess {
      __typename
      entry {
        __typename
        ...EntryLine
      }
    }
    ... on InvalidInput {
      __typename
      argument
    }
    ... on VersionConflict {
      __typename
      current {
        __typename
        ...EntryLine
      }
    }
    ...ProblemText
  }
}

fragment EntryLine on ConfigurationEntry {
  __typename
  key
  version
  value
  description
  category
  isEncrypted
  updatedAt
  updatedBy
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const Settings = /* @__PURE__ */ operation<SettingsQuery, SettingsQueryVariables>({
  name: 'Settings',
  type: 'query',
  id: 'aa085c390854e34b58d545bd99f06b651ef8371283a67d1f901d8268a4c804d4',
  text: `query Settings {
  settings {
    __typename
    key
    isKnown
    category
    type
    range
    variable
    default
    value
    source
    valueWithoutEntry
    sourceWithoutEntry
    isSecret
    description
    warnings
    version
    updatedAt
    updatedBy
  }
}`,
})
