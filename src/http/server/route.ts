import type { IncomingMessage } from 'node:http'
import type { Reply } from './reply.ts'
import { sendError } from './send.ts'

/** Answers the requests to one path. */
export type Route = (request: IncomingMessage, response: Reply) => void | Promise<void>

/** Routes by their paths. */
export type Routes = Readonly<Record<string, Route>>

/** The route for GET and HEAD; every other method is refused. */
export const getOnly =
  (route: Route): Route =>
  (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return route(request, response)
    response.setHeader('Allow', 'GET, HEAD')
    sendError(response, 405, 'BAD_USER_INPUT', 'This path is asked by GET.')
  }
