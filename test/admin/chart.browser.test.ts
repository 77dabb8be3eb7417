import fs from 'node:fs/promises'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addBroadcast } from '../support/admin/broadcast.ts'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'

let panel: Panel
let path: string
const startedAt = new Date('2026-10-25T00:00:00Z')
const minutes = 180

beforeAll(async () => {
  panel = await startPanel()
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
