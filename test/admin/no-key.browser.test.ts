import { afterAll, beforeAll, expect, test } from 'vitest'
import { CreateApiKey, RevokeApiKey } from '../../admin/generated/access.ts'
import { type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'
import { calmOperations } from '../support/http/calm-operations.ts'
import { requestById } from '../support/http/typed-request.ts'

let panel: Panel

beforeAll(async () => {
  // As after the first start without credentials: nobody may look without a key, and no platform can be asked.
  const operations = { ...calmOperations(Date.now), budgets: () => [], polling: async () => [] }
  panel = await startPanel({ publicAccess: 'none', services: { operations } })
})
afterAll(() => panel[Symbol.asyncDispose]())

const refusals = /401|WebSocket|4403/

test('a server for callers with a key leads to signing in, and from there to the address that was asked for', async () => {
  const page = await panel.open('/channels?status=ONLINE', { expected: refusals })
  await page.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.page.getByText('This server answers callers with a key only').waitFor()
  expect(page.address).toBe('/sign-in?back=/channels%3Fstatus%3DONLINE')
  await page.page.locator('input[type="password"]').fill(panelKeys.operator)
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await page.page.getByRole('heading', { name: 'Channels' }).waitFor()
  expect(page.address).toBe('/channels?status=ONLINE')
  await page.page.getByRole('link', { name: 'operator key' }).waitFor()
})

test('a key that is not good is refused in a sentence, and nobody is signed in', async () => {
  const page = await panel.open('/', { key: 'key-that-is-not-good', expected: refusals })
  await page.page.getByText('The key is not valid').waitFor()
  await page.page.locator('input[type="password"]').fill('another-bad-key')
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  const alert = page.page.getByRole('alert')
  await alert.getByText('The key is not valid. Check that you copied all of it.').waitFor()
  // What no header can carry is no key either: it was never sent.
  await page.page.locator('input[type="password"]').fill('ключ')
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await alert.getByText('The key is not valid. Check that you copied all of it.').waitFor()
  expect(await page.page.evaluate(() => sessionStorage.getItem('channelscope.key'))).toBeNull()
})

test('a key that is revoked ends the session with the reason and the way back', async () => {
  const { createApiKey } = await requestById(
    panel.api.url,
    CreateApiKey,
    { name: 'short', role: 'OPERATOR' },
    panelKeys.admin,
  )
  if (createApiKey.__typename !== 'CreateApiKeySuccess') throw new Error(createApiKey.message)
  const page = await panel.open('/channels?platform=KICK', { key: createApiKey.secret, expected: refusals })
  await page.page.getByRole('link', { name: 'short' }).waitFor()
  await page.live()
  await requestById(panel.api.url, RevokeApiKey, { id: createApiKey.key.id }, panelKeys.admin)
  await page.page.getByText('The key was revoked.').waitFor()
  await page.page.locator('input[type="password"]').fill(panelKeys.admin)
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await page.page.getByRole('heading', { name: 'Channels' }).waitFor()
  expect(page.address).toBe('/channels?platform=KICK')
})

test('a key that is revoked while a dialog is open and nothing is followed ends the session with the next request', async () => {
  const { createApiKey } = await requestById(
    panel.api.url,
    CreateApiKey,
    { name: 'goes', role: 'ADMIN' },
    panelKeys.admin,
  )
  if (createApiKey.__typename !== 'CreateApiKeySuccess') throw new Error(createApiKey.message)
  const { page } = await panel.open('/settings?tab=keys', { key: createApiKey.secret, expected: refusals })
  await page.getByRole('button', { name: 'Revoke goes' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('goes')
  await requestById(panel.api.url, RevokeApiKey, { id: createApiKey.key.id }, panelKeys.admin)
  await dialog.getByRole('button', { name: 'Revoke goes and sign me out' }).click()
  await page.getByRole('alert').getByText('You were signed out. The key was revoked.').waitFor()
  await dialog.waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe('?back=/settings%3Ftab%3Dkeys')
})

test('a sign-in link that was used already says so, also to somebody who is signed in', async () => {
  const { page } = await panel.open('/sign-in', { key: panelKeys.admin, expected: refusals })
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  await page.evaluate(() => {
    location.hash = 'code=used-already'
  })
  await page.getByRole('alert').getByText('This sign-in link was used already').waitFor()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  expect(page.url()).not.toContain('used-already')
})

test('an address of another server is no way back', async () => {
  const page = await panel.open('/sign-in?back=//elsewhere.example/', { expected: refusals })
  await page.page.locator('input[type="password"]').fill(`“Bearer ${panelKeys.admin}”`)
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await page.page.getByRole('heading', { name: 'Live now' }).waitFor()
  expect(page.address).toBe('/')
})

test.each(['%25', '%2525', '%E0%A4%A'])('a way back with %s in it leads to a page that can be read', async (part) => {
  const page = await panel.open(`/sign-in?back=/channels/kick/${part}`, { expected: /40[014]|WebSocket/ })
  await page.page.locator('input[type="password"]').fill(panelKeys.operator)
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await page.page
    .getByRole('button', { name: 'Track this channel' })
    .or(page.page.getByText('names no channel'))
    .waitFor()
})

test('a way back to GraphiQL leads out of the panel', async () => {
  const page = await panel.open('/sign-in?back=/graphql', { expected: refusals })
  await page.page.locator('input[type="password"]').fill(panelKeys.operator)
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await page.page.waitForURL((url) => url.pathname === '/graphql')
  expect(await page.page.locator('main[data-ready]').count()).toBe(0)
})

test('without a platform each place leads an administrator to the credentials, and then to the first channel', async () => {
  await panel.db.pool.query('DELETE FROM dm.streamer_channel')
  const opened = await panel.open('/', { key: panelKeys.admin })
  const { page } = opened
  for (const place of ['/operations', '/channels', '/']) {
    await opened.go(place)
    await page.getByRole('heading', { name: 'No platform is set up yet' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Handle or address' }).count()).toBe(0)
  }
  await opened.checkAccessibility()
  await opened.go('/operations')
  await page.getByText('No platform is set up yet, so no channel can be watched.').waitFor()
  await page.locator('main').getByRole('link', { name: 'Kick', exact: true }).click()
  await page.getByRole('button', { name: 'Change Kick client secret' }).waitFor()
  const operator = await panel.open('/channels', { key: panelKeys.operator })
  await operator.page.getByText('An administrator sets the credentials').waitFor()
})
