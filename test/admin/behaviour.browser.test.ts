import type { Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { channelWorld } from '../support/admin/channel-fixture.ts'
import { lostNetwork, type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { tellStart } from '../support/workers/probing.ts'

// What holds in every place, shown at one or two of them.

let panel: Panel
let id: bigint

beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

beforeEach(async () => {
  await panel.db.pool.query('DELETE FROM dm.streamer_channel')
  id = await channelWorld(panel).channel('Anna')
})

const range = ({ page }: PanelPage) => page.getByTitle('Choose the range and the time zone')
const goTo = ({ page }: PanelPage, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()

/** Keeps the answers of an operation back until they are let go. */
const holdBack = async ({ page }: PanelPage, operation: string) => {
  let held: Route[] = []
  let isHeld = true
  await page.route('**/graphql', (route) => {
    if (isHeld && route.request().postDataJSON()?.operationName === operation) held.push(route)
    else void route.continue()
  })
  return {
    async letGo(): Promise<void> {
      isHeld = false
      await Promise.all(held.map((route) => route.continue()))
      held = []
    },
    hold(): void {
      isHeld = true
    },
  }
}

test('a range that was chosen stays from place to place, and a link that brings one wins', async () => {
  const page = await panel.open('/channels/kick/anna')
  await range(page).click()
  await page.page.getByRole('button', { name: 'Last 6 hours' }).click()
  await goTo(page, 'Compare')
  await range(page).getByText('Last 6 hours').waitFor()
  await goTo(page, 'Channels')
  await page.page.locator('main').getByRole('link', { name: 'Anna' }).click()
  await range(page).getByText('Last 6 hours').waitFor()
  expect(page.address).toContain('from=now-6h')
  await page.go('/compare?from=now-1h&to=now')
  await range(page).getByText('Last hour').waitFor()
  await page.page.goBack()
  await range(page).getByText('Last 6 hours').waitFor()
  await page.ready()
  await range(page).click()
  await page.page.getByRole('button', { name: 'Today', exact: true }).click()
  await range(page).getByText('Today').waitFor()
  expect(page.address).toContain('from=now/d&to=now')
  await page.page.goBack()
  await range(page).getByText('Last 6 hours').waitFor()
})

test('all instants are in the zone of the view, which is named once, with the exact one on hover; relative times tick', async () => {
  const page = await panel.open('/channels/kick/anna?tab=events&zone=Asia/Tokyo')
  await page.page.getByRole('row', { name: /went live/ }).waitFor()
  expect(await page.page.locator('main').getByText('Asia/Tokyo', { exact: true }).count()).toBe(1)
  const exact = await page.page
    .locator('main time')
    .evaluateAll((times) => times.map((time) => time.getAttribute('title')))
  expect(exact.length).toBeGreaterThan(2)
  for (const title of exact) expect(title).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)?$/)

  await tellStart(panel.db, id, new Date(Date.now() - 3_600_000))
  await page.go('/')
  await page.page.getByText('1 h', { exact: true }).waitFor()
  await page.page.clock.install()
  await page.page.clock.fastForward('05:00')
  await page.page.getByText(/^1 h [56] min$/).waitFor()
})

test('what comes first has its shape; what is asked for again stays, is marked, and can be given up', async () => {
  const page = await panel.open('/sign-in', { key: panelKeys.operator, expected: lostNetwork })
  const list = await holdBack(page, 'ChannelList')
  await goTo(page, 'Channels')
  await page.page.getByRole('status').filter({ hasText: 'Loading' }).waitFor()
  await list.letGo()
  await page.ready()
  const row = page.page.getByRole('row').filter({ hasText: 'Anna' })
  await row.waitFor()

  list.hold()
  await page.page.getByRole('combobox', { name: 'Status' }).selectOption('Live')
  const marked = page.page.locator('[data-working="shown"], [data-working="long"]')
  await marked.waitFor()
  expect(await row.count()).toBe(1)
  const running = () => page.page.evaluate(() => document.getAnimations().length)
  expect(await running()).toBeGreaterThan(0)
  await page.page.emulateMedia({ reducedMotion: 'reduce' })
  await expect.poll(running).toBe(0)
  await page.page.getByRole('button', { name: 'Give up' }).click()
  await page.page.getByText('This is what was there before. You gave up waiting for it.').waitFor()
  expect(await row.count()).toBe(1)
  await list.letGo()
  await page.page.getByRole('button', { name: 'Try again' }).click()
  await row.waitFor({ state: 'detached' })
})

test('signing out ends what was followed, and leaves nothing of the session', async () => {
  const page = await panel.open('/sign-in', { key: panelKeys.operator })
  const opened = page.page.waitForEvent('websocket')
  await goTo(page, 'Live')
  await page.live()
  const socket = await opened
  await page.page.getByRole('link', { name: 'operator key' }).click()
  await page.page.getByRole('button', { name: 'Sign out' }).click()
  await expect.poll(() => socket.isClosed()).toBe(true)
  await page.page.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
  expect(await page.page.getByRole('link', { name: 'Inbox' }).count()).toBe(0)
  expect(await page.page.evaluate(() => sessionStorage.getItem('channelscope.key'))).toBeNull()
})

test('the keyboard alone leads everywhere, and shows where it is', async () => {
  await tellStart(panel.db, id, new Date())
  const page = await panel.open('/')
  await page.page.getByRole('row').filter({ hasText: 'Anna' }).waitFor()
  const seen: string[] = []
  for (;;) {
    await page.page.keyboard.press('Tab')
    const { name, outline, isInSight } = await page.page.evaluate(() => {
      const focused = document.activeElement!
      const { top, bottom } = focused.getBoundingClientRect()
      const { outlineStyle, outlineWidth } = getComputedStyle(focused)
      const name = focused.ariaLabel ?? focused.textContent!
      return { name, outline: `${outlineStyle} ${outlineWidth}`, isInSight: top >= 0 && bottom <= innerHeight }
    })
    expect([name, outline, isInSight]).toEqual([name, 'solid 2px', true])
    seen.push(name)
    if (name.includes('Anna')) break
  }
  expect(seen).toEqual(expect.arrayContaining(['Skip to the content', 'Channels', 'Compare', 'Sign in']))
  await page.page.keyboard.press('Enter')
  await page.page.waitForURL('**/channels/kick/anna')
  await page.page.getByRole('heading', { name: /^Anna/ }).waitFor()
})
