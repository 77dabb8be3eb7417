import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { channelIdentity } from '../../channels/channel-lookup.ts'
import { type LinkStores, linkAccount } from '../../claims/link-account.ts'
import { createLinkLogins, type LinkAccount, type LinkLogin, loginLifetimeMs } from '../../claims/link-login.ts'
import { findLinkTicket, openLinkTicket } from '../../claims/link-ticket.ts'
import { type Clock, systemSteady } from '../../lib/clock.ts'
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
  /** Null while the platform is not set up. */
  login: () => AccountLogin | null
  /** Where browsers reach this server, without a slash at the end; absent, it is taken from a request for a host of ours. */
  publicUrl?: string | undefined
  origins: Origins
  callers: Callers
  clock: Clock
  log: Log
}

/** Where the linking of an account of a platform begins, with the query parameter `ticket`. */
export const linkStartPath = (platform: PlatformName): string => `/oauth/${platform}/start`

const page = (
  status: number,
  title: string,
  sentence: OauthPage['sentence'],
  headers?: Record<string, string>,
): OauthPage => ({
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
    method: page(405, 'Nothing to see here', 'This path is not asked in this way.', { Allow: 'GET' }),
    form: page(400, notLinked, `What was sent is no answer to a question of this server. ${again}`),
    foreignForm: page(400, notLinked, `This browser was asked something else meanwhile, or by another page. ${again}`),
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
    late: page(400, notLinked, `The answer took longer than ten minutes. ${again}`),
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

/** How a channel is called before it is stored. */
const nameOf = ({ slug, displayName, platformUserId }: LinkAccount['profile']): string =>
  slug ?? displayName ?? platformUserId

/** The page with one more cookie. */
const withCookie = (answer: OauthPage, cookie: string): OauthPage => {
  const { 'Set-Cookie': others = [], ...headers } = answer.headers ?? {}
  return { ...answer, headers: { ...headers, 'Set-Cookie': [...[others].flat(), cookie] } }
}

const maxFormBytes = 64 * 1024

/** The most answers that are remembered. */
const maxAnswers = 10_000

/** A field of a form; null where the body is no form, is too long or has no such field. */
const readField = async (request: IncomingMessage, name: string): Promise<string | null> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxFormBytes) chunks.push(chunk)
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (bytes > maxFormBytes || type !== 'application/x-www-form-urlencoded') return null
  return new URLSearchParams(Buffer.concat(chunks).toString()).get(name)
}

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
 * The three paths by which the holder of a ticket links the account of a platform that they log in with; every answer is a page. The first
 * one asks, and only its link goes on to the platform. The second one says who has logged in and asks again. Only the third one, a form
 * of that page, links: no address that a browser is sent to changes anything.
 */
export const createOauthRoutes = (options: OauthRouteOptions): Record<string, Route> => {
  const { databases, platform, login, origins, callers, clock, log } = options
  const { name: platformName, title } = platform
  const pages = pagesOf(title)
  const callbackPath = `/oauth/${platformName}/callback`
  const cookieName = `channelscope_${platformName}_link`
  const confirmPath = `/oauth/${platformName}/confirm`
  const confirmCookie = `channelscope_${platformName}_confirm`
  const logins = createLinkLogins({ secret: () => login()?.secret, clock })
  const baseOf = (request: IncomingMessage): string | null => options.publicUrl ?? originOf(request, origins)
  const isSecureFor = (request: IncomingMessage): boolean => baseOf(request)?.startsWith('https:') ?? false

  /** Strict where only a page of this server leads on: a page of another site is never sent with it. */
  const setCookie = (name: string, value: string, isSecure: boolean): string =>
    [
      `${name}=${value}`,
      `Path=/oauth/${platformName}`,
      `Max-Age=${value === '' ? 0 : loginLifetimeMs / 1000}`,
      'HttpOnly',
      `SameSite=${name === confirmCookie ? 'Strict' : 'Lax'}`,
      ...(isSecure ? ['Secure'] : []),
    ].join('; ')

  const failed = (error: unknown, request: IncomingMessage): OauthPage => {
    if (error instanceof ApiError && error.code === 'UNAVAILABLE') return pages.down
    if (error instanceof ApiError && error.code === 'RATE_LIMITED') return pages.tooOften
    log.error({ err: error, path: request.url?.split('?', 1)[0] }, 'linking an account failed unexpectedly')
    return pages.failed
  }

  const route =
    (method: 'GET' | 'POST', answer: (request: IncomingMessage, login: AccountLogin) => Promise<OauthPage>): Route =>
    async (request, response) => {
      const answered = async (): Promise<OauthPage> => {
        if (request.method !== method) return { ...pages.method, headers: { Allow: method } }
        const account = login()
        return account === null ? pages.notConnected : answer(request, account)
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
      names: [['Streamer', ticket.streamerName]],
      sentence: `Log in to ${title} with the account that belongs to this streamer. Go on only if that is you: you are asked once more before anything is linked.`,
      link: { href: await account.authorizeUrl(login), text: `Log in to ${title}` },
      headers: { 'Set-Cookie': setCookie(cookieName, sealed, base.startsWith('https:')) },
    }
  }

  /** Asks whoever has logged in whether this account is to be linked to this streamer. Nothing is stored yet. */
  const ask = async (
    account: AccountLogin,
    parameters: URLSearchParams,
    login: LinkLogin,
    isSecure: boolean,
  ): Promise<OauthPage> => {
    const { ticketDigest } = login
    const ticket = await findLinkTicket(databases.public, Buffer.from(ticketDigest, 'base64url'))
    if (ticket.kind !== 'valid') return pages[ticket.kind]
    const result = await account.identify(parameters, login)
    if (result.kind === 'unavailable') return pages.away
    if (result.kind !== 'user') return pages[result.kind]
    const { profile, observedAt } = result
    const { sealed, nonce } = logins.ask({ ticketDigest, profile, observedAt: observedAt.toISOString() })
    return {
      status: 200,
      title: 'Link this account?',
      names: [
        [`${title} channel`, nameOf(profile)],
        ['Streamer', ticket.streamerName],
      ],
      sentence: `The channel will count as this streamer’s, and it will be watched. If one of them is not yours, close this page: then nothing is linked.`,
      form: { action: confirmPath, fields: { account: sealed }, text: 'Link them' },
      headers: { 'Set-Cookie': setCookie(confirmCookie, nonce, isSecure) },
    }
  }

  const callback = async (request: IncomingMessage, account: AccountLogin): Promise<OauthPage> => {
    const sealed = cookieOf(request, cookieName)
    if (!sealed) return pages.noCookie
    const parameters = queryOf(request)
    const opened = logins.finish(sealed, parameters.get('state') ?? '')
    // A foreign answer leaves the login under way alone: anybody can send a browser here.
    if (opened.kind === 'foreign') return pages.foreign
    const isSecure = isSecureFor(request)
    const answer = opened.kind === 'valid' ? await ask(account, parameters, opened.login, isSecure) : pages[opened.kind]
    return withCookie(answer, setCookie(cookieName, '', isSecure))
  }

  const link = async (account: AccountLogin, confirmed: LinkAccount): Promise<OauthPage> => {
    const { ticketDigest, profile, observedAt } = confirmed
    const ticket = await findLinkTicket(databases.public, Buffer.from(ticketDigest, 'base64url'))
    if (ticket.kind !== 'valid') return pages[ticket.kind]
    const { streamerId, digest } = ticket
    const requestId = randomUUID()
    const request = { profile, observedAt: new Date(observedAt), streamerId, ticketDigest: digest, requestId }
    const linked = await linkAccount(databases, account.platform, request, log)
    if (linked.kind === 'held') return pages.held
    if (linked.kind !== 'linked') return pages.gone
    const stored = await channelIdentity(databases.dm, linked.channelId)
    const name = stored?.currentSlug ?? nameOf(profile)
    log.info({ streamerId, channelId: String(linked.channelId), requestId }, `a streamer linked a ${title} account`)
    return page(200, 'The account is linked', [
      `The ${title} channel `,
      { name },
      ' is linked to ',
      { name: ticket.streamerName },
      ' now; you can close this page.',
    ])
  }

  /** What came of confirmations that are under way or have linked, so that a button that is pressed twice links once and says so. */
  const answers = new Map<string, { page: Promise<OauthPage>; until: number }>()

  const linkOnce = (account: AccountLogin, nonce: string, confirmed: LinkAccount): Promise<OauthPage> => {
    const known = answers.get(nonce)
    if (known) return known.page
    const now = systemSteady()
    for (const [other, { until }] of answers) if (until <= now || answers.size >= maxAnswers) answers.delete(other)
    const linking = link(account, confirmed)
    answers.set(nonce, { page: linking, until: now + loginLifetimeMs })
    const forget = () => void answers.delete(nonce)
    // Whoever was refused may try again: the ticket is still good where it was before.
    linking.then(({ status }) => status !== 200 && forget(), forget)
    return linking
  }

  const confirm = async (request: IncomingMessage, account: AccountLogin): Promise<OauthPage> => {
    const site = request.headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin') return pages.foreignForm
    const nonce = cookieOf(request, confirmCookie)
    if (!nonce) return pages.foreignForm
    const sealed = await readField(request, 'account')
    if (sealed === null) return pages.form
    const confirmed = logins.confirm(sealed, nonce)
    if (confirmed.kind === 'foreign') return pages.foreignForm
    if (confirmed.kind === 'expired') return pages.late
    // The nonce stays until it expires: the second press of a button is told what the first one did.
    return linkOnce(account, nonce, confirmed.account)
  }

  return {
    [linkStartPath(platformName)]: route('GET', start),
    [callbackPath]: route('GET', callback),
    [confirmPath]: route('POST', confirm),
  }
}
