import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether a browser page from this origin may call: the page's own server may, and whoever is listed. */
export const isAllowedOrigin = (origin: string, host: string | undefined, allowed: readonly string[]): boolean => {
  if (allowed.includes(origin)) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

/** Adds the CORS headers for an allowed origin, and none for any other; answers a preflight and returns whether it did. */
export const handleCors = (request: IncomingMessage, response: ServerResponse, allowed: readonly string[]): boolean => {
  const { origin, host } = request.headers
  response.setHeader('Vary', 'Origin')
  if (origin !== undefined && isAllowedOrigin(origin, host, allowed)) {
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type')
    response.setHeader('Access-Control-Max-Age', '3600')
  }
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204, { Allow: 'GET, POST, OPTIONS' }).end()
  return true
}
