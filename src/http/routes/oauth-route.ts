import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { channelIdentity } from '../../channels/channel-lookup.ts'
import { type LinkStores, linkAccount } from '../../claims/link-account.ts'
import { createLinkLogins, type LinkLogin, loginLifetimeMs } from '../../claims/link-login.ts'
import { findLinkTicket, openLinkTicket } from '../../claims/link-ticket.ts'
import type { Clock } from '../../lib/clock.ts'
import { ApiError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { AccountLogin } from '../../platforms/account-login.ts'
import type { PlatformName } from '../../platforms/platform.ts'
import type { PlatformDefinition } from '../../platforms/platform-definition.ts'
import type { Callers } from '../security/callers.ts'
import type { Origins } from '../security/origins.ts'
import type { Route } from '../server/route.ts'
import { type OauthPage, sendOauthPage } from './oauth-page.ts'

export type OauthRouteOptions = {
  databases: LinkStores
  platform: Pick<PlatformDefinition, 'name' | 'title'>
  /** Null where the platform is not set up. */
  login: AccountLogin | null
  /** Where browsers reach this server, without a slash at the end; absent, it is taken from a request for a host of ours. */
  publicUrl?: string | undefined
  origins: Origins
  callers: Callers
  clock: Clock
  log: Log
}

/** Where the linking of an account of a platform begins, with the query parameter `ticket`. */
export const linkStartPath = (platform: PlatformName): string => `/oauth/${platform}/start`

const page = (status: number, title: string, sentence: string, headers?: Record<string, string>): OauthPage => ({
  status,
  title,
  sentence,
  headers,
})

const notLinked = 'The account is not linked'
const again = 'Open the link that you were given once more.'
const another = 'Ask whoever gave it to you for another one.'
const pagesOf = (platform: string) =>
  ({
    method: page(405, 'Nothing to see here', 'This path is asked by GET.', { Allow: 'GET' }),
    host: page(400, notLinked, 'This server is not known by this host name: its operator has to set PUBLIC_URL.'),
    unasked: page(403, notLinked, 'A link with a ticket is needed; an operator makes one with createLinkTicket.'),
    unknown: page(404, notLinked, `This link is not valid. ${another}`),
    gone: page(410, notLinked, `This link was used before, or it is older than a day. ${another}`),
    tooOften: page(429, notLinked, 'There were too many wrong links from your address; try again in a minute.', {
      'Retry-After': '60',
    }),
    notConnected: page(503, notLinked, `This server is not connected to ${platform}.`),
    noCookie: page(400, notLinked, `This browser has not begun a login, or it does not keep cookies. ${again}`),
    foreign: page(
      400,
      notLinked,
      `This answer belongs to another login than the last one begun in this browser. ${again}`,
    ),
    expired: page(400, notLinked, `The login took longer than ten minutes. ${again}`),
    spent: page(400, notLinked, `This answer was used before. ${again}`),
    denied: page(403, notLinked, `You refused it on ${platform}, and nothing was changed.`),
    refused: page(400, notLinked, `${platform} does not accept this login any more. ${again}`),
    away: page(503, notLinked, `${platform} does not answer now; try again in a few minutes.`, { 'Retry-After': '60' }),
    held: page(409, notLinked, `This ${platform} channel is already linked to another streamer.`),
    down: page(503, notLinked, 'This server can not reach its database now; try again in a few minutes.', {
      'Retry-After': '60',
    }),
    failed: page(500, notLinked, 'Something went wrong on the server.'),
  }) satisfies Record<string, OauthPage>

/** Scheme and host that the browser used, or null where it is no host of ours. */
const originOf = ({ headers, socket }: IncomingMessage, origins: Origins): string | null => {
  const forwarded = String(headers['x-forwarded-proto'] ?? '')
    .split(',')[0]!
    .trim()
  const isSecure = forwarded === 'https' || (socket as TLSSocket).encrypted === true
  const { host = '' } = headers
  return origins.isOwnHost(host) ? `${isSecure ? 'https' : 'http'}://${host}` : null
}

const cookieOf = ({ headers }: IncomingMessage, cookieName: string): string | undefined =>
  (headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)

const queryOf = ({ url = '' }: IncomingMessage): URLSearchParams => {
  const mark = url.indexOf('?')
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
}

/**
 * The two paths by which the holder of a ticket links the account of a platform that they log in with; every answer is a page. The first
 * one asks, and only its link goes on to the platform: nobody can be sent past it.
 */
export const createOauthRoutes = (options: OauthRouteOptions): Record<string, Route> => {
  const { databases, platform, login, origins, callers, clock, log } = options
  const { name: platformName, title } = platform
  const pages = pagesOf(title)
  const callbackPath = `/oauth/${platformName}/callback`
  const cookieName = `channelscope_${platformName}_link`
  const logins = createLinkLogins({ secret: login?.secret ?? '', clock })
  const baseOf = (request: IncomingMessage): string | null => options.publicUrl ?? originOf(request, origins)

  const setCookie = (value: string, maxAgeSeconds: number, isSecure: boolean): string =>
    [
      `${cookieName}=${value}`,
      `Path=/oauth/${platformName}`,
      `Max-Age=${maxAgeSeconds}`,
      'HttpOnly',
      'SameSite=Lax',
      ...(isSecure ? ['Secure'] : []),
    ].join('; ')

  const failed = (error: unknown, request: IncomingMessage): OauthPage => {
    if (error instanceof ApiError && error.code === 'UNAVAILABLE') return pages.down
    if (error instanceof ApiError && error.code === 'RATE_LIMITED') return pages.tooOften
    log.error({ err: error, path: request.url?.split('?', 1)[0] }, 'linking an account failed unexpectedly')
    return pages.failed
  }

  const route =
    (answer: (request: IncomingMessage, login: AccountLogin) => Promise<OauthPage>): Route =>
    async (request, response) => {
      const answered = async (): Promise<OauthPage> => {
        if (request.method !== 'GET') return pages.method
        return login === null ? pages.notConnected : answer(request, login)
      }
      sendOauthPage(response, await answered().catch((error: unknown) => failed(error, request)))
    }

  const start = async (request: IncomingMessage, account: AccountLogin): Promise<OauthPage> => {
    const base = baseOf(request)
    if (base === null) return pages.host
    const given = queryOf(request).get('ticket')
    if (given === null) return pages.unasked
    const ticket = await openLinkTicket(databases.public, given)
    if (ticket.kind === 'unknown') callers.guessed(callers.addressOf(request))
    if (ticket.kind !== 'valid') return pages[ticket.kind]
    const { login, sealed } = logins.begin(ticket.digest.toString('base64url'), base + callbackPath)
    return {
      status: 200,
      title: `Link a ${title} account`,
      sentence: `The ${title} account that you log in with is linked to the streamer “${ticket.streamerName}”. Go on only if that is you.`,
      link: { href: await account.authorizeUrl(login), text: `Log in to ${title} and link the account` },
      headers: { 'Set-Cookie': setCookie(sealed, loginLifetimeMs / 1000, base.startsWith('https:')) },
    }
  }

  const link = async (account: AccountLogin, parameters: URLSearchParams, login: LinkLogin): Promise<OauthPage> => {
    const ticket = await findLinkTicket(databases.public, Buffer.from(login.ticketDigest, 'base64url'))
    if (ticket.kind !== 'valid') return pages[ticket.kind]
    const result = await account.identify(parameters, login)
    if (result.kind === 'unavailable') return pages.away
    if (result.kind !== 'user') return pages[result.kind]
    const { streamerId, digest } = ticket
    const requestId = randomUUID()
    const request = { ...result, streamerId, ticketDigest: digest, requestId }
    const linked = await linkAccount(databases, account.platform, request, log)
    if (linked.kind === 'held') return pages.held
    if (linked.kind !== 'linked') return pages.gone
    const { profile } = result
    const stored = await channelIdentity(databases.dm, linked.channelId)
    const name = stored?.currentSlug ?? profile.displayName ?? profile.platformUserId
    log.info({ streamerId, channelId: String(linked.channelId), requestId }, `a streamer linked a ${title} account`)
    return page(200, 'The account is linked', `The ${title} channel ${name} is linked now; you can close this page.`)
  }

  const callback = async (request: IncomingMessage, account: AccountLogin): Promise<OauthPage> => {
    const sealed = cookieOf(request, cookieName)
    if (!sealed) return pages.noCookie
    const parameters = queryOf(request)
    const opened = logins.finish(sealed, parameters.get('state') ?? '')
    // A foreign answer leaves the login under way alone: anybody can send a browser here.
    if (opened.kind === 'foreign') return pages.foreign
    const answer = opened.kind === 'valid' ? await link(account, parameters, opened.login) : pages[opened.kind]
    const isSecure = baseOf(request)?.startsWith('https:') ?? false
    return { ...answer, headers: { ...answer.headers, 'Set-Cookie': setCookie('', 0, isSecure) } }
  }

  return { [linkStartPath(platformName)]: route(start), [callbackPath]: route(callback) }
}
