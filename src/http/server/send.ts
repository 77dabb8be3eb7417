import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { maximumCost } from '../../guard/cost.ts'
import type { ApiError } from '../../lib/errors.ts'
import { shortMessage } from './error-limits.ts'

/** Answers with a text of a type, never kept by a cache. */
const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  })
  response.end(body)
}

/** Answers with JSON. */
export const sendJson = (response: ServerResponse, status: number, value: unknown): void =>
  send(response, status, 'application/json', JSON.stringify(value))

/** Refuses a request in the form that every error of the API has. */
export const sendError = (
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  more: Record<string, unknown> = {},
): void =>
  sendJson(response, status, {
    errors: [{ message: shortMessage(message), extensions: { code, ...more } }],
    extensions: { cost: { requested: 0, maximum: maximumCost } },
  })

/** Answers a request to a path at which nothing is. */
export const sendNotFound = (_: IncomingMessage, response: ServerResponse): void =>
  sendError(response, 404, 'NOT_FOUND', 'There is nothing at this path.')

/** Refuses a request with an error that may say its status and headers. */
export const sendRefusal = (response: ServerResponse, { code, message, extensions }: ApiError): void => {
  const { http, requiredRole } = extensions as {
    http?: { status: number; headers?: OutgoingHttpHeaders }
    requiredRole?: string
  }
  for (const [name, value] of Object.entries(http?.headers ?? {})) response.setHeader(name, value!)
  sendError(response, http?.status ?? (code === 'UNAUTHENTICATED' ? 401 : 400), code, message, {
    ...(requiredRole && { requiredRole }),
  })
}
