// Made by `npm run codegen` from the schema and the documents beside it.
import type { DeleteChannelMutation, DeleteChannelMutationVariables, EraseChatterMutation, EraseChatterMutationVariables, ErasuresQuery, ErasuresQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const DeleteChannel = /* @__PURE__ */ operation<DeleteChannelMutation, DeleteChannelMutationVariables>({
  name: 'DeleteChannel',
  type: 'mutation',
  id: '3a3d217caa5fab41a9cd7be28c91d53f7695f11d9c7b88b411f9c0d04c8b7aa2',
  text: `mutation DeleteChannel($channel: ID!, $confirm: String!) {
  deleteChannel(channel: $channel, confirm: $confirm) {
    __typename
    ... on DeleteChannelSuccess {
      __typename
      id
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

export const EraseChatter = /* @__PURE__ */ operation<EraseChatterMutation, EraseChatterMutationVariables>({
  name: 'EraseChatter',
  type: 'mutation',
  id: 'ef9e0bb8ee3d65a0aa936a6bef66ca7e9c43d7bda8898f7a148e2d31d1cb127a',
  text: `mutation EraseChatter($platform: Platform! = KICK, $platformUserId: String!) {
  eraseChatter(platform: $platform, platformUserId: $platformUserId) {
    __typename
    ... on EraseChatterSuccess {
      __typename
      messages
      follows
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

export const Erasures = /* @__PURE__ */ operation<ErasuresQuery, ErasuresQueryVariables>({
  name: 'Erasures',
  type: 'query',
  id: '116053e3ddbaf2669ee854912863a5c0885ad4ee6481ec920c06e28ec2a1e22d',
  text: `query Erasures {
  erasures {
    __typename
    id
    kind
    requestedAt
    finishedAt
    messages
    follows
    waitsFor
  }
}`,
})
