import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { ApiError } from '../../lib/errors.ts'
import { type Log, silentLog } from '../../lib/log.ts'

/** What a request says about who it is for and which page sent it. */
type Head = Pick<IncomingMessage, 'method' | 'headers'>

/**
 * Whose pages may call, decided once for every path and transport. A browser sends with the authority of where it runs, for
 * any page that it shows; so a page has to be ours or listed, and ours is only what is reached by a name of ours.
 */
export type Origins = {
  /** Whether the Host of a request names this server: an address, a name of this machine, or one that a setting names. */
  isOwnHost(host: string): boolean
  /** Whether pages of an origin may call: those that are listed, and those of the host that is asked, where it is ours. */
  mayCall(origin: string, host: string | undefined): boolean
  /** Throws OPERATION_NOT_ALLOWED for what a page may have sent that may not call. */
  check(request: Head): void
  /** Throws it also for what a listed page of another origin may have sent. */
  checkOwn(request: Head): void
}

export type OriginsOptions = {
  /** The address or name that is listened on. */
  listeningOn?: string
  /** Where browsers reach this server. */
  publicUrl?: string | undefined
  /** Further origins whose pages may call; their hosts are names of ours as well. */
  allowedOrigins?: readonly string[]
  /** Told once of each host that is refused, up to some. */
  log?: Log
}

const hostForm = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i
const maxToldHosts = 20

/** An origin as an answer may repeat it. */
const repeatable = (origin: string): string => (/^[\x21-\x7e]+$/.test(origin) ? origin : '*')

// The page itself may read why: the sentence is all that the answer holds.
const refusal = (message: string, origin?: string): ApiError => {
  const headers = { Vary: 'Origin', ...(origin && { 'Access-Control-Allow-Origin': repeatable(origin) }) }
  return new ApiError('OPERATION_NOT_ALLOWED', message, { http: { status: 403, headers } })
}

const notOwn = 'Only the panel of this server may ask this: name the origin of its pages in PUBLIC_URL.'

/** Why a page is refused on any transport, and what allows it. */
export const foreignOrigin =
  'Pages of this origin may not call: name it in ALLOWED_ORIGINS, or in PUBLIC_URL where it is this server’s own.'

const foreignHost =
  'This server is not known by this host name: name it in PUBLIC_URL or ALLOWED_ORIGINS, or ask with a key.'

/** Whose pages may call a server with these settings. */
export const createOrigins = (options: OriginsOptions = {}): Origins => {
  const { listeningOn, publicUrl, allowedOrigins = [], log = silentLog } = options
  const publicOrigin = publicUrl && new URL(publicUrl).origin
  const allowed = new Set([...allowedOrigins, ...(publicUrl ? [publicUrl] : [])].map((url) => new URL(url).origin))
  const names = new Set(['localhost', ...(listeningOn ? [listeningOn.toLowerCase()] : [])])
  for (const origin of allowed) names.add(new URL(origin).hostname)
  const told = new Set<string>()

  // An address in a Host is that of the server itself: only names can be made to lead to another one than before.
  const isOwnHost = (host: string): boolean => {
    const name = hostForm.exec(host)?.[1]?.toLowerCase()
    return name !== undefined && (names.has(name) || isIP(name.replace(/^\[(.+)\]$/, '$1')) !== 0)
  }

  /** Whether an origin is that of the host that is asked. */
  const isOwn = (origin: string, host: string | undefined): boolean => {
    if (host === undefined || !isOwnHost(host) || !URL.canParse(origin)) return false
    return new URL(origin).host === host.toLowerCase()
  }

  const mayCall: Origins['mayCall'] = (origin, host) => allowed.has(origin) || isOwn(origin, host)

  const tell = (host: string): void => {
    if (told.has(host) || told.size >= maxToldHosts) return
    told.add(host)
    log.warn({ host }, 'a foreign host was refused; if it is yours, name it in PUBLIC_URL or ALLOWED_ORIGINS')
  }

  return {
    isOwnHost,
    mayCall,
    check({ method, headers: { origin, host, authorization } }) {
      if (origin !== undefined) {
        if (!mayCall(origin, host)) throw refusal(foreignOrigin, origin)
        return
      }
      // Browsers name the origin but with these two, and no page of a foreign name knows a key.
      const isPagesOwn = (method === 'GET' || method === 'HEAD') && authorization === undefined
      if (!isPagesOwn || host === undefined || isOwnHost(host)) return
      tell(host.slice(0, 100))
      throw refusal(foreignHost)
    },
    checkOwn({ headers }) {
      const { origin, host } = headers
      const site = headers['sec-fetch-site']
      const isOfPanel = origin === undefined || origin === publicOrigin || isOwn(origin, host)
      if (!isOfPanel || (site !== undefined && site !== 'same-origin')) throw refusal(notOwn)
    },
  }
}

// A page of another origin can not have these sent without asking first.
const proofs = ['authorization', 'graphql-require-preflight', 'apollo-require-preflight', 'x-requested-with'] as const

/** Refuses a GET that a page of another origin may have sent without being able to read the answer. */
export const requireProof = ({ method, headers }: Head): void => {
  if (method !== 'GET' || headers.origin !== undefined || proofs.some((name) => headers[name] !== undefined)) return
  if (/^(same-origin|none)$/.test(String(headers['sec-fetch-site']))) return
  throw new ApiError('OPERATION_NOT_ALLOWED', 'A GET needs the header GraphQL-Require-Preflight, with any value.', {
    http: { status: 403 },
  })
}

/**
 * Adds the CORS headers for a page that may call; answers a preflight and returns whether it did. A preflight allows nothing:
 * what it asks for is judged when it comes, and only where it is let through can the page read why it was refused.
 */
export const handleCors = (
  request: IncomingMessage,
  response: ServerResponse & { tell(...headers: readonly string[]): void },
  origins: Origins,
): boolean => {
  const { origin, host } = request.headers
  const isPreflight = request.method === 'OPTIONS'
  response.tell('Vary', 'Origin')
  if (origin !== undefined && (isPreflight || origins.mayCall(origin, host))) {
    response.setHeader('Access-Control-Allow-Origin', repeatable(origin))
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id')
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, GraphQL-Require-Preflight')
    response.setHeader('Access-Control-Max-Age', '3600')
  }
  if (!isPreflight) return false
  response.writeHead(204, { Allow: 'GET, POST, OPTIONS' }).end()
  return true
}
