// Made by `npm run codegen` from the schema and the documents beside it.
import type { ChatArchiveListQuery, ChatArchiveListQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const ChatArchiveList = /* @__PURE__ */ operation<ChatArchiveListQuery, ChatArchiveListQueryVariables>({
  name: 'ChatArchiveList',
  type: 'query',
  id: 'e386664b3961dfa85a4d7efccd17c886d4d00da5ac98a0ab8bc7910681ec7478',
  text: `query ChatArchiveList($first: Int! = 50, $after: String) {
  chatArchives(first: $first, after: $after) {
    __typename
    pageInfo {
      __typename
      ...PageEnds
    }
    nodes {
      __typename
      id
      windowFrom
      windowTo
      rowsExported
      filesWritten
      success
      createdAt
      objects {
        __typename
        key
        rows
        bytes
        sha256
      }
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
