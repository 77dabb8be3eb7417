import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lostNetwork, type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { handlePlatform, knownHandle } from '../support/platforms/handle-platform.ts'
import { type SeedChannel, seed } from '../support/stores/seed.ts'
import { probeAt, tellEnd, tellStart } from '../support/workers/probing.ts'

let panel: Panel
const startedAt = new Date(Date.now() - 3_600_000)

/** Knows everybody but "nobody". */
const platform = handlePlatform((slug) =>
  slug === 'nobody'
    ? knownHandle(null)
    : knownHandle({ platformUserId: `id-of-${slug}`, slug, displayName: `The ${slug}` }),
)

beforeAll(async () => {
  panel = await startPanel({ platforms: [platform] })
})
afterAll(() => panel[Symbol.asyncDispose]())

beforeEach(async () => {
  await panel.db.pool.query('DELETE FROM dm.streamer_channel')
})

const add = (name: string, more: SeedChannel = {}): Promise<bigint> =>
  seed(panel.db).channel({ slug: name.toLowerCase(), displayName: name, ...more })

const addMany = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await add(`Name${String(i).padStart(3, '0')}`)
}

const names = ({ page }: PanelPage) => page.locator('tbody th[scope="row"] bdi').allTextContents()
const row = ({ page }: PanelPage, name: string) => page.getByRole('row').filter({ hasText: name })

test('an old handle finds its channel, and the row says until when it was called that', async () => {
  const id = await add('Ninja_New')
  await add('Other')
  await seed(panel.db).slugPeriod(id, 'ninja_old', new Date('2024-01-01'), new Date('2025-03-12T11:00:00Z'))
  await seed(panel.db).slugPeriod(id, 'ninja_new', new Date('2025-03-12T11:00:00Z'), null)
  const page = await panel.open('/channels')
  await page.page.getByRole('searchbox', { name: 'Handle' }).fill('@ninja_old')
  await row(page, 'Ninja_New').getByText('was ninja_old until 12 Mar 2025').waitFor()
  await expect.poll(() => names(page)).toEqual(['Ninja_New'])
  expect(page.address).toBe('/channels?q=%40ninja_old')
  await page.page.reload()
  await row(page, 'Ninja_New').getByText('was ninja_old until 12 Mar 2025').waitFor()
  await page.page.getByRole('searchbox', { name: 'Handle' }).fill('')
  await expect.poll(() => names(page)).toEqual(['Ninja_New', 'Other'])
})

test('filters and the order stand in the address, and can be taken away together', async () => {
  await add('Apple', { status: 'online', firstSeenAt: new Date('2025-01-01') })
  await add('Berry', { firstSeenAt: new Date('2025-01-02') })
  await add('Cherry', { platform: 'twitch', firstSeenAt: new Date('2025-01-03') })
  const page = await panel.open('/channels', { key: panelKeys.operator })
  await page.page.getByRole('combobox', { name: 'Order' }).selectOption('Newly tracked')
  await expect.poll(() => names(page)).toEqual(['Cherry', 'Berry', 'Apple'])
  await page.page.getByRole('combobox', { name: 'Platform' }).selectOption('Kick')
  await expect.poll(() => names(page)).toEqual(['Berry', 'Apple'])
  await page.page.getByRole('combobox', { name: 'Status' }).selectOption('Offline')
  await page.page.getByRole('combobox', { name: 'Watched' }).selectOption('Not watched')
  await expect.poll(() => names(page)).toEqual(['Berry'])
  expect(page.address).toBe('/channels?order=FIRST_SEEN_DESC&platform=KICK&status=OFFLINE&watched=no')
  await page.page.getByRole('searchbox', { name: 'Category' }).fill('chess')
  await page.page.getByRole('heading', { name: 'No channel matches these filters' }).waitFor()
  await page.page.getByRole('button', { name: 'Show all channels' }).click()
  await expect.poll(() => names(page)).toEqual(['Cherry', 'Berry', 'Apple'])
  expect(page.address).toBe('/channels?order=FIRST_SEEN_DESC')
})

test('the pages lead on and back, and a link leads to the same page', async () => {
  await addMany(120)
  const page = await panel.open('/channels')
  const step = (name: string) => page.page.getByRole('link', { name, exact: true }).click()
  const first = () => names(page).then(([name]) => name)
  expect((await names(page)).length).toBe(50)
  await step('Next')
  await expect.poll(first).toBe('Name050')
  await page.page.reload()
  await page.ready()
  expect(await first()).toBe('Name050')
  await step('Next')
  await expect.poll(first).toBe('Name100')
  await step('Previous')
  await expect.poll(first).toBe('Name050')
  await step('Previous')
  await expect.poll(first).toBe('Name000')
  await step('Next')
  await expect.poll(first).toBe('Name050')
  await step('First page')
  await expect.poll(first).toBe('Name000')
  expect(page.address).toBe('/channels')
})

test('a start, a count and an end change the row where it stands', async () => {
  const later = await add('Later')
  await add('Always')
  const page = await panel.open('/channels?order=VIEWERS_DESC')
  const before = await names(page)
  await page.live()
  await tellStart(panel.db, later, startedAt)
  await row(page, 'Later').getByText('live', { exact: true }).waitFor()
  await page.shows(row(page, 'Later').getByTitle('4,321 viewers'), () =>
    probeAt(panel.db, new Date(), [{ channelId: later, live: { startedAt, viewers: 4_321 } }]),
  )
  expect(await names(page)).toEqual(before)
  await tellEnd(panel.db, later, startedAt, new Date())
  await row(page, 'Later').getByText('offline').waitFor()
  expect(await row(page, 'Later').getByTitle('4,321 viewers').count()).toBe(0)
})

test('keys move between the rows, and a row opens its channel by Enter and by a click beside its name', async () => {
  await add('Alpha')
  await add('Beta')
  const page = await panel.open('/channels')
  const { keyboard } = page.page
  for (const key of ['j', 'j', 'ArrowDown', 'k', 'ArrowDown']) await keyboard.press(key)
  await page.focusIs('Beta')
  await keyboard.press('Enter')
  await page.page.waitForURL('**/channels/kick/beta')
  await page.page.goBack()
  await row(page, 'Alpha').getByText('offline').click()
  await page.page.waitForURL('**/channels/kick/alpha')
})

test('a channel is tracked by its pasted address; a refusal stands beside the handle', async () => {
  await add('Known')
  const page = await panel.open('/channels', { key: panelKeys.operator })
  await page.page.getByRole('button', { name: 'Track a channel' }).click()
  const dialog = page.page.getByRole('dialog', { name: 'Track a channel' })
  const handle = dialog.getByRole('textbox', { name: 'Handle or address' })
  await handle.fill('nobody')
  await dialog.getByRole('button', { name: 'Track nobody on Kick' }).click()
  await dialog.getByRole('alert').getByText('knows no channel "nobody"').waitFor()
  await handle.fill('https://kick.com/somebody')
  expect(await dialog.getByRole('alert').count()).toBe(0)
  await dialog.getByRole('button', { name: 'Track somebody on Kick' }).click()
  await page.page.waitForURL('**/channels/kick/somebody')
  await page.go('/channels')
  expect(await names(page)).toEqual(['Known', 'The somebody'])
  await row(page, 'The somebody').getByText('every').waitFor()
})

test('the first start leads to tracking the first channel', async () => {
  const page = await panel.open('/channels', { key: panelKeys.operator })
  await page.page.getByRole('heading', { name: 'Track the first channel' }).waitFor()
  await page.page.getByRole('textbox', { name: 'Handle or address' }).fill('first')
  await page.page.getByRole('button', { name: 'Track first on Kick' }).click()
  await page.page.waitForURL('**/channels/kick/first')
})

test('the public sees the list, and nothing of watching, claims and tracking', async () => {
  const empty = await panel.open('/channels')
  await empty.page.getByRole('link', { name: 'Sign in to track the first one' }).waitFor()
  await add('Alone')
  const page = await panel.open('/channels?watched=yes')
  expect(await names(page)).toEqual(['Alone'])
  expect(await page.page.getByRole('columnheader').allTextContents()).not.toContain('Watched')
  expect(await page.page.getByRole('combobox', { name: 'Claimed' }).count()).toBe(0)
  expect(await page.page.getByRole('button', { name: 'Track a channel' }).count()).toBe(0)
})

test('what can not be asked for again stays and says so', async () => {
  await add('Kept')
  const page = await panel.open('/channels', { expected: lostNetwork })
  await panel.network.set('refuse')
  await page.page.getByRole('combobox', { name: 'Status' }).selectOption('Offline')
  await page.page.getByText('This is what was there before. The server can not be reached now.').waitFor()
  expect(await names(page)).toEqual(['Kept'])
  await panel.network.set('pass')
  await page.page.getByRole('button', { name: 'Try again' }).click()
  await page.page.getByText('This is what was there before.').waitFor({ state: 'detached' })
  expect(await names(page)).toEqual(['Kept'])
})

test('axe finds nothing serious in the dialog, and names of any length stay within the window', async () => {
  const live = await add('Anna')
  await add('بث مباشر مع الأصدقاء')
  await add('A name that is much longer than any column of any table')
  await tellStart(panel.db, live, startedAt)
  const page = await panel.open('/channels', { theme: 'dark', width: 360, key: panelKeys.admin })
  expect(await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.go('/channels?track=@ninja')
  await page.page.getByRole('dialog', { name: 'Track a channel' }).waitFor()
  await page.checkAccessibility()
})
