import { afterAll, beforeAll, expect, test } from 'vitest'
import { addBroadcast } from '../support/admin/broadcast.ts'
import { type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'

let panel: Panel
const range = 'from=2026-11-01T18:00:00Z&to=2026-11-01T22:00:00Z'
const link = `/compare?c=kick/earlier&c=kick/later&${range}`

beforeAll(async () => {
  panel = await startPanel()
  const add = (name: string, from: string, count: number) =>
    addBroadcast(panel, {
      name,
      startedAt: new Date(from),
      endedAt: new Date(Date.parse(from) + 60 * 60_000),
      viewers: Array.from({ length: 60 }, (_, minute) => (count === 300 && minute > 20 && minute < 31 ? null : count)),
    })
  await add('Earlier', '2026-11-01T18:00:00Z', 100)
  await add('Later', '2026-11-01T20:00:00Z', 300)
})
afterAll(() => panel[Symbol.asyncDispose]())

test('channels of a link are on one chart, with one operation', async () => {
  const page = await panel.open('/sign-in')
  const asked: string[] = []
  page.page.on('request', (request) => {
    if (request.url().endsWith('/graphql') && request.method() === 'POST')
      asked.push(JSON.parse(request.postData()!).operationName)
  })
  await page.go(link)
  const row = (name: string) => page.page.getByRole('row').filter({ hasText: name })
  await row('Earlier').getByTitle('100 viewers').first().waitFor()
  await row('Later').getByTitle('300 viewers').first().waitFor()
  expect(await row('Later').getByRole('cell').first().textContent()).toBe('1 h')
  expect(await page.page.getByRole('figure').locator('figcaption').getByRole('listitem').allTextContents()).toEqual([
    'Earlier',
    'Later',
  ])
  expect(asked.filter((name) => name !== 'Me')).toEqual(['ComparePage'])
})

test('a channel that the link names twice is there once, and is removed with both names', async () => {
  const page = await panel.open(`${link}&c=KICK/EARLIER`)
  const remove = page.page.getByRole('button', { name: /^Remove/ })
  await remove.first().waitFor()
  expect(await remove.count()).toBe(2)
  await page.page.getByRole('button', { name: 'Remove Earlier' }).click()
  await expect.poll(() => remove.count()).toBe(1)
  expect(page.address.toLowerCase()).not.toContain('earlier')
})

test('what is missing of a line is said with its name, by the clock and since the start', async () => {
  const page = await panel.open(link)
  const figure = page.page.getByRole('figure')
  await figure
    .getByRole('button', { name: /^Missing/ })
    .first()
    .hover()
  await figure.getByRole('tooltip').getByText('Later:').first().waitFor()
  await page.page.getByLabel('Axis').selectOption('start')
  await figure.getByRole('button', { name: /^Missing: 2\d min/ }).hover()
  await figure.getByRole('tooltip').getByText('Later:').waitFor()
})

test('a channel is added by a handle and removed again, and the link keeps both', async () => {
  const page = await panel.open(`/compare?${range}`)
  await page.page.getByText('No channels yet').waitFor()
  await page.page.getByRole('combobox', { name: 'Add a channel' }).fill('@Earl')
  await page.page.getByRole('option', { name: /Earlier/ }).click()
  await page.page.getByRole('row').filter({ hasText: 'Earlier' }).waitFor()
  expect(page.address).toContain('c=kick/earlier')
  await page.page.reload()
  await page.ready()
  await page.page.getByRole('button', { name: 'Remove Earlier' }).click()
  await page.page.getByText('No channels yet').waitFor()
  expect(page.address).not.toContain('c=')
})

test('by the time since their starts, broadcasts of different times lie on each other', async () => {
  const page = await panel.open(link)
  await page.page.getByLabel('Axis').selectOption('start')
  await expect.poll(() => page.address).toContain('by=start')
  const plot = page.page.getByRole('application')
  const caption = page.page.getByRole('figure').locator('figcaption')
  await expect
    .poll(async () => {
      await plot.focus()
      await page.page.keyboard.press('Home')
      return caption.textContent()
    })
    .toMatch(/Earlier100.*Later300/)
  await page.page.keyboard.press('+')
  await expect.poll(() => page.address).toMatch(/zoom=\d+-\d+/)
})

test('the previous period is drawn too, and a handle that nobody has is told', async () => {
  const page = await panel.open(`/compare?c=kick/later&c=kick/nobody&from=2026-11-01T21:00:00Z&to=2026-11-01T22:00:00Z`)
  await page.page.getByText('kick/nobody: no channel has or had this handle').waitFor()
  await page.page.getByLabel('Previous period').check()
  await page.page.getByRole('columnheader', { name: 'Before: hours watched' }).waitFor()
  await page.page.getByRole('figure').getByText('Later, previous period').waitFor()
  expect(page.address).toContain('before=1')
})

test('axe finds nothing serious, wide and narrow, in light and dark', async () => {
  const page = await panel.open(`${link}&before=1`, { key: panelKeys.admin })
  await page.page.getByRole('combobox', { name: 'Add a channel' }).fill('later')
  await page.page.getByRole('option', { name: /Later/ }).waitFor()
  await page.checkLooks()
})
