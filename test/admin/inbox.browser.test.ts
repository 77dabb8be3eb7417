import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { startEvent } from '../support/platforms/handle-platform.ts'
import { seed } from '../support/stores/seed.ts'
import { insertDeliveries } from '../support/webhooks/inbox-rows.ts'
import { insertLostStart } from '../support/webhooks/lost-delivery.ts'
import type { ModelDelivery } from '../support/webhooks/statistics-model.ts'

let panel: Panel

beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

/** Deliveries that come now, one millisecond after the other. */
const come = (count: number, change: Partial<ModelDelivery> = {}): Promise<void> => {
  const now = Date.now()
  return insertDeliveries(
    panel.api.services.history.store,
    'test',
    Array.from({ length: count }, (_, n) => ({
      source: 'kick',
      eventType: 'kicks.gifted',
      channelUserId: '',
      verified: true,
      outcome: 'KEPT',
      leftOut: 0,
      replay: false,
      receivedAt: now + n,
      sentAt: now + n - 20,
      ...change,
    })),
  )
}

const operator = { key: panelKeys.operator }
const rows = ({ page }: PanelPage) =>
  page
    .getByRole('region', { name: 'Deliveries' })
    .getByRole('row')
    .filter({ has: page.locator('time') })
const list = ({ page }: PanelPage) => page.getByRole('region', { name: 'Deliveries' })
const ofType = (page: PanelPage, type: string) => list(page).getByRole('link', { name: type, exact: true })

test('an inbox without deliveries says so, and a caller without the role is told which one it needs', async () => {
  const empty = await panel.open('/inbox?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z', operator)
  await empty.page.getByText('No platform delivered anything in this range.').waitFor()
  const nobody = await panel.open('/inbox')
  await nobody.page.getByText('For operators and administrators only').waitFor()
})

test('a delivery is opened from the list with its payload and headers, and its link shows it again', async () => {
  const messageId = await panel.deliver()
  const page = await panel.open('/inbox?type=channel.followed', operator)
  await ofType(page, 'channel.followed').first().click()
  const opened = page.page.getByRole('complementary', { name: 'Delivery' })
  await opened.getByText(messageId).first().waitFor()
  await opened.getByText('It was processed and its content is stored.').waitFor()
  // It is in sight, not only its beginning.
  await expect.poll(() => opened.evaluate((one) => one.getBoundingClientRect().top * 2 < innerHeight)).toBe(true)
  await opened.getByRole('region', { name: 'Payload' }).getByText('broadcaster', { exact: true }).waitFor()
  await opened.getByRole('table', { name: 'Headers' }).getByText('kick-event-type').waitFor()
  expect(page.address).toContain(`open=${messageId}`)
  expect(await opened.getByRole('region', { name: 'Replay' }).count()).toBe(0)
  const again = await panel.open(page.address, { ...operator, theme: 'dark' })
  await again.page.getByRole('complementary', { name: 'Delivery' }).getByText(messageId).first().waitFor()
  await again.checkAccessibility()
  await again.page.keyboard.press('Escape')
  await expect.poll(() => again.page.getByRole('complementary').count()).toBe(0)
})

test('an administrator replays a delivery and sees what became of it', async () => {
  await panel.deliver()
  const page = await panel.open('/inbox?type=channel.followed', { key: panelKeys.admin })
  await ofType(page, 'channel.followed').first().click()
  await page.page.getByRole('button', { name: 'Replay' }).click()
  await page.page.getByText('Replayed:').waitFor()
  await page.page.getByRole('link', { name: 'Open the replay' }).waitFor()
})

test('those that were not used are one click away, with the reason', async () => {
  await come(3, { outcome: 'UNTRACKED', eventType: 'channel.subscription.new' })
  await come(1, { outcome: 'FORGED', verified: false })
  const page = await panel.open('/inbox', operator)
  await page.page.getByRole('button', { name: 'Show which, and why' }).click()
  await expect.poll(() => rows(page).count()).toBe(4)
  expect(page.address).toContain('outcome=NOT_USED')
  await page.page.reload()
  await page.ready()
  await expect.poll(() => rows(page).count()).toBe(4)
  await page.checkAccessibility()
})

test('new deliveries appear on top; paused they are counted, and nothing is lost when it goes on', async () => {
  const type = 'moderation.banned'
  await come(1, { eventType: type })
  const page = await panel.open(`/inbox?type=${type}`, operator)
  await expect.poll(() => ofType(page, type).count()).toBe(1)
  await come(1, { eventType: type })
  await page.comeBack()
  await expect.poll(() => ofType(page, type).count()).toBe(2)
  await page.page.keyboard.press('p')
  await page.page.getByText('Paused').waitFor()
  await come(3, { eventType: type })
  await page.comeBack()
  await page.page.getByRole('button', { name: 'Show 3 new deliveries' }).waitFor()
  expect(await ofType(page, type).count()).toBe(2)
  await page.page.keyboard.press('p')
  await expect.poll(() => ofType(page, type).count()).toBe(5)
})

test('rows do not move under the pointer', async () => {
  const type = 'channel.subscription.gifts'
  await come(2, { eventType: type })
  const page = await panel.open(`/inbox?type=${type}`, operator)
  // The summary is above the list and has its height when it is there.
  await page.page.getByRole('region', { name: 'Outcomes' }).waitFor()
  await ofType(page, type).first().hover()
  await come(2, { eventType: type })
  await page.comeBack()
  await page.page.getByRole('button', { name: 'Show 2 new deliveries' }).waitFor()
  expect(await ofType(page, type).count()).toBe(2)
  await page.page.keyboard.press('u')
  await expect.poll(() => ofType(page, type).count()).toBe(4)
})

test('what was lost is one click from its number, with the channel, the delivery that is missing, and what noticed it', async () => {
  const channel = await seed(panel.db).channel({ displayName: 'Silent one' })
  await insertLostStart(panel.db, channel, {
    at: Date.now() - 3 * 3_600_000,
    event: startEvent,
    title: 'A quiet start',
  })
  const page = await panel.open('/inbox', operator)
  await page.page.getByRole('link', { name: 'Show which', exact: true }).click()
  expect(page.address).toContain('view=lost')
  const lost = page.page.getByRole('region', { name: 'Lost deliveries' })
  const row = lost.getByRole('row').filter({ hasText: 'Silent one' })
  for (const text of ['start', startEvent, '40 s later, by polling', 'A quiet start'])
    await row.getByText(text).first().waitFor()
  await page.checkAccessibility()
  // On a telephone the name of the channel has the most room.
  await page.page.setViewportSize({ width: 360, height: 800 })
  const widths = (): Promise<number[]> =>
    row.locator('th, td').evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().width))
  await expect.poll(async () => (await widths()).length).toBe(3)
  expect((await widths())[1]).toBe(Math.max(...(await widths())))
  await page.page.setViewportSize({ width: 1280, height: 800 })
  await page.page.reload()
  await row.waitFor()
  await page.page.getByRole('button', { name: 'channel.followed' }).click()
  await lost.getByText('No lost deliveries in this range').waitFor()
  await lost.getByRole('button', { name: 'Show all channels and types' }).click()
  await row.waitFor()
  // The duty officer is told as well.
  await page.go('/operations')
  const verdict = page.page.getByRole('region', { name: 'Verdict' })
  await verdict.getByText(/^1 of \d+ webhook deliveries for stream starts and ends never arrived/).waitFor()
  await page.page.getByRole('heading', { name: 'Rows lost before storage' }).waitFor()
  await verdict.getByRole('link', { name: 'Show which' }).click()
  await row.waitFor()
})
