// Made by `npm run codegen` from the schema and the documents beside it.
import type { MeQuery, MeQueryVariables } from './graphql.ts'
import { operation } from './operation.ts'

export const Me = /* @__PURE__ */ operation<MeQuery, MeQueryVariables>({
  name: 'Me',
  type: 'query',
  id: '6750e838890a666c39e2920decfcf66e3bf4d55f86b7e25e331bf1f49cf09d37',
  text: `query Me {
  me {
    __typename
    role
    name
    subject
  }
}`,
})
