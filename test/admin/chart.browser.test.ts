import fs from 'node:fs/promises'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addBroadcast } from '../support/admin/broadcast.ts'
import { channelWorld } from '../support/admin/channel-fixture.ts'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { seed } from '../support/stores/seed.ts'

let panel: Panel
let path: string
let world: ReturnType<typeof channelWorld>
const startedAt = new Date('2026-10-25T00:00:00Z')
const minutes = 180

beforeAll(async () => {
  panel = await startPanel()
  world = channelWorld(panel)
  const viewers = Array.from({ length: minutes }, (_, minute) => (minute >= 20 && minute < 50 ? null : 1_000 + minute))
  const endedAt = new Date(startedAt.getTime() + minutes * 60_000)
  const { session } = await addBroadcast(panel, { name: 'Charted', startedAt, endedAt, viewers })
  path = `/sessions/${session}`
})
afterAll(() => panel[Symbol.asyncDispose]())

const chart = ({ page }: PanelPage, name: string): Locator => page.getByRole('figure', { name, exact: true })
const plot = (page: PanelPage, name: string): Locator => chart(page, name).getByRole('application')
const shown = (page: PanelPage): string | null => new URL(page.page.url()).searchParams.get('zoom')

test('arrow keys move one crosshair through all charts, and values are read out', async () => {
  const page = await panel.open(path)
  await plot(page, 'Viewers').focus()
  await page.page.keyboard.press('Home')
  await chart(page, 'Viewers').getByText('1,000 viewers').waitFor()
  await page.page.keyboard.press('ArrowRight')
  await chart(page, 'Viewers').getByText('1,001 viewers').waitFor()
  await chart(page, 'Follows').getByText('1 follow', { exact: true }).waitFor()
  await chart(page, 'Viewers').locator('[aria-live="polite"]', { hasText: 'Viewers 1,001.' }).waitFor()
  await page.page.keyboard.press('Shift+ArrowRight')
  await chart(page, 'Viewers').getByText('1,011 viewers').waitFor()
  await page.page.keyboard.press('Escape')
  await expect.poll(() => chart(page, 'Viewers').getByText('1,011 viewers').count()).toBe(0)
})

test('the pointer moves the crosshair of all charts, a drag zooms into all, and a double click zooms out', async () => {
  const page = await panel.open(path)
  const box = (await plot(page, 'Viewers').boundingBox())!
  const middle = box.y + box.height / 3
  await page.page.mouse.move(box.x + box.width / 2, middle)
  await chart(page, 'Follows')
    .getByText(/^\d+ follows?$/)
    .waitFor()
  await page.page.mouse.down()
  await page.page.mouse.move(box.x + box.width * 0.75, middle, { steps: 4 })
  await page.page.mouse.up()
  await expect.poll(() => shown(page)).toMatch(/^2026-10-25T01:.*\.\.2026-10-25T02:/)
  await page.page.reload()
  await page.ready()
  await plot(page, 'Viewers').focus()
  await page.page.keyboard.press('Home')
  // The first minute after the middle, not that of the start.
  await expect.poll(() => chart(page, 'Viewers').locator('figcaption').textContent()).toMatch(/1,0[89]\d viewers/)
  await plot(page, 'Viewers').dblclick({ position: { x: box.width / 2, y: 60 } })
  await expect.poll(() => shown(page)).toBeNull()
})

test('plus and minus zoom by the keyboard', async () => {
  const page = await panel.open(path)
  await plot(page, 'Viewers').focus()
  await page.page.keyboard.press('+')
  await expect.poll(() => shown(page)).toBe('2026-10-25T00:45:00.000Z..2026-10-25T02:15:00.000Z')
  await page.page.keyboard.press('-')
  await expect.poll(() => shown(page)).toBeNull()
})

test('an unknown value is no zero, and a hole says why it is there by pointer and by keyboard', async () => {
  const page = await panel.open(path, { key: panelKeys.operator })
  const hole = chart(page, 'Viewers')
    .getByRole('button', { name: /^Missing/ })
    .first()
  await hole.hover()
  await chart(page, 'Viewers').getByRole('tooltip').waitFor()
  await page.page.mouse.move(0, 0)
  await expect.poll(() => chart(page, 'Viewers').getByRole('tooltip').count()).toBe(0)
  await hole.focus()
  expect(await chart(page, 'Viewers').getByRole('tooltip').textContent()).toMatch(/\d\d:\d\d .+\./)
  await plot(page, 'Viewers').focus()
  await page.page.keyboard.press('Home')
  for (let step = 0; step < 3; step++) await page.page.keyboard.press('Shift+ArrowRight')
  await expect.poll(() => chart(page, 'Viewers').locator('figcaption').textContent()).toContain('not observed')
})

test('t shows the numbers as a table, with the hour that clocks show twice', async () => {
  const page = await panel.open(path)
  await plot(page, 'Viewers').focus()
  await page.page.keyboard.press('t')
  const table = chart(page, 'Viewers').getByRole('table')
  await table.getByRole('rowheader', { name: '25 Oct, 02:00 to 02:01' }).waitFor()
  const first = table.getByRole('row').filter({ hasText: '02:00 to 02:01' }).first()
  expect(await first.getByRole('cell').textContent()).toBe('1,000')
  expect(await table.getAttribute('aria-rowcount')).toBe(String(minutes + 1))
  expect(await page.page.getByRole('table').count()).toBe(1)
  await page.page.keyboard.press('t')
  await expect.poll(() => page.page.getByRole('table').count()).toBe(0)
})

test('the numbers are a CSV, with nothing for the unknown', async () => {
  const page = await panel.open(path)
  await chart(page, 'Viewers')
    .getByRole('button', { name: /^Viewers: table/ })
    .click()
  const saved = page.page.waitForEvent('download')
  await page.page.getByRole('button', { name: 'Download as CSV' }).click()
  const download = await saved
  expect(download.suggestedFilename()).toBe('viewers.csv')
  const lines = (await fs.readFile(await download.path(), 'utf8')).split('\r\n')
  expect(lines[1]).toBe('2026-10-25T00:00:00.000Z,2026-10-25T00:01:00.000Z,1000')
  expect(lines[31]).toBe('2026-10-25T00:30:00.000Z,2026-10-25T00:31:00.000Z,')
})

test('the query is copied as GraphQL and as curl without a key, and opens in GraphiQL', async () => {
  const page = await panel.open(path, { key: panelKeys.operator })
  await page.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const clipboard = (): Promise<string> => page.page.evaluate(() => navigator.clipboard.readText())
  const open = () =>
    chart(page, 'Viewers')
      .getByRole('button', { name: /^Viewers: table/ })
      .click()
  await open()
  await page.page.getByRole('button', { name: 'Copy as GraphQL' }).click()
  await chart(page, 'Viewers').getByText('Copied.').waitFor()
  expect(await clipboard()).toContain('query SessionPage')
  await open()
  await page.page.getByRole('button', { name: 'Copy as curl' }).click()
  await expect.poll(clipboard).toContain(`curl -sS '${panel.url}/graphql'`)
  expect(await clipboard()).toContain('Bearer $CHANNELSCOPE_KEY')
  expect(await clipboard()).not.toContain(panelKeys.operator)
  await open()
  const link = page.page.getByRole('link', { name: 'Open in GraphiQL' })
  const { searchParams } = new URL((await link.getAttribute('href'))!, panel.url)
  expect(searchParams.get('query')).toContain('query SessionPage')
  expect(JSON.parse(searchParams.get('variables')!)).toEqual({ id: path.split('/').at(-1) })
})

test('the charts change with the theme and with their width', async () => {
  const page = await panel.open(path)
  const picture = () =>
    plot(page, 'Viewers')
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
  const light = await picture()
  await page.page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(picture).not.toBe(light)
  await page.page.setViewportSize({ width: 360, height: 780 })
  const width = () =>
    plot(page, 'Viewers')
      .locator('.uplot')
      .evaluate((element) => element.clientWidth)
  await expect.poll(width).toBeLessThan(340)
  expect(await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

test('the time on air in the range is told with its coverage, and nothing of what is outside', async () => {
  const id = await world.channel('Aired', { sessions: 0 })
  await world.probes(id, 321)
  await seed(panel.db).session(id, new Date('2026-03-02T22:00:00Z'), new Date('2026-03-03T02:30:00Z'))
  await seed(panel.db).session(id, new Date('2026-03-03T20:00:00Z'), new Date('2026-03-04T02:00:00Z'))
  const tuesday = 'from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z'
  const { page } = await panel.open(`/channels/kick/aired?${tuesday}`)
  const sums = page.getByRole('region', { name: 'Charts of the range' }).locator('dl')
  await sums.getByText('6 h 30 min in 2 broadcasts').waitFor()
  await sums.getByText('Coverage').waitFor()
})

test('a year is zoomed to a day by dragging, in finer and finer buckets, and back by double clicks', async () => {
  const id = await world.channel('Yearly')
  await world.hourlyProbes(id, 365)
  const opened = await panel.open('/sign-in')
  const { page } = opened
  const buckets: string[] = []
  page.on('response', async (response) => {
    const body = response.request().method() === 'POST' ? response.request().postDataJSON() : null
    if (body?.operationName !== 'ChannelCharts') return
    // A page that goes on meanwhile takes the body with it.
    const answer = await response.json().catch(() => null)
    if (answer) buckets.push(answer.data.channel.viewers.meta.bucket)
  })
  await opened.go('/channels/kick/yearly?from=now-365d&to=now')
  const plot = page.getByRole('application', { name: /^Viewers/ })
  await plot.waitFor()
  await expect.poll(() => buckets.at(-1)).toBe('DAY')
  const days = (): number => {
    const { searchParams } = new URL(page.url())
    const [from, to] = ['from', 'to'].map((name) => Date.parse(searchParams.get(name)!))
    return (to! - from!) / 86_400_000
  }
  // The axis is on the left of what is plotted.
  const drag = async (share: number): Promise<void> => {
    const box = (await plot.boundingBox())!
    const [left, width, y] = [box.x + 56, box.width - 68, box.y + box.height / 3]
    await page.mouse.move(left + width / 2, y)
    await page.mouse.down()
    await page.mouse.move(left + width * (0.5 + share), y, { steps: 4 })
    await page.mouse.up()
  }
  await drag(1 / 12)
  await expect.poll(days).toBeCloseTo(365 / 12, -1)
  await expect.poll(() => buckets.at(-1)).toBe('SIX_HOURS')
  await drag(1 / 30)
  await expect.poll(days).toBeLessThan(1.3)
  await expect.poll(() => buckets.at(-1)).toBe('FIVE_MINUTES')
  await page.reload()
  await opened.ready()
  expect(days()).toBeLessThan(1.3)
  // After a reload nobody knows what was shown before: twice as much is.
  const shown = days()
  await plot.dblclick({ position: { x: 300, y: 60 } })
  await expect.poll(days).toBeGreaterThan(1.4 * shown)
  await opened.go('/channels/kick/yearly?from=now-365d&to=now')
  await drag(1 / 12)
  await expect.poll(days).toBeLessThan(40)
  await plot.dblclick({ position: { x: 300, y: 60 } })
  await expect.poll(() => opened.address).toContain('from=now-365d&to=now')
})

test('which charts show a table is in the link', async () => {
  const id = await world.channel('Tabled')
  await world.probes(id, 321)
  const opened = await panel.open('/channels/kick/tabled?from=now-1h&to=now')
  const { page } = opened
  await page.getByRole('application', { name: /^Viewers/ }).focus()
  await page.keyboard.press('t')
  await page.getByRole('region', { name: 'Viewers as a table' }).waitFor()
  await expect.poll(() => opened.address).toContain('table=viewers')
  await page.reload()
  await opened.ready()
  await page.getByRole('region', { name: 'Viewers as a table' }).getByText('321').first().waitFor()
  await page.getByRole('application', { name: /^Viewers/ }).focus()
  await page.keyboard.press('t')
  await page.getByRole('region', { name: 'Viewers as a table' }).waitFor({ state: 'detached' })
  expect(opened.address).not.toContain('table=')
})

test('the link is copied, and giving the range fixed times is said', async () => {
  await world.channel('Copied')
  const opened = await panel.open('/channels/kick/copied?from=now-6h&to=now')
  const { page } = opened
  await opened.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.keyboard.press('z')
  await page.getByText('The times are fixed now').waitFor()
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
  expect(opened.address).toMatch(/from=\d{4}-.*to=\d{4}-/)
})
