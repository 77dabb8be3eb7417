import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { everybody } from '../../../src/access/identity.ts'
import { createRateLimit } from '../../../src/guard/rate-limit.ts'
import { globalId } from '../../../src/resolvers/global-id.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { expectPage, linkings } from '../../support/access/linking.ts'
import { createBrowser, startLinking } from '../../support/access/linking-fixture.ts'

const fixture = linkings()
const { actions, claims, clear } = fixture

const ageTickets = statement(
  'test_age_tickets',
  `UPDATE public.link_tickets SET expires_at = now() - interval '1 second'`,
)
const removeStreamers = statement('test_remove_streamers', 'DELETE FROM public.streamers')

/** Asks for an address with another Host, which fetch does not let anybody choose. */
const askAs = async (host: string, { port, pathname, search }: URL): Promise<{ status: number; text: string }> => {
  const sent = request({ port, path: pathname + search, headers: { host } }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode!, text: (await response.toArray()).join('') }
}

describe('nothing is linked', () => {
  afterEach(async () => {
    expect(await claims()).toEqual([])
    expect(await actions()).toEqual([])
  })

  test.each(['?streamer=1', `?streamer=${globalId('Streamer', 1n)}`, ''])(
    'by a link with %o, which no operator made',
    async (query) => {
      const seen = await createBrowser().get(`${fixture.linking.url}/oauth/kick/start${query}`)
      expectPage(seen, 403, 'A link with a ticket is needed')
      expect([seen.location, seen.headers.get('set-cookie')]).toEqual([null, null])
    },
  )

  test.each(['', '1', 'cs_link_', `cs_link_${'A'.repeat(43)}`, '%00', globalId('Streamer', 1n)])(
    'by the ticket %o, which is nobody’s',
    async (ticket) => {
      const seen = await createBrowser().get(`${fixture.linking.url}/oauth/kick/start?ticket=${ticket}`)
      expectPage(seen, 404, 'This link is not valid')
      expect(seen.headers.get('set-cookie')).toBeNull()
    },
  )

  test('by a ticket that is a day old, also where the login was begun before', async () => {
    const browser = createBrowser()
    const link = await fixture.linking.linkFor(1)
    const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, link), 'newcomer')
    await fixture.database.db.query(ageTickets)
    expectPage(await browser.get(link), 410, 'used before, or it is older than a day')
    expectPage(await browser.get(back), 410, 'used before, or it is older than a day')
  })

  test('by a ticket of a streamer who was removed meanwhile', async () => {
    const browser = createBrowser()
    const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 1), 'newcomer')
    await fixture.database.db.query(removeStreamers)
    expectPage(await browser.get(back), 404, 'This link is not valid')
  })

  test('by who guesses tickets, who is refused like one who guesses keys', async () => {
    const rateLimit = createRateLimit({ perAddress: 1_000, perKey: 1_000 }, () => 0)
    await using limited = await startLinking(fixture.database.db, { rateLimit })
    const from = { 'X-Forwarded-For': '203.0.113.9' }
    const guess = (ticket: string) => createBrowser().get(`${limited.url}/oauth/kick/start?ticket=${ticket}`, from)
    rateLimit.spend({ identity: everybody, address: 'behind 127.0.0.1' }, 999)
    expectPage(await guess(`cs_link_${'A'.repeat(43)}`), 404, 'This link is not valid')
    expectPage(await guess('x'), 429, 'too many wrong links')
  })

  test('through a host name that is not ours', async () => {
    const path = new URL(await fixture.linking.linkFor(1))
    const { status, text } = await askAs('evil.example', path)
    expect([status, text]).toEqual([400, expect.stringContaining('has to set PUBLIC_URL')])
  })

  test('by a browser that has not begun it', async () => {
    const [browser, another] = [createBrowser(), createBrowser()]
    const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 1), 'newcomer')
    expectPage(await another.get(back), 400, 'has not begun a login')
    expect(fixture.linking.kick.requests.count('POST /oauth/token')).toBe(0)
  })

  test('where two browsers exchange their answers, and both may still finish their own', async () => {
    const [one, two] = [createBrowser(), createBrowser()]
    const backOfOne = await fixture.linking.logIn(one, await fixture.linking.begin(one, 1), 'newcomer')
    const backOfTwo = await fixture.linking.logIn(two, await fixture.linking.begin(two, 2), 'other')
    expectPage(await one.get(backOfTwo), 400, 'belongs to another login')
    expectPage(await two.get(backOfOne), 400, 'belongs to another login')
    expect(await claims()).toEqual([])
    expect([(await one.confirm(backOfOne)).status, (await two.confirm(backOfTwo)).status]).toEqual([200, 200])
    await clear()
  })

  test('with a cookie that was changed or made up', async () => {
    const browser = createBrowser()
    const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 1), 'newcomer')
    const [[name, value]] = [...browser.cookies] as [[string, string]]
    const changed = [
      value.slice(0, -2) + (value.at(-2) === 'A' ? 'B' : 'A') + value.at(-1),
      value.slice(10),
      'x',
      'AAAA'.repeat(40),
      '%00',
    ]
    for (const cookie of changed) {
      browser.cookies.set(name, cookie)
      expectPage(await browser.get(back), 400, 'belongs to another login')
    }
  })

  test('by an answer that comes ten minutes after the start', async () => {
    const browser = createBrowser()
    const authorize = await fixture.linking.begin(browser, 1)
    fixture.linking.advance(10 * 60_000)
    expectPage(
      await browser.get(await fixture.linking.logIn(browser, authorize, 'newcomer')),
      400,
      'longer than ten minutes',
    )
  })

  test('by a user who refuses', async () => {
    const browser = createBrowser()
    const authorize = await fixture.linking.begin(browser, 1)
    const { location } = await browser.get(`${authorize}&deny=1`)
    expectPage(await browser.get(location!), 403, 'You refused')
  })

  test.each(['code=made-up', 'error=server_error', '', 'code=a&code=b', 'code='])(
    'by an answer with %o',
    async (parameters) => {
      const browser = createBrowser()
      const state = new URL(await fixture.linking.begin(browser, 1)).searchParams.get('state')
      const back = `${fixture.linking.url}/oauth/kick/callback?state=${state}&${parameters}`
      expectPage(await browser.get(back), 400, 'does not accept this login')
    },
  )

  test.each([
    ['/oauth/token', 'html-error'],
    ['/oauth/token', 'rate-limited'],
    ['/oauth/token', 'reset'],
    ['/oauth/token', 'truncated'],
    ['/public/v1/users', 'html-error'],
    ['/public/v1/users', 'edge-blocked'],
    ['/public/v1/channels', 'truncated'],
  ] as const)('while %s is away (%s), and its tokens are revoked', async (path, kind) => {
    const browser = createBrowser()
    const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 1), 'newcomer')
    fixture.linking.kick.faults.add({ kind, path })
    const seen = await browser.get(back)
    expectPage(seen, 503, 'Kick does not answer now')
    expect(seen.headers.get('retry-after')).toBe('60')
    expect(fixture.linking.kick.requests.count('POST /oauth/revoke')).toBe(path === '/oauth/token' ? 0 : 2)
  })

  test('by anything but GET, or on a server without Kick', async () => {
    for (const path of ['start?ticket=x', 'callback']) {
      const posted = await fetch(`${fixture.linking.url}/oauth/kick/${path}`, { method: 'POST' })
      expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
    }
    await using without = await startLinking(fixture.database.db, { withKick: false })
    expectPage(await createBrowser().get(`${without.url}/oauth/kick/start?ticket=x`), 503, 'not connected to Kick')
  })
})
