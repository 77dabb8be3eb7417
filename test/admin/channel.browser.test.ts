import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { logCalls } from '../../src/calls/log-calls.ts'
import { channelWorld } from '../support/admin/channel-fixture.ts'
import { lostNetwork, type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { seed } from '../support/stores/seed.ts'
import { probeAt, tellEnd, tellStart } from '../support/workers/probing.ts'

let panel: Panel
let world: ReturnType<typeof channelWorld>
const startedAt = new Date(Date.now() - 3_600_000)

beforeAll(async () => {
  panel = await startPanel()
  world = channelWorld(panel)
})
afterAll(() => panel?.[Symbol.asyncDispose]())

beforeEach(async () => {
  await panel.db.pool.query('DELETE FROM dm.streamer_channel')
})

const tabNames = ({ page }: PanelPage) => page.getByRole('tab').allTextContents()

test('the head tells who it is, what it was called and what is unknown, and why', async () => {
  await world.channel('Anna')
  const { page } = await panel.open('/channels/kick/anna')
  await page.getByRole('heading', { name: 'Anna' }).waitFor()
  const head = page.locator('main dl').first()
  await head.getByText('old-anna').waitFor()
  await head.getByText('first-anna').waitFor()
  await head.getByTitle('Kick tells nobody how many follow a channel').waitFor()
  await head.getByTitle('It is computed every hour').waitFor()
  const link = page.getByRole('link', { name: 'kick.com/anna' })
  expect(await link.getAttribute('href')).toBe('https://kick.com/anna')
  expect(await link.getAttribute('rel')).toContain('noreferrer')
})

test('an old name leads to the present one, with two operations and a word about it', async () => {
  await world.channel('Anna')
  const opened = await panel.open('/')
  const asked: string[] = []
  opened.page.on('request', (request) => {
    const body = request.method() === 'POST' ? request.postDataJSON() : null
    if (body?.operationName) asked.push(body.operationName)
  })
  await opened.page.evaluate(() => history.pushState({}, '', '/channels/kick/old-anna'))
  await opened.page.evaluate(() => dispatchEvent(new PopStateEvent('popstate')))
  await opened.page.getByText('old-anna is now called anna.').waitFor()
  await opened.page.getByRole('application', { name: /Viewers/ }).waitFor()
  await expect.poll(() => opened.address).toMatch(/^\/channels\/kick\/anna/)
  expect(asked.filter((name) => name.startsWith('Channel')).sort()).toEqual(['ChannelCharts', 'ChannelPage'])
})

test('a broadcast begins, is counted, and ends: all without a reload', async () => {
  const id = await world.channel('Anna')
  const opened = await panel.open('/channels/kick/anna')
  await opened.live()
  const { page } = opened
  await tellStart(panel.db, id, startedAt)
  await page.getByRole('heading', { name: 'Anna live' }).waitFor()
  await opened.shows(page.getByTitle('12,412 viewers'), () =>
    probeAt(panel.db, new Date(), [{ channelId: id, live: { startedAt, viewers: 12_412 } }]),
  )
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(3)
  await tellEnd(panel.db, id, startedAt, new Date())
  await page.getByRole('heading', { name: 'Anna offline' }).waitFor()
})

test('changes that were lost are said with their time, and are there after a click', async () => {
  const id = await world.channel('Anna')
  const opened = await panel.open('/channels/kick/anna', {
    expected: lostNetwork,
  })
  await opened.live()
  const { page } = opened
  await tellStart(panel.db, id, startedAt)
  await page.getByRole('heading', { name: 'Anna live' }).waitFor()
  await panel.network.set('refuse')
  await page
    .getByRole('status')
    .filter({ hasText: /^reconnecting/ })
    .waitFor()
  await tellEnd(panel.db, id, startedAt, new Date())
  await panel.db.pool.query('UPDATE dm.status_journal SET pruned_through = (SELECT max(id) FROM dm.status_event)')
  await panel.network.set('pass')
  const note = page.getByRole('alert').filter({ hasText: /\d\d:\d\d to \d\d:\d\d may be incomplete/ })
  await note.waitFor()
  await page.getByRole('heading', { name: 'Anna offline' }).waitFor()
  await note.getByRole('button', { name: 'Reload these' }).click()
  await note.waitFor({ state: 'detached' })
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(3)
})

test('the charts show the viewers of the range and say what is unknown', async () => {
  const id = await world.channel('Anna')
  await world.probes(id, 321)
  const { page } = await panel.open('/channels/kick/anna?from=now-6h&to=now')
  const sums = page.getByRole('region', { name: 'Charts of the range' }).locator('dl')
  await sums.getByTitle('321 viewers').first().waitFor()
  await page.getByText('No event subscription for chat was active in this range').waitFor()
  await page.getByRole('application', { name: /^Viewers/ }).focus()
  await page.keyboard.press('End')
  await page.getByText(/Viewers 321/).waitFor({ state: 'attached' })
})

test('a hole says why it is there and leads to the calls that failed, and is asked about only when somebody wants to know', async () => {
  const id = await world.channel('Anna')
  await world.probes(id, 321, { minutesAgo: 80 })
  // Nothing was probed from 80 to 59 minutes ago, because the platform answered with errors.
  await world.probes(id, 321, { minutesAfter: 21 })
  const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000)
  const call = { platform: 'kick', endpoint: '/livestreams', durationMs: 80 }
  const worked = [200, 150, 100, 84, 81, 58, 30].map((minutes) => ({ ...call, requestedAt: ago(minutes) }))
  const failed = [78, 74, 70, 66, 62].map((minutes) => ({ ...call, requestedAt: ago(minutes) }))
  await logCalls(panel.db, [
    ...worked.map((one) => ({ ...one, status: 200, items: 1, error: null })),
    ...failed.map((one) => ({ ...one, status: 503, items: 0, error: 'answered 503' })),
  ])
  const sentence = /Kick answered 503 to all 5 calls/

  const { page } = await panel.open('/channels/kick/anna?from=now-2h&to=now', { key: panelKeys.operator })
  const asked: string[] = []
  page.on('request', (request) => {
    const body = request.method() === 'POST' ? request.postDataJSON() : null
    if (body?.operationName === 'ChannelHoles') asked.push(body.operationName)
  })
  const chart = page.getByRole('figure', { name: 'Viewers', exact: true })
  const hole = chart.getByRole('button', { name: /^Missing:/ }).last()
  await hole.waitFor()
  expect(asked).toEqual([])
  await hole.hover()
  await chart.getByRole('tooltip').getByText(sentence).waitFor()
  await page.mouse.move(0, 0)
  await chart.getByRole('tooltip').waitFor({ state: 'detached' })
  await hole.focus()
  await chart.getByRole('tooltip').getByText(sentence).waitFor()
  expect(asked).toEqual(['ChannelHoles'])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/operations\?view=calls&platform=KICK&from=/)
  await expect.poll(() => page.getByText('answered 503').count()).toBe(5)

  const anybody = await panel.open('/channels/kick/anna?from=now-2h&to=now')
  const open = anybody.page.getByRole('figure', { name: 'Viewers', exact: true })
  await open
    .getByRole('button', { name: /^Missing:/ })
    .last()
    .focus()
  await open.getByRole('tooltip').getByText(sentence).waitFor()
  expect(await open.getByRole('link').count()).toBe(0)
  await anybody.page.setViewportSize({ width: 360, height: 800 })
  await anybody.page.keyboard.press('Escape')
  await open
    .getByRole('button', { name: /^Missing:/ })
    .last()
    .hover()
  const box = (await open.getByRole('tooltip').boundingBox())!
  expect(box.x).toBeGreaterThanOrEqual(0)
  expect(box.x + box.width).toBeLessThanOrEqual(360)
})

test('broadcasts come page by page and lead to their pages', async () => {
  await world.channel('Anna', { sessions: 25 })
  const opened = await panel.open('/channels/kick/anna')
  const { page } = opened
  const rows = page.getByRole('table', { name: 'Broadcasts' }).getByRole('rowheader')
  expect(await rows.count()).toBe(20)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect.poll(() => rows.count()).toBe(25)
  await rows.first().getByRole('link').click()
  await expect.poll(() => opened.address).toMatch(/^\/sessions\//)
})

test('each role has its tabs, and a tab that the role has not is not opened by a link', async () => {
  await world.channel('Anna')
  const anybody = await panel.open('/channels/kick/anna?tab=watching')
  expect(await tabNames(anybody)).toEqual(['Sessions', 'Names', 'Events'])
  await anybody.page.getByRole('table', { name: 'Broadcasts' }).waitFor()
  const operator = await panel.open('/channels/kick/anna?tab=watching', { key: panelKeys.operator })
  await operator.page.getByRole('button', { name: 'Pause watching' }).waitFor()
  expect(await tabNames(operator)).toEqual(['Sessions', 'Chat', 'Names', 'Events', 'Deliveries', 'Claims', 'Watching'])
  expect(await operator.page.getByRole('button', { name: 'Delete this channel' }).count()).toBe(0)
})

test('the tabs are moved through by the keyboard, and the address says which is open', async () => {
  await world.channel('Anna')
  const opened = await panel.open('/channels/kick/anna')
  await opened.page.getByRole('tab', { name: 'Sessions' }).focus()
  await opened.page.keyboard.press('ArrowRight')
  await opened.page.getByRole('table', { name: 'Names of the channel' }).waitFor()
  expect(opened.address).toContain('tab=names')
  await opened.page.reload()
  await opened.page.getByRole('row', { name: /first-anna/ }).waitFor()
})

test('a name that nobody has is said, and an operator can have it watched', async () => {
  const anybody = await panel.open('/channels/kick/nobody-yet')
  await anybody.page.getByRole('heading', { name: 'nobody-yet is not known' }).waitFor()
  expect(await anybody.page.getByRole('button', { name: 'Track this channel' }).count()).toBe(0)
  const operator = await panel.open('/channels/kick/nobody-yet', { key: panelKeys.operator })
  await operator.page.getByRole('button', { name: 'Track this channel' }).click()
  await operator.page.getByText('kick.com/nobody-yet').waitFor()
  await operator.page.getByText('No broadcasts yet').waitFor()
})

test('an address that names no platform or no channel says so', async () => {
  const platform = await panel.open('/channels/radio/anna')
  await platform.page.getByText('There is no platform radio').waitFor()
  const wrong = await panel.open('/channels/kick/not%20a%20slug', { expected: /answered 4|said Failed to load/ })
  await wrong.page.getByText('This address names no channel').waitFor()
})

test('an administrator deletes a channel only after its name was typed', async () => {
  await world.channel('Anna')
  const opened = await panel.open('/channels/kick/anna?tab=watching', { key: panelKeys.admin })
  const { page } = opened
  await page.getByRole('button', { name: 'Delete this channel' }).click()
  const go = page.getByRole('button', { name: 'Delete the channel' })
  expect(await go.isDisabled()).toBe(true)
  await page.getByLabel('Type anna to confirm').fill('anna')
  await go.click()
  await expect.poll(() => opened.address).toMatch(/^\/channels(\?|$)/)
  const { rows } = await panel.db.pool.query(`SELECT 1 FROM dm.streamer_channel WHERE current_slug = 'anna'`)
  expect(rows).toEqual([])
})

test.each([
  ['light', 1280, 'sessions'],
  ['dark', 1280, 'watching'],
  ['light', 360, 'chat'],
  ['dark', 360, 'events'],
] as const)('axe finds nothing serious in %s at %i pixels with %s open', async (theme, width, tab) => {
  const id = await world.channel('Friends', { displayName: 'بث مباشر مع الأصدقاء' })
  await world.probes(id, 5)
  await tellStart(panel.db, id, startedAt)
  await seed(panel.db).slugPeriod(id, 'a-name-that-is-as-long-as', new Date(0), new Date(1))
  const opened = await panel.open(`/channels/kick/friends?tab=${tab}`, { theme, width, key: panelKeys.admin })
  await opened.page.getByRole('application', { name: /^Follows/ }).waitFor()
  await opened.checkAccessibility()
  expect(await opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})
