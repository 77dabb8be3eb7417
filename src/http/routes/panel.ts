import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import Negotiator from 'negotiator'
import type { Origins } from '../security/origins.ts'
import type { Route } from '../server/route.ts'
import { sendError, sendNotFound } from '../server/send.ts'
import { openPanelFiles, type PanelFile } from './panel-files.ts'

/** The places of the panel: whatever other path a browser opens, the panel shows that nothing is there. */
export const panelPlaces = [
  '/',
  '/alerts',
  '/channels',
  '/channels/:platform/:slug',
  '/compare',
  '/inbox',
  '/operations',
  '/sessions/:id',
  '/settings',
  '/sign-in',
] as const

const placesInParts = panelPlaces.map((place) => place.split('/'))

const isPlace = (path: string): boolean => {
  // As the router of the panel: slashes at the end mean nothing, and capitals are other letters.
  const parts = path.replace(/(?<=[^/])\/+$/, '').split('/')
  return placesInParts.some(
    (place) =>
      place.length === parts.length &&
      place.every((part, i) => (part.startsWith(':') ? parts[i] !== '' : part === parts[i])),
  )
}

// A connection of WebSocket to the own host is one to 'self' in all browsers that can run the panel (Safari since 15.4).
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const pageHeaders = { 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer' }

const notBuilt = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>The panel is not built</title></head>
<body><h1>The panel is not built</h1><p>Run <code>npm ci</code> and <code>npm run build</code> in the folder of Channelscope, and load this page again. The log of the server says why the build at its start failed. Everything else works: <a href="/graphql">GraphQL</a>.</p></body>
</html>
`

/** The smallest that the browser takes. Who says nothing of encodings may not know any. */
const encodingOf = ({ headers }: IncomingMessage, { encodings }: PanelFile): string => {
  if (headers['accept-encoding'] === undefined) return 'identity'
  const taken = new Negotiator({ headers }).encodings([...encodings.keys()])
  return ['br', 'gzip'].find((encoding) => taken.includes(encoding)) ?? 'identity'
}

const isKnown = ({ headers }: IncomingMessage, tag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((known) => [tag, '*'].includes(known.trim()))

const send = (
  request: IncomingMessage,
  response: ServerResponse,
  file: PanelFile,
  { status = 200, ...more }: OutgoingHttpHeaders & { status?: number } = {},
): void => {
  const encoding = encodingOf(request, file)
  const headers = {
    'Cache-Control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: file.tag,
    Vary: file.type.startsWith('text/html') ? 'Accept, Accept-Encoding' : 'Accept-Encoding',
    ...more,
  }
  if (status === 200 && isKnown(request, file.tag)) return void response.writeHead(304, headers).end()
  const body = file.encodings.get(encoding)!
  response.writeHead(status, {
    'Content-Type': file.type,
    'Content-Length': body.length,
    ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
    ...headers,
  })
  response.end(body)
}

/** Whether a request wants a page: at a place of the panel whoever takes one, elsewhere who says so. */
const wantsPage = ({ headers }: IncomingMessage, isPlace: boolean): boolean => {
  const { accept = '*/*' } = headers
  return isPlace
    ? new Negotiator({ headers: { accept } }).mediaType(['text/html']) !== undefined
    : /\btext\/html\b/i.test(accept)
}

/**
 * Answers the paths that no other route has: the files of the panel, its page at each of its places, and the same page as not
 * found to browsers elsewhere. Nothing of it is secret, so nobody is asked for a key.
 */
export const createPanel = ({ directory, origins }: { directory: string; origins: Origins }): Route => {
  const files = openPanelFiles(directory)
  return async (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/'
    const atPlace = isPlace(path)
    const build = await files()
    const file = build?.files.get(path)
    const isPage = file === undefined && wantsPage(request, atPlace)
    if (!file && !isPage) return sendNotFound(request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      if (!file && !atPlace) return sendNotFound(request, response)
      response.setHeader('Allow', 'GET, HEAD')
      return sendError(response, 405, 'BAD_USER_INPUT', 'This path is asked by GET.')
    }
    origins.check(request)
    if (file) return send(request, response, file)
    if (build) return send(request, response, build.page, { ...pageHeaders, status: atPlace ? 200 : 404 })
    response.writeHead(503, {
      ...pageHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': Buffer.byteLength(notBuilt),
      'Cache-Control': 'no-store',
    })
    response.end(notBuilt)
  }
}
