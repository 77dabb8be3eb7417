import fs from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addBroadcast } from '../support/admin/broadcast.ts'
import { type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'
import { probeAt, tellEnd } from '../support/workers/probing.ts'

let panel: Panel
let ended: string
let wordy: string
const startedAt = new Date('2026-11-01T18:00:00Z')
const endedAt = new Date('2026-11-01T20:00:00Z')

beforeAll(async () => {
  panel = await startPanel()
  const viewers = Array.from({ length: 120 }, (_, minute) => 500 + minute)
  ended = `/sessions/${(await addBroadcast(panel, { name: 'Finished', startedAt, endedAt, viewers })).session}`
  const title = 'w'.repeat(200)
  wordy = `/sessions/${(await addBroadcast(panel, { name: 'Wordy', startedAt, endedAt, viewers, title })).session}`
})
afterAll(() => panel[Symbol.asyncDispose]())

test('a broadcast opens with its operations alone: its head, figures, charts, and how sure they are', async () => {
  const page = await panel.open('/sign-in')
  const asked: string[] = []
  page.page.on('request', (request) => {
    if (request.url().endsWith('/graphql') && request.method() === 'POST')
      asked.push(JSON.parse(request.postData()!).operationName)
  })
  await page.go(ended)
  await page.page.getByRole('heading', { name: 'The evening of Finished' }).waitFor()
  await page.page.getByRole('link', { name: 'Finished', exact: true }).waitFor()
  await page.page.getByText(/^at least (2 h|1 h 59 min)$/).waitFor()
  await page.page.getByText(/^ended (between [\d:]+ and [\d:]+|at [\d:]+ or later) \(inferred\)$/).waitFor()
  await page.page.getByText(/^The end is inferred: it is the last probe that saw the broadcast/).waitFor()
  expect(await page.page.getByRole('figure').count()).toBe(4)
  await expect
    .poll(() => asked.filter((name) => name !== 'Me').sort())
    .toEqual(['ChannelHoles', 'SessionEnd', 'SessionPage'])
})

test('the receipt has the numbers, the sources and every instant in UTC, and is kept in the link', async () => {
  const page = await panel.open(ended)
  await page.page.getByRole('link', { name: 'Receipt' }).click()
  await page.page.getByText('2026-11-01 18:00:00 UTC (Sun, 1 Nov 2026, 19:00:00 Europe/Berlin)').first().waitFor()
  await page.page.reload()
  await page.ready()
  await page.page.getByRole('heading', { name: 'Broadcast of Finished' }).waitFor()
  await page.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.page.getByRole('button', { name: 'Copy as text' }).click()
  const text = () => page.page.evaluate(() => navigator.clipboard.readText())
  await expect.poll(text).toContain('Channel: kick/finished')
  await page.page.getByRole('link', { name: 'Show the charts' }).click()
  await page.page.getByRole('figure', { name: 'Viewers', exact: true }).waitFor()
})

test('rows are downloaded with the key as a header, and chat is offered to operators alone', async () => {
  const everybody = await panel.open(ended)
  await everybody.page.getByRole('button', { name: 'Download Viewers, every probe as csv' }).waitFor()
  expect(await everybody.page.getByRole('button', { name: /^Download Chat/ }).count()).toBe(0)
  const page = await panel.open(ended, { key: panelKeys.operator })
  const urls: string[] = []
  page.page.on('request', (request) => urls.push(request.url()))
  const saved = page.page.waitForEvent('download')
  await page.page.getByRole('button', { name: /^Download Chat/ }).click()
  const download = await saved
  expect(download.suggestedFilename()).toMatch(/^finished-chat-.*\.csv$/)
  expect(await fs.readFile(await download.path(), 'utf8')).toContain('"hello"')
  expect(urls.filter((url) => url.includes('/export/'))).toHaveLength(1)
  expect(urls.join()).not.toContain(panelKeys.operator)
})

test('a broadcast is followed while it lasts, to its end', async () => {
  const began = new Date(Math.floor(Date.now() / 1000) * 1000 - 20 * 60_000)
  const { channel, session } = await addBroadcast(panel, {
    name: 'Lasting',
    startedAt: began,
    endedAt: null,
    viewers: Array.from({ length: 19 }, () => 40),
  })
  const page = await panel.open(`/sessions/${session}`)
  await page.page.getByText('Viewers now').waitFor()
  await page.live()
  await page.shows(page.page.getByTitle('4,321 viewers'), () =>
    probeAt(panel.db, new Date(), [{ channelId: channel, live: { startedAt: began, viewers: 4_321 } }]),
  )
  await tellEnd(panel.db, channel, began, new Date())
  await page.page.getByText('ended', { exact: true }).waitFor()
})

test('a broadcast that is not there says so', async () => {
  const page = await panel.open(`/sessions/${Buffer.from('StreamSession:999999').toString('base64url')}`)
  await page.page.getByText('There is no such broadcast').waitFor()
})

test('axe finds nothing serious, wide and narrow, in light and dark', async () => {
  const page = await panel.open(ended, { key: panelKeys.admin })
  await page.page.getByRole('figure', { name: 'Viewers', exact: true }).getByRole('application').focus()
  await page.page.keyboard.press('t')
  await page.page.getByRole('table').waitFor()
  await page.checkLooks()
  await page.go(`${ended}?show=receipt`)
  await page.checkLooks()
  await page.go(wordy)
  expect(await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  // What does not fit into the band is read under the crosshair.
  await page.page.getByRole('application', { name: /^Viewers/ }).focus()
  await page.page.keyboard.press('Home')
  await page.page.locator('figcaption').getByText('w'.repeat(200)).waitFor()
  expect(await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})
