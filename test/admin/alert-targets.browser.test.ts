import { afterAll, beforeAll, expect, test } from 'vitest'
import { addTarget } from '../support/admin/alert-scene.ts'
import { type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'
import { type Receiver, startReceiver } from '../support/alerts/receiver.ts'

let panel: Panel
let receiver: Receiver

beforeAll(async () => {
  panel = await startPanel()
  receiver = await startReceiver()
})
afterAll(async () => {
  await panel[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const operator = { key: panelKeys.operator }
const admin = { key: panelKeys.admin }

test('a target is added with a key that is shown once, tested, paused, resumed and deleted', async () => {
  const opened = await panel.open('/alerts?tab=targets&target=new', admin)
  const { page } = opened
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('HTTP endpoint')
  await page.getByRole('textbox', { name: 'Name' }).fill('Our endpoint')
  const url = page.getByLabel('URL (kept secret)')
  await url.fill('ftp://example.com')
  await page.getByRole('button', { name: 'Add Our endpoint' }).click()
  await page.getByRole('alert').filter({ hasText: 'The URL must begin with https:// or http://.' }).waitFor()
  await url.fill(`${receiver.url}/alerts`)
  await page.getByRole('button', { name: 'Add Our endpoint' }).click()
  const once = page.getByRole('region', { name: 'The signing key of Our endpoint' })
  expect(await once.locator('code').first().textContent()).toMatch(/^whsec_/)
  await once.getByRole('button', { name: 'I have saved it' }).click()
  await page.getByRole('heading', { name: 'Our endpoint', exact: true }).waitFor()
  await page.reload()
  await opened.ready()
  const main = page.locator('main')
  expect(await main.getByText(/whsec_|\/alerts$/).count()).toBe(0)
  await main.getByText('nothing sent yet').waitFor()

  const trial = page.getByRole('region', { name: 'Test' })
  await trial.getByRole('button', { name: 'Send a test' }).click()
  await trial.getByText('taken').waitFor()
  expect(receiver.calls.at(-1)).toMatchObject({ isTest: true })
  receiver.answer(() => ({ status: 410, body: 'gone for good' }))
  await trial.getByRole('button', { name: 'Send a test' }).click()
  await trial.getByText('gone for good').waitFor()
  await trial.getByText('refused').waitFor()
  receiver.answer(() => ({ status: 200 }))

  await page.getByRole('button', { name: 'Pause…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('We move house')
  await dialog.getByRole('button', { name: 'Pause Our endpoint' }).click()
  await main.getByText('We move house').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Pause…' }).waitFor()

  await page.getByRole('button', { name: 'Replace the signing key…' }).click()
  await dialog.getByRole('combobox', { name: 'The receiver checks with' }).selectOption('A public key (v1a)')
  await dialog.getByRole('combobox', { name: 'The old key also signs for' }).selectOption('no longer')
  await dialog.getByRole('button', { name: 'Replace the key' }).click()
  await main.getByText(/^whpk_/).waitFor()
  // The old key has ended, and signs no more.
  await expect.poll(() => main.getByText('a shared secret').count()).toBe(0)

  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('textbox').fill('Our endpoint')
  await dialog.getByRole('button', { name: 'Delete Our endpoint' }).click()
  await page.getByRole('button', { name: 'Add a target' }).waitFor()
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'Our endpoint' }).count()).toBe(0)
})

test('a target is changed without its secrets being written again', async () => {
  const settings = {
    host: 'mail.example.com',
    port: 465,
    security: 'tls',
    from: 'a@example.com',
    to: ['b@example.com'],
  }
  const id = await addTarget(panel, { name: 'Post', kind: 'EMAIL', settings })
  const { page } = await panel.open(`/alerts?tab=targets&target=${id}`, admin)
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('textbox', { name: 'Recipients' }).fill('b@example.com\nc@example.com')
  await page.getByRole('button', { name: 'Save Post' }).click()
  const recipients = page.getByText('b@example.com, c@example.com')
  await recipients.waitFor()
  expect(await recipients.count()).toBe(1)
})

test('an operator tests and pauses targets, and neither adds nor changes them', async () => {
  const id = await addTarget(panel, { name: 'Given', url: `${receiver.url}/given` })
  const { page } = await panel.open(`/alerts?tab=targets&target=${id}`, operator)
  const main = page.locator('main')
  await main.getByRole('button', { name: 'Send a test' }).waitFor()
  await main.getByRole('button', { name: 'Pause…' }).waitFor()
  for (const name of ['Change', 'Delete', 'Replace the signing key…'])
    expect(await main.getByRole('button', { name }).count()).toBe(0)
})

test('how a target does is told in words, with its last answer', async () => {
  const id = await addTarget(panel, { name: 'Failing', url: `${receiver.url}/failing` })
  await panel.db.pool.query(
    `UPDATE public.alert_target SET failures = 7, failing_since = now() - interval '2 hours', answered_at = now(),
       answer_outcome = 'retry', answer_status = 503, answer = 'over capacity', answer_ms = 42 WHERE id = $1`,
    [id],
  )
  const { page } = await panel.open('/alerts?tab=targets', operator)
  const row = page.getByRole('row').filter({ hasText: 'Failing' })
  await row.getByText(/failing for 2 h/).waitFor()
  await row.getByText('503 in 42 ms').filter({ visible: true }).waitFor()
  await row.click()
  await page.getByText('7 attempts failed in a row.').waitFor()
  await page.locator('main').getByText('over capacity').waitFor()
})
