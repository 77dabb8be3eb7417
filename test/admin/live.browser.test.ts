import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lostNetwork, type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { standBetween } from '../support/admin/socket-between.ts'
import { seed } from '../support/stores/seed.ts'
import { probeAt, tellEnd, tellStart } from '../support/workers/probing.ts'

let panel: Panel
const startedAt = new Date(Date.now() - 3_600_000)

beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

beforeEach(async () => {
  await panel.db.pool.query('DELETE FROM dm.streamer_channel')
})

const addChannel = (name: string): Promise<bigint> =>
  seed(panel.db).channel({ slug: name.toLowerCase(), displayName: name })

/** A probe of all of them, as the poller makes one. */
const count = (viewers: ReadonlyMap<bigint, number | null>): Promise<void> =>
  probeAt(
    panel.db,
    new Date(),
    [...viewers].map(([channelId, counted]) => ({ channelId, live: { startedAt, viewers: counted } })),
  )

/** Live channels with their viewers; their ids by name. */
const goLive = async (viewers: Record<string, number | null>): Promise<Map<string, bigint>> => {
  const ids = new Map(
    await Promise.all(Object.keys(viewers).map(async (name) => [name, await addChannel(name)] as const)),
  )
  await Promise.all([...ids.values()].map((id) => tellStart(panel.db, id, startedAt)))
  await count(new Map([...ids].map(([name, id]) => [id, viewers[name]!])))
  return ids
}

const names = ({ page }: PanelPage) => page.locator('tbody th[scope="row"] a').allTextContents()
const row = ({ page }: PanelPage, name: string) => page.getByRole('row').filter({ hasText: name })

test('who is live stands in the order of viewers, with unknown ones last and told as unknown', async () => {
  await goLive({ Few: 7, Many: 12_412, Hidden: null, Some: 900 })
  const page = await panel.open('/')
  expect(await names(page)).toEqual(['Many', 'Some', 'Few', 'Hidden'])
  expect(await row(page, 'Many').getByTitle('12,412 viewers').textContent()).toBe('12.4 k')
  expect(await row(page, 'Hidden').getByTitle('The streamer hides the number').textContent()).toContain('–')
  await page.page.getByText('13.3 k').waitFor()
})

test('nobody is watched, and then somebody is and nobody is live', async () => {
  const page = await panel.open('/')
  await page.page.getByRole('link', { name: 'Sign in to track the first one' }).waitFor()
  await addChannel('Asleep')
  await page.page.reload()
  await page.page.getByText('Nobody is live').waitFor()
})

test('a start, a count and an end are shown without a reload', async () => {
  const ids = await goLive({ First: 50 })
  const later = await addChannel('Later')
  const page = await panel.open('/')
  await page.live()
  await tellStart(panel.db, later, startedAt)
  await row(page, 'Later').waitFor()
  await page.shows(row(page, 'Later').getByTitle('4,321 viewers'), () => count(new Map([[later, 4_321]])))
  await expect.poll(() => names(page)).toEqual(['Later', 'First'])
  await tellEnd(panel.db, ids.get('First')!, startedAt, new Date())
  await expect.poll(() => names(page)).toEqual(['Later'])
})

test('rows stay where they are under the pointer, and the new order comes by a key', async () => {
  const ids = await goLive({ Alpha: 300, Beta: 200, Gamma: 100 })
  const page = await panel.open('/')
  await page.live()
  await row(page, 'Beta').hover()
  await page.shows(row(page, 'Gamma').getByTitle('999 viewers'), () => count(new Map([[ids.get('Gamma')!, 999]])))
  await page.page.getByRole('button', { name: '1 change: update order' }).waitFor()
  await tellEnd(panel.db, ids.get('Beta')!, startedAt, new Date())
  await row(page, 'Beta').getByText('ended').waitFor()
  await page.page.getByRole('button', { name: '2 changes: update order' }).waitFor()
  expect(await names(page)).toEqual(['Alpha', 'Beta', 'Gamma'])
  await page.page.keyboard.press('u')
  await expect.poll(() => names(page)).toEqual(['Gamma', 'Alpha'])
})

test('a lost network is said, and what happened meanwhile is there afterwards without a reload', async () => {
  await goLive({ Before: 10 })
  const later = await addChannel('Meanwhile')
  const page = await panel.open('/', { expected: lostNetwork })
  await page.live()
  await page.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
  await panel.network.set('refuse')
  await page.page.getByText('reconnecting since').waitFor()
  await tellStart(panel.db, later, startedAt)
  await panel.network.set('pass')
  await row(page, 'Meanwhile').waitFor()
  await page.live()
  expect(await page.page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
})

test('a machine that slept for an hour goes on where it was', async () => {
  await goLive({ Awake: 10 })
  const later = await addChannel('Overnight')
  const page = await panel.open('/', { expected: lostNetwork })
  await page.live()
  await page.page.clock.install()
  // What was open looks open, and nothing comes any more.
  await panel.network.set('blackhole')
  await tellStart(panel.db, later, startedAt)
  await page.page.clock.fastForward('01:00:00')
  await panel.network.set('reset')
  await panel.network.set('pass')
  await page.page.clock.resume()
  await row(page, 'Overnight').waitFor()
})

test('changes that were lost are said until they are loaded again, also where loading fails at first', async () => {
  await goLive({ Here: 10 })
  const page = await panel.open('/sign-in', { expected: lostNetwork })
  const socket = await standBetween(page.page)
  const lost = (field: string) => ({
    data: { [field]: { __typename: 'StatusGap', cursor: '0', reason: 'Too many events waited.' } },
  })
  await page.go('/')
  await page.live()
  socket.tell('LiveStatus', lost('channelStatus'))
  const warning = page.page.getByRole('alert').filter({ hasText: 'may be incomplete. Too many events waited.' })
  await warning.waitFor()
  const mark = page.page.locator('header').getByRole('status')
  await mark.filter({ hasText: /^behind.*\d\d:\d\d – .*\d\d:\d\d/ }).waitFor()
  await panel.network.set('refuse')
  await page.page.getByText('reconnecting since').waitFor()
  await page.page.getByRole('button', { name: 'Reload these' }).click()
  await page.page.getByText('This is what was there before.').waitFor()
  expect(await warning.count()).toBe(1)
  await panel.network.set('pass')
  // Connected again, and still something is missing.
  await mark.filter({ hasText: /^behind/ }).waitFor()
  const followed = socket.times('LiveTitles')
  await page.page.getByRole('button', { name: 'Reload these' }).click()
  await warning.waitFor({ state: 'detached' })
  await page.live()
  expect(await names(page)).toEqual(['Here'])
  // What was loaded again is followed from there.
  await expect.poll(() => socket.times('LiveTitles')).toBeGreaterThan(followed)
  socket.tell('LiveTitles', lost('sessionChapters'))
  await warning.waitFor()
})

test('hostile words are shown as words, and nothing is moved by them', async () => {
  await goLive({ Before: 10 })
  const page = await panel.open('/sign-in', { width: 360 })
  const socket = await standBetween(page.page)
  await page.go('/')
  await page.live()
  const hostile = `<img src=x onerror=alert(1)>\u202e${'W'.repeat(20_000)}`
  const channel = { id: 'x', platform: 'KICK', slug: 'x', displayName: hostile, avatarUrl: null, viewersNow: null }
  const session = { id: 's', title: hostile, category: hostile, language: hostile, startedAt: startedAt.toISOString() }
  const event = { id: 'e', type: 'STREAM_START', newStatus: 'ONLINE', occurredAt: startedAt.toISOString() }
  socket.tell('LiveStatus', {
    data: { channelStatus: { __typename: 'StatusChange', cursor: '1', event, channel, session } },
  })
  await row(page, 'onerror').waitFor()
  expect(await page.page.locator('main img').count()).toBe(0)
  expect(await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

test('a socket that says what it must not is left, and the page goes on when there is a better one', async () => {
  await goLive({ Before: 10 })
  const later = await addChannel('Afterwards')
  const page = await panel.open('/sign-in', { expected: lostNetwork })
  const socket = await standBetween(page.page)
  await page.go('/')
  const reconnecting = page.page.getByRole('status').filter({ hasText: /^reconnecting/ })
  const payload = (data: object) => () => socket.tell('LiveViewers', { data })
  for (const speak of [
    () => socket.say('no message'),
    () => socket.say('{"type":"surprise","id":"1"}'),
    () => socket.say('[]'),
    payload({ viewerCount: null }),
    payload({ viewerCount: { channel: { id: 'x' }, viewers: { count: 5 }, at: 7 } }),
  ]) {
    await page.live()
    socket.babble('neither is this')
    speak()
    await reconnecting.waitFor()
    expect(await names(page)).toEqual(['Before'])
    socket.babble(null)
  }
  await page.live()
  await tellStart(panel.db, later, startedAt)
  await row(page, 'Afterwards').waitFor()
})

test('a link with a range and a zone that are none shows the usual ones', async () => {
  const page = await panel.open('/channels?from=garbage&to=now&zone=Europe/Nowhere')
  await page.page.getByRole('heading', { name: 'Channels' }).waitFor()
  expect(page.address).toBe('/channels')
})

test('three hundred channels are live: all are there to scroll, and few are in the page', async () => {
  await goLive(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`Number${i}`, 10_000 - i])))
  const page = await panel.open('/')
  expect(await page.page.getByRole('table').getAttribute('aria-rowcount')).toBe('301')
  expect((await names(page)).length).toBeLessThan(60)
  await page.page.keyboard.press('End')
  await row(page, 'Number299').waitFor()
  expect((await names(page)).length).toBeLessThan(60)
})

test('axe finds nothing serious, wide and narrow, in light and dark', async () => {
  await goLive({ Anna: 12, 'بث مباشر مع الأصدقاء': 11, 'A name that is much longer than any column of any table': 10 })
  const page = await panel.open('/', { key: panelKeys.admin })
  await page.checkLooks()
})
