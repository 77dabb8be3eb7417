import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { channel } from '../channels/resolve.ts'
import { type LinkStores, linkAccount } from '../claims/link-account.ts'
import { createLinkTickets, type LinkTicket, ticketLifetimeMs } from '../claims/link-ticket.ts'
import { findStreamers } from '../claims/streamers.ts'
import type { Clock } from '../lib/clock.ts'
import { ApiError } from '../lib/errors.ts'
import { parseInt64 } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { AccountLogin } from '../platforms/account-login.ts'
import { parseGlobalId } from '../resolvers/global-id.ts'
import { type OauthPage, sendOauthPage } from './oauth-page.ts'
import type { Route } from './server.ts'

export type OauthRouteOptions = {
  databases: LinkStores
  /** Null where Kick is not set up. */
  login: AccountLogin | null
  /** Where browsers reach this server, without a slash at the end; absent, it is taken from the request. */
  publicUrl?: string | undefined
  /** Known to every node that may see one half of a login; never sent anywhere. */
  secret: string
  clock: Clock
  log: Log
}

const startPath = '/oauth/kick/start'
const callbackPath = '/oauth/kick/callback'
const cookieName = 'channelscope_kick_link'

const page = (status: number, title: string, sentence: string, headers?: Record<string, string>): OauthPage => ({
  status,
  title,
  sentence,
  headers,
})

const notLinked = 'The account is not linked'
const again = 'Open the link that you were given once more.'
const pages = {
  method: page(405, 'Nothing to see here', 'This path is asked by GET.', { Allow: 'GET' }),
  host: page(400, notLinked, 'The request does not say which host it is for.'),
  noStreamer: page(404, 'Unknown streamer', 'There is no streamer with the id in this link.'),
  noKick: page(503, notLinked, 'This server is not connected to Kick.'),
  noCookie: page(400, notLinked, `This browser has not begun a login, or it does not keep cookies. ${again}`),
  foreign: page(
    400,
    notLinked,
    `This answer belongs to another login than the last one begun in this browser. ${again}`,
  ),
  expired: page(400, notLinked, `The login took longer than ten minutes. ${again}`),
  spent: page(400, notLinked, `This answer was used before. ${again}`),
  denied: page(403, notLinked, 'You refused it on Kick, and nothing was changed.'),
  refused: page(400, notLinked, `Kick does not accept this login any more. ${again}`),
  away: page(503, notLinked, 'Kick does not answer now; try again in a few minutes.', { 'Retry-After': '60' }),
  held: page(409, notLinked, 'This Kick channel is already linked to another streamer.'),
  down: page(503, notLinked, 'This server can not reach its database now; try again in a few minutes.', {
    'Retry-After': '60',
  }),
  failed: page(500, notLinked, 'Something went wrong on the server.'),
} satisfies Record<string, OauthPage>

/** Scheme and host that the browser used, or null where it does not say a sensible one. */
const originOf = ({ headers, socket }: IncomingMessage): string | null => {
  const forwarded = String(headers['x-forwarded-proto'] ?? '')
    .split(',')[0]!
    .trim()
  const isSecure = forwarded === 'https' || (socket as TLSSocket).encrypted === true
  const { host = '' } = headers
  return /^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/.test(host)
    ? `${isSecure ? 'https' : 'http'}://${host}`
    : null
}

const cookieOf = ({ headers }: IncomingMessage): string | undefined =>
  (headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)

const setCookie = (value: string, maxAgeSeconds: number, isSecure: boolean): string =>
  [
    `${cookieName}=${value}`,
    'Path=/oauth/kick',
    `Max-Age=${maxAgeSeconds}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(isSecure ? ['Secure'] : []),
  ].join('; ')

const queryOf = ({ url = '' }: IncomingMessage): URLSearchParams => {
  const mark = url.indexOf('?')
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
}

/** The internal id of a streamer given as a global id or as digits; null for any other text. */
const streamerIdOf = (text: string): bigint | null => {
  const node = parseGlobalId(text)
  return node?.type === 'Streamer' ? node.key : parseInt64(text)
}

/** The two paths by which a streamer links the Kick account that they log in with; every answer but the redirect is a page. */
export const createOauthRoutes = (options: OauthRouteOptions): Record<string, Route> => {
  const { databases, login, secret, clock, log } = options
  const tickets = createLinkTickets({ secret, clock })
  const baseOf = (request: IncomingMessage): string | null => options.publicUrl ?? originOf(request)

  const route =
    (answer: (request: IncomingMessage, login: AccountLogin) => Promise<OauthPage>): Route =>
    async (request, response) => {
      const answered = async (): Promise<OauthPage> => {
        if (request.method !== 'GET') return pages.method
        return login === null ? pages.noKick : answer(request, login)
      }
      sendOauthPage(
        response,
        await answered().catch((error: unknown) => {
          if (error instanceof ApiError && error.code === 'UNAVAILABLE') return pages.down
          log.error({ err: error, path: request.url?.split('?', 1)[0] }, 'a linking failed unexpectedly')
          return pages.failed
        }),
      )
    }

  const start = async (request: IncomingMessage, kick: AccountLogin): Promise<OauthPage> => {
    const base = baseOf(request)
    if (base === null) return pages.host
    const streamerId = streamerIdOf(queryOf(request).get('streamer') ?? '')
    const streamers = await findStreamers(databases.public, streamerId === null ? [] : [streamerId])
    if (streamerId === null || !streamers.has(streamerId)) return pages.noStreamer
    const { ticket, sealed } = tickets.issue(Number(streamerId), base + callbackPath)
    return page(302, 'To Kick', 'Log in to Kick to go on.', {
      Location: await kick.authorizeUrl(ticket),
      'Set-Cookie': setCookie(sealed, ticketLifetimeMs / 1000, base.startsWith('https:')),
    })
  }

  const link = async (kick: AccountLogin, parameters: URLSearchParams, ticket: LinkTicket): Promise<OauthPage> => {
    const result = await kick.identify(parameters, ticket)
    if (result.kind === 'unavailable') return pages.away
    if (result.kind !== 'user') return pages[result.kind]
    const { streamerId } = ticket
    const requestId = randomUUID()
    const linked = await linkAccount(databases, kick.platform, { ...result, streamerId, requestId }, log)
    if (linked.kind === 'held') return pages.held
    if (linked.kind === 'no-streamer') return pages.noStreamer
    const { profile } = result
    const stored = await channel(databases.dm, linked.channelId)
    const name = stored?.currentSlug ?? profile.displayName ?? profile.platformUserId
    log.info({ streamerId, channelId: String(linked.channelId), requestId }, 'a streamer linked a Kick account')
    return page(200, 'The account is linked', `The Kick channel ${name} is linked now; you can close this page.`)
  }

  const callback = async (request: IncomingMessage, kick: AccountLogin): Promise<OauthPage> => {
    const sealed = cookieOf(request)
    if (!sealed) return pages.noCookie
    const parameters = queryOf(request)
    const opened = tickets.spend(sealed, parameters.get('state') ?? '')
    // A foreign answer leaves the login under way alone: anybody can send a browser here.
    if (opened.kind === 'foreign') return pages.foreign
    const answer = opened.kind === 'valid' ? await link(kick, parameters, opened.ticket) : pages[opened.kind]
    const isSecure = baseOf(request)?.startsWith('https:') ?? false
    return { ...answer, headers: { ...answer.headers, 'Set-Cookie': setCookie('', 0, isSecure) } }
  }

  return { [startPath]: route(start), [callbackPath]: route(callback) }
}
