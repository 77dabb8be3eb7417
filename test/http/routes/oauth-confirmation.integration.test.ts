import { describe, expect, test } from 'vitest'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { expectPage, linkings } from '../../support/access/linking.ts'
import { createBrowser } from '../../support/access/linking-fixture.ts'

const fixture = linkings()
const { actions, claims } = fixture

const ageTickets = statement(
  'test_age_tickets',
  `UPDATE public.link_tickets SET expires_at = now() - interval '1 second'`,
)
const removeStreamers = statement('test_remove_streamers', 'DELETE FROM public.streamers')
const renameStreamer = statement('test_rename_streamer', 'UPDATE public.streamers SET name = $1 WHERE id = 1')

describe('the page that asks after the login', () => {
  const asked = async (streamer = 1, slug = 'newcomer') => {
    const browser = createBrowser()
    const back = await fixture.linking.logIn(browser, await fixture.linking.begin(browser, streamer), slug)
    return { browser, back, seen: await browser.get(back) }
  }

  test('names the channel and the streamer, and nothing is stored before its button is pressed', async () => {
    const { browser, back, seen } = await asked()
    expectPage(seen, 200, 'Link this account\\?')
    expect(seen.text).toContain('<dt>Kick channel</dt><dd><bdi>newcomer</bdi></dd>')
    expect(seen.text).toContain('<dt>Streamer</dt><dd><bdi>Ada &lt;b&gt;</bdi></dd>')
    expect(seen.headers.get('content-security-policy')).toContain("form-action 'self'")
    expect(seen.headers.getSetCookie()[0]).toMatch(
      /^channelscope_kick_confirm=[\w-]{43}; Path=\/oauth\/kick; Max-Age=600; HttpOnly; SameSite=Strict$/,
    )
    expect([await claims(), await actions()]).toEqual([[], []])
    expectPage(await browser.submit(back, seen.text), 200, 'is linked to')
    expect(await claims()).toMatchObject([{ streamer: 1, slug: 'newcomer', verified: true }])
  })

  test('tells both presses of its button that the account is linked, and links it once', async () => {
    const { browser, back, seen } = await asked()
    const pressed = await Promise.all([browser.submit(back, seen.text), browser.submit(back, seen.text)])
    for (const one of [...pressed, await browser.submit(back, seen.text)]) expectPage(one, 200, 'is linked to')
    expect(await claims()).toHaveLength(1)
    expect(await actions()).toMatchObject([{ action: 'claim.verify' }, { action: 'channel.monitor' }])
  })

  test('can not be answered by a page of another site, another browser, or in the words of an older tab', async () => {
    const { browser, back, seen } = await asked()
    const words = 'asked something else meanwhile'
    expectPage(await createBrowser().submit(back, seen.text), 400, words)
    for (const site of ['cross-site', 'same-site', 'none'])
      expectPage(await browser.submit(back, seen.text, { 'sec-fetch-site': site }), 400, words)
    const other = await asked(2, 'other')
    expectPage(await other.browser.submit(back, seen.text), 400, words)
    // The second tab of the same browser.
    const later = await browser.get(
      await fixture.linking.logIn(browser, await fixture.linking.begin(browser, 2), 'other'),
    )
    expectPage(await browser.submit(back, seen.text), 400, words)
    expect(await claims()).toEqual([])
    expectPage(await browser.submit(back, later.text, { 'sec-fetch-site': 'same-origin' }), 200, 'is linked to')
    expect(await claims()).toMatchObject([{ streamer: 2, slug: 'other' }])
  })

  test('is of no use when it was changed, is too old, or its ticket or streamer is gone', async () => {
    const { browser, back, seen } = await asked()
    const changed = seen.text.replace(/value="([^"]{20})./, (_, start) => `value="${start}~`)
    expectPage(await browser.submit(back, changed), 400, 'asked something else meanwhile')
    const confirm = new URL('/oauth/kick/confirm', back)
    const cookie = `channelscope_kick_confirm=${browser.cookies.get('channelscope_kick_confirm')}`
    const send = (init: RequestInit) =>
      fetch(confirm, { method: 'POST', ...init, headers: { cookie, ...init.headers } })
    expect((await send({ body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(400)
    expect((await send({ body: new URLSearchParams({ account: 'x'.repeat(100_000) }) })).status).toBe(400)
    expect((await fetch(confirm)).status).toBe(405)
    await fixture.database.db.query(ageTickets)
    expectPage(await browser.submit(back, seen.text), 410, 'older than a day')
    fixture.linking.advance(10 * 60_000)
    expectPage(await browser.submit(back, seen.text), 400, 'took longer than ten minutes')
    const second = await asked()
    await fixture.database.db.query(removeStreamers)
    expectPage(await second.browser.submit(second.back, second.seen.text), 404, 'This link is not valid')
    expect(await claims()).toEqual([])
  })

  test('of a login that is sent a second time asks nothing', async () => {
    const { browser, back } = await asked()
    expectPage(await browser.get(back), 400, 'has not begun a login')
  })
})

test('a name that would turn the words around is shown with its marks, apart from them', async () => {
  await fixture.database.db.query(renameStreamer, ['\u202eevil\u2066 א'])
  const seen = await createBrowser().get(await fixture.linking.linkFor(1))
  expect(seen.text).toContain('<bdi>\\u202eevil\\u2066 א</bdi>')
})
