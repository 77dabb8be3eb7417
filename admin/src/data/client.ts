import { cacheExchange } from '@urql/exchange-graphcache'
import { Client, fetchExchange, getOperationName, makeOperation, mapExchange } from 'urql'
import { possibleTypes } from '../../generated/possible-types.ts'
import { trustedIds } from '../../generated/trusted-ids.ts'
import { fetchUntilGivenUp } from './give-up.ts'
import { problemOf } from './problem.ts'
import { renewAfterLoss } from './renew-after-loss.ts'
import { authorization, signOut } from './session.ts'

// Objects without an id of their own belong to the object that they are in. These have another key.
const keyFields: Record<string, string> = { ConfigurationEntry: 'key', Setting: 'key' }

type Keys = Record<string, (data: Record<string, unknown>) => string | null>

const keys: Keys = new Proxy<Keys>(
  {},
  {
    get: (_, type) => (data: Record<string, unknown>) => {
      const value = data[keyFields[String(type)] ?? 'id']
      return typeof value === 'string' ? value : null
    },
  },
)

/** Sends an operation by its id, so that the server accepts it where it allows known documents only. A query can be given up, a change can not. */
const byId = mapExchange({
  onOperation(operation) {
    const sha256Hash = trustedIds[getOperationName(operation.query) ?? '']
    if (operation.kind === 'teardown' || !sha256Hash) return operation
    const extensions = { ...operation.extensions, persistedQuery: { version: 1 as const, sha256Hash } }
    const context = operation.kind === 'query' ? { ...operation.context, fetch: fetchUntilGivenUp } : operation.context
    return makeOperation(operation.kind, { ...operation, extensions }, context)
  },
})

/** A key that is not good any more ends the session, with the sentence of the server. */
const endRefusedSessions = mapExchange({
  onError(error) {
    const problem = problemOf(error)
    if (problem?.code === 'UNAUTHENTICATED') signOut(problem.message)
  },
})

/** Asks the API for one caller. Another caller gets another client, so that nothing of one is shown to the other. */
export const createApiClient = (key: string | null): Client => {
  const client: Client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: { headers: authorization(key), cache: 'no-store', credentials: 'omit' },
    exchanges: [
      renewAfterLoss(() => client),
      endRefusedSessions,
      cacheExchange({ keys, possibleTypes }),
      byId,
      fetchExchange,
    ],
  })
  return client
}
