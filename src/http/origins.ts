import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError } from '../lib/errors.ts'

/** Whether a browser page from this origin may call: the page's own server may, and whoever is listed. */
export const isAllowedOrigin = (origin: string, host: string | undefined, allowed: readonly string[]): boolean => {
  if (allowed.includes(origin)) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

/** Who may send requests from a browser's page. */
export type PagePolicy = {
  /** Origins besides its own whose pages may call. */
  allowedOrigins: readonly string[]
  /** Whether a GET has to prove that no foreign page sent it unasked. */
  careful: boolean
}

// A page of another origin can not have these sent without asking first.
const proofs = ['authorization', 'graphql-require-preflight', 'apollo-require-preflight', 'x-requested-with'] as const

/** Refuses a request that a page of another origin sends, or where the policy is careful, may have sent. */
export const checkPage = ({ method, headers }: IncomingMessage, { allowedOrigins, careful }: PagePolicy): void => {
  const { origin, host } = headers
  if (origin !== undefined) {
    if (isAllowedOrigin(origin, host, allowedOrigins)) return
    throw new ApiError('OPERATION_NOT_ALLOWED', 'Pages of this origin may not call.', { http: { status: 403 } })
  }
  if (!careful || method !== 'GET' || proofs.some((name) => headers[name] !== undefined)) return
  if (/^(same-origin|none)$/.test(String(headers['sec-fetch-site']))) return
  throw new ApiError('OPERATION_NOT_ALLOWED', 'A GET needs the header GraphQL-Require-Preflight, with any value.', {
    http: { status: 403 },
  })
}

/** Adds the CORS headers for an allowed origin, and none for any other; answers a preflight and returns whether it did. */
export const handleCors = (request: IncomingMessage, response: ServerResponse, allowed: readonly string[]): boolean => {
  const { origin, host } = request.headers
  response.setHeader('Vary', 'Origin')
  if (origin !== undefined && isAllowedOrigin(origin, host, allowed)) {
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id')
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, GraphQL-Require-Preflight')
    response.setHeader('Access-Control-Max-Age', '3600')
  }
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204, { Allow: 'GET, POST, OPTIONS' }).end()
  return true
}
