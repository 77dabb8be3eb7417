import { afterAll, beforeAll, expect, test } from 'vitest'
import { CreateApiKey, RevokeApiKey } from '../../admin/generated/access.ts'
import { type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'
import { requestById } from '../support/http/typed-request.ts'

let panel: Panel

beforeAll(async () => {
  panel = await startPanel({ publicAccess: 'none' })
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
  await page.page.getByRole('alert').getByText('The key is not valid').waitFor()
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
  await page.page.getByText('The key of the caller was revoked.').waitFor()
  await page.page.locator('input[type="password"]').fill(panelKeys.admin)
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await page.page.getByRole('heading', { name: 'Channels' }).waitFor()
  expect(page.address).toBe('/channels?platform=KICK')
})

test('an address of another server is no way back', async () => {
  const page = await panel.open('/sign-in?back=//elsewhere.example/', { expected: refusals })
  await page.page.locator('input[type="password"]').fill(panelKeys.admin)
  await page.page.getByRole('button', { name: 'Sign in with this key' }).click()
  await page.page.getByRole('heading', { name: 'Live now' }).waitFor()
  expect(page.address).toBe('/')
})
