// Made by `npm run codegen` from the schema and the documents beside it.
import type { ClaimChannelMutation, ClaimChannelMutationVariables, CreateLinkTicketMutation, CreateLinkTicketMutationVariables, CreateStreamerMutation, CreateStreamerMutationVariables, DeleteStreamerMutation, DeleteStreamerMutationVariables, ReleaseClaimMutation, ReleaseClaimMutationVariables, StreamerListQuery, StreamerListQueryVariables, StreamerPageQuery, StreamerPageQueryVariables, VerifyClaimMutation, VerifyClaimMutationVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const ClaimChannel = /* @__PURE__ */ operation<ClaimChannelMutation, ClaimChannelMutationVariables>({
  name: 'ClaimChannel',
  type: 'mutation',
  id: '6bfd41aee96daaa82a010b92bbba9745cf4e6aa33dd7a918d0984a806dc6a041',
  text: `mutation ClaimChannel($streamer: ID!, $channel: ID!) {
  claimChannel(streamer: $streamer, channel: $channel) {
    __typename
    ... on ClaimChannelSuccess {
      __typename
      claim {
        __typename
        ...ClaimLine
      }
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

fragment ClaimLine on ChannelClaim {
  __typename
  verified
  claimedAt
  streamer {
    __typename
    id
    name
  }
  channel {
    __typename
    ...ChannelLabel
  }
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})

export const CreateLinkTicket = /* @__PURE__ */ operation<CreateLinkTicketMutation, CreateLinkTicketMutationVariables>({
  name: 'CreateLinkTicket',
  type: 'mutation',
  id: '2f36069cfee8c8b230c3b86e4daff2b0d9d154a8fa436d34995bfc4a22a82976',
  text: `mutation CreateLinkTicket($streamer: ID!) {
  createLinkTicket(streamer: $streamer) {
    __typename
    ... on CreateLinkTicketSuccess {
      __typename
      url
      expiresAt
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

export const CreateStreamer = /* @__PURE__ */ operation<CreateStreamerMutation, CreateStreamerMutationVariables>({
  name: 'CreateStreamer',
  type: 'mutation',
  id: '168b91e970f55bce1d23b02bea9e462453bd1f1344d4a017fd8186b13bde6e36',
  text: `mutation CreateStreamer($name: String!) {
  createStreamer(name: $name) {
    __typename
    ... on CreateStreamerSuccess {
      __typename
      streamer {
        __typename
        id
        name
        createdAt
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

export const DeleteStreamer = /* @__PURE__ */ operation<DeleteStreamerMutation, DeleteStreamerMutationVariables>({
  name: 'DeleteStreamer',
  type: 'mutation',
  id: 'f43d37f60776a65e842f0db1c4bcb2eb6316c4eb98b60ff65488ac583be40754',
  text: `mutation DeleteStreamer($id: ID!) {
  deleteStreamer(id: $id) {
    __typename
    ... on DeleteStreamerSuccess {
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

export const ReleaseClaim = /* @__PURE__ */ operation<ReleaseClaimMutation, ReleaseClaimMutationVariables>({
  name: 'ReleaseClaim',
  type: 'mutation',
  id: '42d64ae44c9d58fa2d20a2f95fe42db5082004facb5fbfbc0357f6eb91e0f938',
  text: `mutation ReleaseClaim($streamer: ID!, $channel: ID!) {
  releaseClaim(streamer: $streamer, channel: $channel) {
    __typename
    ... on ReleaseClaimSuccess {
      __typename
      streamer {
        __typename
        id
      }
      channel {
        __typename
        id
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

export const StreamerList = /* @__PURE__ */ operation<StreamerListQuery, StreamerListQueryVariables>({
  name: 'StreamerList',
  type: 'query',
  id: '907ea1847345533846ac64520c95d9a9268bb469282fc158b784d2a097e7bd66',
  text: `query StreamerList($search: String, $first: Int! = 50, $after: String) {
  streamers(search: $search, first: $first, after: $after) {
    __typename
    pageInfo {
      __typename
      ...PageEnds
    }
    nodes {
      __typename
      id
      name
      createdAt
      claims {
        __typename
        ...ClaimLine
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

fragment ClaimLine on ChannelClaim {
  __typename
  verified
  claimedAt
  streamer {
    __typename
    id
    name
  }
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

export const StreamerPage = /* @__PURE__ */ operation<StreamerPageQuery, StreamerPageQueryVariables>({
  name: 'StreamerPage',
  type: 'query',
  id: '555c9e8e947cdf204e3bea892d8dca905015db0eacfa408a6b84a68e4bc23a00',
  text: `query StreamerPage($id: ID!) {
  streamer(id: $id) {
    __typename
    id
    name
    createdAt
    claims {
      __typename
      ...ClaimLine
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

fragment ClaimLine on ChannelClaim {
  __typename
  verified
  claimedAt
  streamer {
    __typename
    id
    name
  }
  channel {
    __typename
    ...ChannelLabel
  }
}`,
})

export const VerifyClaim = /* @__PURE__ */ operation<VerifyClaimMutation, VerifyClaimMutationVariables>({
  name: 'VerifyClaim',
  type: 'mutation',
  id: '08d56942a8c624c894531aa520e9d792bd425356bbeb4ec16d970ff0c3593212',
  text: `mutation VerifyClaim($streamer: ID!, $channel: ID!) {
  verifyClaim(streamer: $streamer, channel: $channel) {
    __typename
    ... on VerifyClaimSuccess {
      __typename
      claim {
        __typename
        ...ClaimLine
      }
    }
    ... on AlreadyVerified {
      __typename
      holder {
        __typename
        id
        name
      }
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

fragment ClaimLine on ChannelClaim {
  __typename
  verified
  claimedAt
  streamer {
    __typename
    id
    name
  }
  channel {
    __typename
    ...ChannelLabel
  }
}

fragment ProblemText on Problem {
  __typename
  code
  message
}`,
})
