import { describe, expect, test } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { expectPage, linkings } from '../../support/access/linking.ts'
import { createBrowser, linkIn, startLinking } from '../../support/access/linking-fixture.ts'

const fixture = linkings()
const { actions, claims } = fixture

describe('linking', () => {
  test('stores who logged in, watches the channel and verifies the claim; the tokens are gone and nowhere told', async () => {
    const browser = createBrowser()
    const authorize = await fixture.linking.begin(browser, 1)
    const back = await fixture.linking.logIn(browser, authorize, 'newcomer')
    expectPage(
      await browser.confirm(back),
      200,
      'The Kick channel <bdi>newcomer</bdi> is linked to <bdi>Ada &lt;b&gt;</bdi> now',
    )
    expect(await claims()).toEqual([{ streamer: 1, verified: true, slug: 'newcomer', name: 'NewComer', active: true }])
    expect([...browser.cookies.keys()]).toEqual(['channelscope_kick_confirm'])
    expect(fixture.linking.kick.requests.count('POST /oauth/revoke')).toBe(2)
    expect(fixture.lines.join('\n')).not.toMatch(/secret|token":|code=/)
    expect(fixture.lines.length).toBeGreaterThan(0)
  })

  test('asks first, and sends the browser to Kick with PKCE and a state, and keeps the rest in a cookie that no script reads', async () => {
    const seen = await createBrowser().get(await fixture.linking.linkFor(1))
    expect(seen.status).toBe(200)
    const href = linkIn(seen.text)
    const { origin, pathname, searchParams } = new URL(href)
    expect(origin + pathname).toBe(`${fixture.linking.kick.url}/oauth/authorize`)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: fixture.linking.kick.credentials.clientId,
      redirect_uri: `${fixture.linking.url}/oauth/kick/callback`,
      code_challenge_method: 'S256',
      scope: 'user:read channel:read',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    // Kick rewrites the first mention of this address.
    expect(href.indexOf('127.0.0.1', origin.length)).toBeLessThan(href.indexOf('redirect_uri'))
    const cookie = seen.headers.get('set-cookie')!
    expect(cookie).toMatch(/^channelscope_kick_link=[\w-]+; Path=\/oauth\/kick; Max-Age=600; HttpOnly; SameSite=Lax$/)
    expect(cookie).not.toContain(searchParams.get('state'))
  })

  test('behind HTTPS the cookie is Secure and the way back too', async () => {
    const headers = { 'x-forwarded-proto': 'https' }
    const seen = await createBrowser().get(await fixture.linking.linkFor(1), headers)
    expect(seen.headers.get('set-cookie')).toMatch(/; Secure$/)
    expect(new URL(linkIn(seen.text)).searchParams.get('redirect_uri')).toMatch(/^https:/)
  })

  test('again by the same streamer changes nothing, and one streamer may link several channels', async () => {
    for (const slug of ['newcomer', 'newcomer', 'other']) {
      const browser = createBrowser()
      const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 1), slug)
      expect((await browser.confirm(back)).status).toBe(200)
    }
    expect(await claims()).toMatchObject([
      { slug: 'newcomer', verified: true },
      { slug: 'other', verified: true },
    ])
    expect(await actions()).toMatchObject(
      ['kick:71', 'kick:72'].flatMap((subject) => [
        { subject, action: 'claim.verify', before: null, after: { streamerId: 1, verified: true } },
        { subject, action: 'channel.monitor', before: { active: null }, after: { active: true } },
      ]),
    )
  })

  test('a channel that another streamer has linked is a conflict that names nobody', async () => {
    const [first, second] = [createBrowser(), createBrowser()]
    await first.confirm(await fixture.linking.logIn(first, await fixture.linking.begin(first, 1), 'newcomer'))
    const seen = await second.confirm(
      await fixture.linking.logIn(second, await fixture.linking.begin(second, 2), 'newcomer'),
    )
    expectPage(seen, 409, 'already linked to another streamer')
    expect(seen.text).not.toMatch(/Ada|Grace|newcomer/)
    expect(await claims()).toMatchObject([{ streamer: 1, verified: true }])
    expect(await actions()).toHaveLength(2)
  })

  test('of two streamers who link one channel at the same time, one does', async () => {
    const backs = await Promise.all(
      [1, 2].map(async (streamer) => {
        const browser = createBrowser()
        return {
          browser,
          back: await fixture.linking.logIn(browser, await fixture.linking.begin(browser, streamer), 'newcomer'),
        }
      }),
    )
    const seen = await Promise.all(backs.map(({ browser, back }) => browser.confirm(back)))
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await claims()).toHaveLength(1)
  })
})

test('an answer that is used a second time, with the cookie kept by hand, is refused', async () => {
  const browser = createBrowser()
  const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 1), 'newcomer')
  const kept = [...browser.cookies]
  expect((await browser.confirm(back)).status).toBe(200)
  expectPage(await browser.confirm(back), 400, 'has not begun a login')
  for (const [name, value] of kept) browser.cookies.set(name, value)
  expectPage(await browser.confirm(back), 400, 'was used before')
  expect(fixture.linking.kick.requests.count('POST /oauth/token')).toBe(1)
})

test('a ticket links one account, whoever comes first, and then none', async () => {
  const link = await fixture.linking.linkFor(1)
  const [first, second, third] = [createBrowser(), createBrowser(), createBrowser()]
  const backs = await Promise.all(
    (
      [
        [first, 'newcomer'],
        [second, 'other'],
      ] as const
    ).map(async ([browser, slug]) => fixture.linking.logIn(browser, await fixture.linking.begin(browser, link), slug)),
  )
  const seen = await Promise.all([first.confirm(backs[0]!), second.confirm(backs[1]!)])
  expect(seen.map(({ status }) => status).sort()).toEqual([200, 410])
  expect(await claims()).toHaveLength(1)
  expectPage(await third.get(link), 410, 'used before')
})

test('a ticket whose linking failed can be tried again', async () => {
  const [owner, browser] = [createBrowser(), createBrowser()]
  await owner.confirm(await fixture.linking.logIn(owner, await fixture.linking.begin(owner, 2), 'newcomer'))
  const link = await fixture.linking.linkFor(1)
  const held = await browser.confirm(
    await fixture.linking.logIn(browser, await fixture.linking.begin(browser, link), 'newcomer'),
  )
  expectPage(held, 409, 'already linked to another streamer')
  const linked = await browser.confirm(
    await fixture.linking.logIn(browser, await fixture.linking.begin(browser, link), 'other'),
  )
  expectPage(linked, 200, 'The Kick channel <bdi>other</bdi> is linked to')
})

test('the page that asks names the streamer as text, and only its link leads to Kick', async () => {
  const seen = await createBrowser().get(await fixture.linking.linkFor(1))
  expect(seen.text).toContain('<dt>Streamer</dt><dd><bdi>Ada &lt;b&gt;</bdi></dd>')
  expect([seen.status, seen.location, seen.text.match(/<a /g)]).toEqual([200, null, ['<a ']])
  expect(seen.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
})

test('a database that does not answer is told as such', async () => {
  await using db = openPostgres({ url: 'postgresql://nobody@127.0.0.1:1/nothing', log: silentLog })
  await using down = await startLinking(db, { unreachable: true })
  expectPage(
    await createBrowser().get(`${down.url}/oauth/kick/start?ticket=cs_link_${'A'.repeat(43)}`),
    503,
    'can not reach its database',
  )
})

test('a page shows names as text', async () => {
  fixture.linking.world.update([{ id: 71, username: '<img src=x onerror=alert(1)>' }])
  fixture.linking.kick.faults.add({ kind: 'patched', path: '/public/v1/channels', fields: { slug: '<b>' } })
  const browser = createBrowser()
  const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 1), 'newcomer')
  const seen = await browser.confirm(back)
  expect(seen.status).toBe(200)
  expect(seen.text).not.toMatch(/<img|<b>/)
})
