import { createLinkTicket } from '../../../src/claims/link-ticket.ts'
import { type KickServer, startKickServer } from '../../../src/demo/kick-server.ts'
import { createWorld, type World } from '../../../src/demo/world.ts'
import type { RateLimit } from '../../../src/guard/rate-limit.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { createKickLogin } from '../../../src/platforms/kick/account-login.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { startTestApi } from '../http/api.ts'

/** A page as a browser got it. */
export type Seen = { status: number; text: string; headers: Headers; location: string | null }

/** A browser of its own: it keeps cookies and follows nothing by itself. */
export const createBrowser = () => {
  const cookies = new Map<string, string>()
  const ask = async (url: string, headers: Record<string, string>, body?: URLSearchParams): Promise<Seen> => {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), ...headers },
      ...(body && { method: 'POST', body }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (/Max-Age=0\b/.test(line)) cookies.delete(name!)
      else cookies.set(name!, value!)
    }
    const location = response.headers.get('location')
    return { status: response.status, text: await response.text(), headers: response.headers, location }
  }
  const get = (url: string, headers: Record<string, string> = {}): Promise<Seen> => ask(url, headers)
  const submit = (url: string, page: string, headers: Record<string, string> = {}): Promise<Seen> => {
    const { action, fields } = formIn(page)!
    return ask(new URL(action, url).href, headers, fields)
  }
  return {
    cookies,
    get,
    /** Presses the button of a page that was got from this address. */
    submit,
    /** Comes back from the platform, and presses the button where the page asks. */
    async confirm(back: string): Promise<Seen> {
      const seen = await get(back)
      return formIn(seen.text) ? submit(back, seen.text) : seen
    },
  }
}

/** The form of a page; undefined where it has none. */
const formIn = (page: string): { action: string; fields: URLSearchParams } | undefined => {
  const action = /<form method="post" action="([^"]+)">/.exec(page)?.[1]
  const inputs = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
  return action === undefined
    ? undefined
    : { action, fields: new URLSearchParams(inputs.map(([, name, value]) => [name!, value!])) }
}

type Browser = ReturnType<typeof createBrowser>

const operator = { identity: { role: 'OPERATOR', name: 'operator', subject: 'test' }, requestId: 'request' }

/** Where the one link of a page leads to. */
export const linkIn = (page: string): string => /<a class="go" href="([^"]+)"/.exec(page)![1]!.replaceAll('&amp;', '&')

/** The two paths of linking on a port of their own, in front of a simulated Kick. */
export type LinkingFixture = AsyncDisposable & {
  readonly url: string
  readonly world: World
  readonly kick: KickServer
  advance(ms: number): void
  /** The address at which somebody whom an operator gave a ticket of a streamer begins. */
  linkFor(streamer: number): Promise<string>
  /** Opens such a link, or one of their own for a streamer; gives where Kick is to be asked. */
  begin(browser: Browser, link: string | number): Promise<string>
  /** Logs in at Kick as this channel; gives where the browser is sent back to. */
  logIn(browser: Browser, authorizeUrl: string, slug: string): Promise<string>
}

export const startLinking = async (
  db: Postgres,
  {
    log = silentLog,
    withKick = true,
    at = Date.now() - 3_600_000,
    rateLimit,
    unreachable,
  }: { log?: Log; withKick?: boolean; at?: number; rateLimit?: RateLimit; unreachable?: boolean } = {},
): Promise<LinkingFixture> => {
  let now = at
  const clock = () => now
  const world = createWorld({ clock })
  const kick = await startKickServer({ world, clientSecret: 'canary-of-the-app' })
  const access = { apiUrl: kick.url, idUrl: kick.url, ...kick.credentials }
  const login = createKickLogin({ ...access, clock, log, timeoutMs: 2_000 })
  const api = await startTestApi({ db, clock, log, rateLimit, login: () => (withKick ? login : null), unreachable })
  const { url } = api
  const linkFor = async (streamer: number): Promise<string> => {
    const ticket = await createLinkTicket(db, operator, BigInt(streamer))
    return `${url}/oauth/kick/start?ticket=${ticket!.secret}`
  }
  return {
    url,
    world,
    kick,
    advance(ms) {
      now += ms
    },
    linkFor,
    async begin(browser, link) {
      const { text } = await browser.get(typeof link === 'number' ? await linkFor(link) : link)
      return linkIn(text)
    },
    async logIn(browser, authorizeUrl, slug) {
      return (await browser.get(`${authorizeUrl}&login=${slug}`)).location!
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]()
      await Promise.all([login[Symbol.asyncDispose](), kick[Symbol.asyncDispose]()])
    },
  }
}
