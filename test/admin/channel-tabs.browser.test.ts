import { setInterval } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { channelWorld } from '../support/admin/channel-fixture.ts'
import { type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'
import { chatLine } from '../support/telemetry/chat-rows.ts'

let panel: Panel
let world: ReturnType<typeof channelWorld>
let id: bigint

beforeAll(async () => {
  panel = await startPanel()
  world = channelWorld(panel)
})
afterAll(() => panel?.[Symbol.asyncDispose]())

beforeEach(async () => {
  await panel.db.pool.query('DELETE FROM dm.streamer_channel')
  id = await world.channel('Anna')
})

const open = (tab: string) => panel.open(`/channels/kick/anna?tab=${tab}`, { key: panelKeys.operator })
const openTab = async (tab: string) => (await open(tab)).page

const say = (texts: readonly string[]): Promise<void> =>
  panel.api.services.live.publishChat(
    texts.map((text) => ({ channelId: id, slug: 'anna', line: chatLine({ at: Date.now() / 1_000, text }) })),
  )

test('chat comes as it is said; paused it is counted, and all of it is there afterwards', async () => {
  await world.said(id, ['said before'])
  const opened = await open('chat')
  const { page } = opened
  const box = page.getByRole('log')
  await box.getByText('said before').waitFor()
  await opened.shows(box.getByText('first'), () => say(['first']))
  await page.keyboard.press('p')
  await page.getByText(/^Paused/).waitFor()
  await say(Array.from({ length: 1_204 }, (_, n) => `waiting ${n}.`))
  await page.getByText(/Paused\. 1,2\d\d messages waiting\./).waitFor()
  expect(await box.getByText('waiting 0.').count()).toBe(0)
  await page.keyboard.press('p')
  await box.getByText('waiting 1203.').waitFor()
  expect(await box.locator('p').count()).toBeLessThan(100)
  await page.keyboard.press('p')
  await box.focus()
  await page.keyboard.press('Home')
  await box.getByText('said before').waitFor()
})

test('of thousands of lines none is lost while it is paused, up to the maximum, and the page goes on', async () => {
  const opened = await open('chat')
  const { page } = opened
  const box = page.getByRole('log')
  await opened.shows(box.getByText('first'), () => say(['first']))
  await say(['the last one before'])
  await box.getByText('the last one before').waitFor()
  await page.keyboard.press('p')
  await page.getByText('Paused. 0 messages waiting.').waitFor()
  const count = async () => Number(await box.locator('[data-index]').last().getAttribute('data-index')) + 1
  const before = await count()

  // As much as is said in a second; the next is said when the page has counted it.
  const thousand = (n: number) => say(Array.from({ length: 1_000 }, (_, line) => `second ${n} line ${line}.`))
  for (let n = 0; n < 9; n++) {
    await thousand(n)
    await page.getByText(`Paused. ${n + 1},000 messages waiting.`).waitFor()
  }
  expect(await count()).toBe(before)
  await page.getByRole('button', { name: 'Resume' }).click()
  await box.getByText('second 8 line 999.').waitFor()
  expect(await count()).toBe(before + 9_000)
  await page.keyboard.press('p')
  await box.focus()
  await page.keyboard.press('Home')
  await box.getByText('first').first().waitFor()
  await box.getByText('second 0 line 0.').waitFor()

  for (let n = 9; n < 20; n++) await thousand(n)
  await page.getByText('1,000 were dropped: at most 10,000 wait.').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await box.getByText('second 19 line 999.').waitFor()
  expect(await count()).toBe(10_000)
})

test('of a thousand lines a second none is lost while it is paused and resumed meanwhile', async () => {
  const opened = await open('chat')
  const { page } = opened
  const box = page.getByRole('log')
  await opened.shows(box.getByText('begin'), () => say(['begin']))
  // It may have been said several times; this line comes after all of them.
  await say(['the last one before'])
  await box.getByText('the last one before').waitFor()
  await page.keyboard.press('p')
  await page.getByText('Paused. 0 messages waiting.').waitFor()
  const count = async () => Number(await box.locator('[data-index]').last().getAttribute('data-index')) + 1
  const before = await count()
  await page.keyboard.press('p')

  const all = 3_000
  const saying = async (): Promise<void> => {
    let said = 0
    for await (const _ of setInterval(50)) {
      await say(Array.from({ length: 50 }, (_, n) => `at the rate ${said + n}.`))
      said += 50
      if (said === all) return
    }
  }
  const said = saying()
  await page.keyboard.press('p')
  await page.getByText(/^Paused\. [1-9]/).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await box
    .getByText(/at the rate \d+\./)
    .first()
    .waitFor()
  await page.keyboard.press('p')
  await page.getByText(/^Paused\. [1-9]/).waitFor()
  await said
  await page.getByRole('button', { name: 'Resume' }).click()
  await box.getByText(`at the rate ${all - 1}.`).waitFor()
  expect(await count()).toBe(before + all)
})

test('chat of the range is searched, with the text in the address', async () => {
  await world.said(id, ['a word', 'nothing', 'another WORD'])
  const page = await openTab('chat')
  await page.getByPlaceholder('Search chat in this range').fill('word')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  const found = page.getByRole('list', { name: 'Lines that were found' }).getByRole('listitem')
  await expect.poll(() => found.count()).toBe(2)
  expect(await page.locator('mark').allTextContents()).toEqual(['word', 'WORD'])
  await page.reload()
  await expect.poll(() => found.count()).toBe(2)
  await page.getByRole('button', { name: 'Back to live' }).click()
  await page.getByRole('log').waitFor()
})

test('an event shows its instants, and its evidence on demand', async () => {
  const page = await openTab('events')
  const row = page.getByRole('row', { name: /went live/ })
  await row.getByText('poll').waitFor()
  await row.getByRole('button', { name: 'Evidence' }).click()
  await page.getByText('"secret": 1').waitFor()
  expect(page.url()).toContain('event=')
  await page.getByRole('button', { name: 'Hide evidence' }).click()
  await page.getByText('"secret": 1').waitFor({ state: 'detached' })
})

test('watching is paused and resumed', async () => {
  const page = await openTab('watching')
  await page.getByRole('button', { name: 'Pause watching' }).click()
  await page.getByRole('heading', { name: 'Anna paused' }).waitFor()
  await page.getByText(/^Not watched/).waitFor()
  const head = page.getByRole('status').filter({ hasText: 'Watching is paused: nothing new is observed' })
  await head.waitFor()
  await page.getByRole('button', { name: 'Resume watching' }).first().click()
  await head.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Pause watching' }).waitFor()
})

test('a claim is made for a streamer found by name, verified, and released', async () => {
  await panel.db.pool.query(`INSERT INTO public.streamers (name) VALUES ('Anna Banana')`)
  const page = await openTab('claims')
  await page.getByText('No streamer has claimed this channel.').waitFor()
  await page.getByRole('searchbox', { name: /Add a claim/ }).fill('banana')
  await page.getByRole('button', { name: 'Claim for Anna Banana' }).click()
  await page.getByText('Anna Banana now claims this channel.').waitFor()
  await page.getByRole('button', { name: /^Verify the claim of Anna Banana/ }).click()
  await page.getByText('Verified', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Release/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Release the claim' }).click()
  await page.getByText('No streamer has claimed this channel.').waitFor()
})

test('no delivery in the range leads to the event subscriptions', async () => {
  const page = await openTab('deliveries')
  await page.getByText('No deliveries in this range').waitFor()
  await page.getByRole('link', { name: 'See the event subscriptions' }).click()
  await page.getByText('No event subscriptions for this channel').waitFor()
})
