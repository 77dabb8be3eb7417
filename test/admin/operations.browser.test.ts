import { afterAll, beforeAll, expect, test } from 'vitest'
import { lostNetwork, type Panel, panelKeys, startPanel } from '../support/admin/panel.ts'
import { insertArchivedHour } from '../support/archive/archived-hour.ts'

let panel: Panel

beforeAll(async () => {
  panel = await startPanel()
  await insertArchivedHour(panel.db, Date.now() - 3 * 3_600_000)
})
afterAll(() => panel[Symbol.asyncDispose]())

const operator = { key: panelKeys.operator }
const admin = { key: panelKeys.admin }

test.each(['light', 'dark'] as const)('one look tells that all is well, in %s', async (theme) => {
  const page = await panel.open('/operations', { ...operator, theme })
  const verdict = page.page.getByRole('region', { name: 'Verdict' })
  await verdict.getByRole('status').filter({ hasText: 'channels are watched' }).waitFor()
  await page.page.getByRole('heading', { name: 'Polling' }).waitFor()
  await page.checkAccessibility()
})

test('an operator runs no jobs; an administrator does, and sees why one failed', async () => {
  const watching = await panel.open('/operations', operator)
  expect(await watching.page.getByRole('button', { name: /^Run / }).count()).toBe(0)
  const page = await panel.open('/operations', admin)
  await page.page.getByRole('button', { name: 'Run now: trust-scores' }).click()
  await page.page.getByRole('status').filter({ hasText: 'Done.' }).waitFor()
  await page.page.getByRole('button', { name: 'Run now: failing' }).click()
  await page.page.getByRole('alert').waitFor()
})

test('a caller without the role is told which one it needs', async () => {
  const page = await panel.open('/operations')
  await page.page.getByText('For operators and administrators only').waitFor()
})

test('a server that is away is said in the verdict, and that it is back too', async () => {
  const page = await panel.open('/operations', { ...operator, expected: lostNetwork })
  const verdict = page.page.getByRole('region', { name: 'Verdict' })
  await verdict.getByText('channels are watched').waitFor()
  const mark = page.page.locator('header').getByRole('status')
  await mark.filter({ hasText: 'renews every 5 s' }).waitFor()
  await panel.network.set('refuse')
  await page.comeBack()
  await mark.filter({ hasText: /^not renewed since.*\d\d:\d\d/ }).waitFor()
  await verdict.getByText('The server can not be reached now.').waitFor()
  await panel.network.set('pass')
  await page.comeBack()
  await verdict.getByText('channels are watched').waitFor()
  await mark.filter({ hasText: 'renews every 5 s' }).waitFor()
})

test('failed calls are found by a link with a range and a platform, and one is opened', async () => {
  await panel.db.pool.query(
    `INSERT INTO dm.scrape_log (platform, endpoint, status, error, body, duration_ms, items, requested_at)
     VALUES ('kick', '/public/v1/livestreams', 503, 'The platform answered 503.', 'over capacity', 12, 0, now())`,
  )
  const page = await panel.open('/operations?view=calls&platform=KICK&from=now-1h&to=now', operator)
  await page.page.getByRole('row').filter({ hasText: 'The platform answered 503.' }).click()
  await page.page.getByRole('region', { name: 'Call' }).getByText('over capacity').waitFor()
  await page.checkAccessibility()
  await page.page.getByLabel('Platform').selectOption('TWITCH')
  await page.page.getByText('No failed calls in this range').waitFor()
  expect(page.address).toContain('platform=TWITCH')
})

test('an archived hour is read back', async () => {
  const page = await panel.open('/operations?view=archives', operator)
  await page.page.getByRole('button', { name: 'Verify' }).click()
  await page.page.getByRole('status').filter({ hasText: 'Intact: 7 rows' }).waitFor()
  await page.checkAccessibility()
})
