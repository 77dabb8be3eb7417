import { afterAll, beforeAll, expect, test } from 'vitest'
import { CreateStreamer, DeleteStreamer } from '../../admin/generated/streamers.ts'
import { type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'
import { request } from '../support/http/typed-request.ts'
import { seed } from '../support/stores/seed.ts'

let panel: Panel

beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

const addStreamer = async (name: string): Promise<string> => {
  const { createStreamer } = await request(panel.api.url, CreateStreamer, { name }, panelKeys.operator)
  if (createStreamer.__typename !== 'CreateStreamerSuccess') throw new Error(createStreamer.message)
  return createStreamer.streamer.id
}

test('nothing is there yet: each section says so, with the one thing to do', async () => {
  const { page } = await panel.open('/settings?tab=keys', { key: panelKeys.admin })
  await page.getByText('No keys yet').waitFor()
  for (const [section, text] of [
    ['Streamers', 'There are no streamers yet'],
    ['Audit log', 'Nothing has been changed yet'],
    ['Erasures', 'Nothing has been erased yet'],
  ] as const) {
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click()
    await page.getByText(text).waitFor()
  }
})

test('the audit log shows who did what, filters in the address, and what was different', async () => {
  const id = await addStreamer('Frida')
  await addStreamer('Gustav')
  await request(panel.api.url, DeleteStreamer, { id }, panelKeys.admin)
  const panelPage = await panel.open('/settings?tab=audit', { key: panelKeys.admin })
  const { page } = panelPage
  const rows = page.locator('tbody tr')
  await expect.poll(() => rows.count()).toBe(3)
  await page.getByRole('combobox', { name: 'Action' }).selectOption('Streamer deleted')
  await expect.poll(() => rows.count()).toBe(1)
  expect(panelPage.address).toBe('/settings?tab=audit&action=streamer.delete')
  await page.reload()
  await panelPage.ready()
  await expect.poll(() => rows.count()).toBe(1)
  await page.getByRole('button', { name: 'Details: Deleted the streamer Frida' }).click()
  const details = page.getByRole('dialog', { name: 'Deleted the streamer Frida' })
  await details.getByRole('cell', { name: 'Frida' }).waitFor()
  await details.getByText('admin key, admin').waitFor()
  await page.keyboard.press('Escape')
  await details.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Show everything' }).click()
  await expect.poll(() => rows.count()).toBe(3)
  await rows.getByText('Added the streamer').getByRole('link', { name: 'Gustav' }).waitFor()
  await page.getByRole('combobox', { name: 'Target' }).selectOption('Streamer Gustav')
  await expect.poll(() => rows.count()).toBe(1)
  await page.getByRole('combobox', { name: 'Action' }).selectOption('Key revoked')
  await page.getByText('No entry matches these filters').waitFor()
})

test('a person is erased only after their id was typed, and the list says what it waits for', async () => {
  const opened = await panel.open('/settings?tab=erasures', { key: panelKeys.admin })
  const { page } = opened
  await page.getByRole('textbox', { name: 'User id on the platform' }).fill('4711')
  await page.getByRole('button', { name: 'Erase 4711…' }).click()
  const dialog = page.getByRole('dialog')
  const erase = dialog.getByRole('button', { name: 'Erase 4711 for good' })
  await dialog.getByText('This cannot be undone.').waitFor()
  await dialog.getByRole('textbox').fill('4712')
  expect(await erase.isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  // The focus is where it was.
  await opened.focusIs('Erase 4711…')
  await page.getByRole('button', { name: 'Erase 4711…' }).click()
  await dialog.getByRole('textbox').fill('4711')
  await erase.click()
  await page.getByText('Removed so far: 0 messages and 0 follows.').waitFor()
  await page.getByRole('row').filter({ hasText: 'A person' }).waitFor()
})

test('a channel is deleted only after its handle was typed', async () => {
  await seed(panel.db).channel({ slug: 'goes', displayName: 'Goes' })
  const { page } = await panel.open('/settings?tab=erasures', { key: panelKeys.admin })
  await page.getByRole('combobox', { name: 'Channel' }).fill('goes')
  await page.getByRole('option', { name: /^Goes/ }).click()
  await page.getByRole('button', { name: 'Delete goes…' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('goes')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete goes for good' }).click()
  await page.getByText('goes has been deleted.').waitFor()
  const { rows } = await panel.db.pool.query(`SELECT 1 FROM dm.streamer_channel WHERE current_slug = 'goes'`)
  expect(rows).toEqual([])
})

test('whoever may not is told who may, and how to sign in', async () => {
  const nobody = await panel.open('/settings')
  await nobody.page.getByText('For operators and administrators only').waitFor()
  await nobody.page.locator('main').getByRole('link', { name: 'Sign in' }).click()
  await nobody.page
    .getByRole('textbox')
    .or(nobody.page.getByLabel('Key', { exact: true }))
    .first()
    .waitFor()
  const operator = await panel.open('/settings?tab=keys', { key: panelKeys.operator })
  await operator.page.getByText('For administrators only').waitFor()
  await operator.page.getByRole('link', { name: 'Sign in with another key' }).waitFor()
})

test('a streamer who is not there, or not any more', async () => {
  const gone = await addStreamer('Hugo')
  await request(panel.api.url, DeleteStreamer, { id: gone }, panelKeys.admin)
  const { page } = await panel.open(`/settings?tab=streamers&streamer=${gone}`, { key: panelKeys.operator })
  await page.getByText('There is no such streamer').waitFor()
  await page.getByRole('link', { name: 'All streamers' }).click()
  await page.getByRole('searchbox').waitFor()
})

test('nothing is in the way of anybody who changes a setting', async () => {
  const page = await panel.open('/settings', { key: panelKeys.admin, theme: 'dark', width: 360 })
  await page.page.getByRole('button', { name: 'Change Chat retention' }).click()
  await page.checkAccessibility()
})
