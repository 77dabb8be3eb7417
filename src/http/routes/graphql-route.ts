import type { Guard } from '../../guard/guard.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Endpoint } from '../graphql/endpoint.ts'
import type { Callers } from '../security/callers.ts'
import { handleCors, type Origins, requireProof } from '../security/origins.ts'
import { getOnly, type Routes } from '../server/route.ts'
import { sendError } from '../server/send.ts'
import { createGraphiql } from './graphiql.ts'

export type GraphqlRouteOptions = {
  endpoint: Endpoint
  guard: Guard
  callers: Callers
  origins: Origins
  /** Whether a GET has to prove that no foreign page sent it unasked. */
  careful: boolean
  clock: Clock
}

/** `/graphql`, and GraphiQL for those who may explore the schema. */
export const createGraphqlRoutes = (options: GraphqlRouteOptions): Routes => {
  const { endpoint, guard, callers, origins, careful } = options
  const graphiql = createGraphiql()
  return {
    async '/graphql'(request, response) {
      if (handleCors(request, response, origins)) return
      if (request.method === 'GET' && request.headers.accept?.includes('text/html')) {
        const { identity } = await callers.of(request)
        if (guard.showsExplorer(identity)) return graphiql.page(request, response)
        return sendError(response, 404, 'NOT_FOUND', 'There is no GraphiQL for this caller.')
      }
      if (careful) requireProof(request)
      await endpoint.handle(request, response)
    },
    [graphiql.scriptPath]: getOnly(graphiql.script),
  }
}
