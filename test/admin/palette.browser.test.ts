import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { seed } from '../support/stores/seed.ts'

let panel: Panel

beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

beforeEach(async () => {
  await panel.db.pool.query('DELETE FROM dm.streamer_channel')
})

const add = (name: string): Promise<bigint> =>
  seed(panel.db).channel({ slug: name.toLowerCase(), displayName: name, status: 'online' })

const dialog = ({ page }: PanelPage) => page.getByRole('dialog', { name: 'Search' })
const options = (page: PanelPage) => dialog(page).getByRole('option')
const texts = async (page: PanelPage) => dialog(page).getByRole('option').locator('bdi').allTextContents()

const openPalette = async (page: PanelPage): Promise<void> => {
  await page.page.keyboard.press('Control+k')
  await dialog(page).locator('[role="combobox"]:focus').waitFor()
}

test('an old handle finds its channel, says so, and Enter opens it; then it is first among those of the tab', async () => {
  const id = await add('Ninja_New')
  await seed(panel.db).slugPeriod(id, 'ninja_old', new Date('2024-01-01'), new Date('2025-03-12T11:00:00Z'))
  const page = await panel.open('/settings')
  await openPalette(page)
  await page.page.keyboard.type('ninja_o')
  await options(page).getByText('was ninja_old until 12 Mar 2025').waitFor()
  await page.page.keyboard.press('Enter')
  await page.page.waitForURL('**/channels/kick/ninja_new')
  expect(await dialog(page).count()).toBe(0)
  await page.go('/')
  await page.page.getByRole('button', { name: 'Search' }).click()
  await dialog(page).getByRole('group', { name: 'Channels of this tab' }).getByText('ninja_new').click()
  await page.page.waitForURL('**/channels/kick/ninja_new')
})

test('each role finds what it may do, and nothing else', async () => {
  const everybody = await panel.open('/')
  await openPalette(everybody)
  await expect
    .poll(() => texts(everybody))
    .toEqual([
      'Live',
      'Channels',
      'Compare',
      'GraphiQL',
      'Use fixed times for the range',
      'Show keyboard shortcuts',
      'Sign in with a key',
    ])
  const operator = await panel.open('/', { key: panelKeys.operator })
  await operator.page.getByRole('link', { name: 'Inbox' }).waitFor()
  await openPalette(operator)
  const found = await texts(operator)
  expect(found).toEqual(expect.arrayContaining(['Inbox', 'Track a channel', 'Sign out']))
  expect(found).not.toContain('Make a key')
  const admin = await panel.open('/', { key: panelKeys.admin })
  await admin.page.getByRole('link', { name: 'Inbox' }).waitFor()
  await openPalette(admin)
  expect(await texts(admin)).toEqual(expect.arrayContaining(['Make a key', 'Run a job']))
})

test('the watching of a channel is paused and goes on from its page, with a sentence', async () => {
  const id = await add('Watched')
  const isActive = async (): Promise<boolean | undefined> => {
    const { rows } = await panel.db.pool.query('SELECT active FROM dm.probe_schedule WHERE channel_id = $1', [id])
    return rows[0]?.active
  }
  const page = await panel.open('/channels/kick/watched', { key: panelKeys.operator })
  const sent: string[] = []
  page.page.on('request', (request) => {
    if (request.postData()?.includes('"SetMonitoring"')) sent.push(request.url())
  })
  await openPalette(page)
  // As whoever presses it four times before anything is drawn.
  await options(page)
    .getByText('Resume watching watched')
    .evaluate((one) => {
      for (let n = 0; n < 4; n++) (one as HTMLElement).click()
    })
  await dialog(page).getByText('Watched is being watched again.').waitFor()
  expect(sent.length).toBe(1)
  expect(await isActive()).toBe(true)
  await page.page.keyboard.type('pause')
  await options(page).getByText('Pause watching watched').waitFor()
  await page.page.keyboard.press('Enter')
  await dialog(page).getByText('Watched is no longer watched.').waitFor()
  expect(await isActive()).toBe(false)
})

test('a range gets fixed times, the keys are shown, and a handle leads to tracking it', async () => {
  const page = await panel.open('/channels?from=now-6h&to=now', { key: panelKeys.operator })
  const { keyboard } = page.page
  await openPalette(page)
  await keyboard.type('fixed times')
  await expect.poll(() => texts(page)).toContain('Use fixed times for the range')
  await options(page).getByText('Use fixed times for the range').click()
  await page.page.waitForURL(/from=\d{4}-/)
  await openPalette(page)
  await options(page).getByText('Show keyboard shortcuts').click()
  await page.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Search for a channel').waitFor()
  await keyboard.press('Escape')
  await openPalette(page)
  await keyboard.type('track Newcomer')
  await options(page).getByText('Track Newcomer').click()
  const form = page.page.getByRole('dialog', { name: 'Track a channel' })
  expect(await form.getByRole('textbox', { name: 'Handle or address' }).inputValue()).toBe('Newcomer')
})

test('it is loaded when it is opened, and Escape gives the focus back', async () => {
  const page = await panel.open('/')
  const asked: string[] = []
  page.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const button = page.page.getByRole('button', { name: 'Search' })
  await button.focus()
  expect(asked.filter((path) => path.includes('palette'))).toEqual([])
  await page.page.keyboard.press('Enter')
  await dialog(page).getByRole('combobox').waitFor()
  expect(asked.filter((path) => path.includes('palette'))).not.toEqual([])
  await page.page.keyboard.press('Escape')
  await dialog(page).waitFor({ state: 'detached' })
  await page.focusIs('Search')
})

test('axe finds nothing serious, wide and narrow, in light and dark', async () => {
  await add('Anna')
  const page = await panel.open('/', { key: panelKeys.admin })
  await page.page.getByRole('button', { name: 'Search' }).click()
  await dialog(page).getByRole('combobox').fill('an')
  await options(page).getByText('Anna', { exact: true }).waitFor()
  await page.checkLooks()
})
