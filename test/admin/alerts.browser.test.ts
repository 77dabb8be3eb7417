import { afterAll, beforeAll, expect, test } from 'vitest'
import { UpdateAlertRule } from '../../admin/generated/alerts.ts'
import { addDelivery, addRule, addTarget, failed, taken, wentLive } from '../support/admin/alert-scene.ts'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { type Receiver, startReceiver } from '../support/alerts/receiver.ts'
import { request } from '../support/http/typed-request.ts'
import { seed } from '../support/stores/seed.ts'

let panel: Panel
let receiver: Receiver
let anna: bigint

beforeAll(async () => {
  panel = await startPanel()
  receiver = await startReceiver()
  anna = await seed(panel.db).channel({ slug: 'anna', displayName: 'Anna' })
})
afterAll(async () => {
  await panel[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const operator = { key: panelKeys.operator }
const admin = { key: panelKeys.admin }
const hourMs = 3_600_000
const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * hourMs)

const deliveries = ({ page }: PanelPage) =>
  page
    .getByRole('region', { name: 'Deliveries' })
    .getByRole('row')
    .filter({ has: page.locator('time') })

test('nothing is there yet: each tab says so, with the one thing to do', async () => {
  const { page } = await panel.open('/alerts', operator)
  const main = page.locator('main')
  await main.getByText('There are no rules yet').waitFor()
  await main.getByRole('button', { name: 'Make a rule' }).waitFor()
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Targets' }).click()
  await main.getByText('An administrator adds them').waitFor()
  expect(await main.getByRole('button', { name: 'Add a target' }).count()).toBe(0)
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Deliveries' }).click()
  await main.getByText('Nothing was told in this range').waitFor()
  await main.getByRole('button', { name: 'See the rules' }).click()
  await main.getByText('There are no rules yet').waitFor()
})

test('whoever may not is told who may, and how to sign in', async () => {
  const { page } = await panel.open('/alerts?tab=targets')
  await page.getByText('For operators and administrators only').waitFor()
  await page.locator('main').getByRole('link', { name: 'Sign in' }).waitFor()
})

test('a rule is tried on the past before it is made, and then tells what it is', async () => {
  await wentLive(panel.db, anna, [hoursAgo(2), hoursAgo(30), hoursAgo(31)])
  await addTarget(panel, { name: 'On duty' })
  const opened = await panel.open('/alerts?tab=rules&from=now-7d&to=now', operator)
  const { page } = opened
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('make an alert rule')
  await page.getByRole('option', { name: 'Make an alert rule' }).click()
  await opened.ready()
  await page.getByRole('combobox', { name: 'Channels', exact: true }).selectOption('Only these')
  await page.getByRole('combobox', { name: 'Add a channel' }).fill('anna')
  await page.getByRole('option', { name: /^Anna/ }).click()
  await page.getByRole('button', { name: 'Try it on the past' }).click()
  const trial = page.getByRole('region', { name: 'What it would have told' })
  await trial.getByText('It would have told 3 alerts.').waitFor()
  expect(await trial.getByRole('row').filter({ hasText: 'Anna is live' }).count()).toBe(3)
  // What is changed since is not what was tried.
  await page.getByRole('checkbox', { name: /^Viewers passed/ }).check()
  await trial.getByText('Say how many viewers').waitFor()
  await page.getByRole('textbox', { name: 'Viewers reach' }).fill('250')
  await trial.getByText('The rule has changed since it was tried.').waitFor()
  const name = page.getByRole('textbox', { name: 'Name of the rule' })
  await name.fill('Ours\u0007')
  await page.getByRole('checkbox', { name: 'On duty' }).check()
  await page.getByRole('button', { name: /^Make the rule/ }).click()
  // A refusal stands beside what was refused.
  const refused = page.getByRole('group', { name: 'Name', exact: true }).getByRole('alert')
  await refused.getByText('in one line').waitFor()
  await name.fill('Ours')
  await page.getByRole('button', { name: 'Make the rule Ours' }).click()
  await page.getByRole('heading', { name: 'Ours' }).waitFor()
  await page.getByText('viewers reach 250').waitFor()
  await trial.getByText('It would have told 3 alerts.').waitFor()
  expect(opened.address).toMatch(/^\/alerts\?tab=rules&rule=01\w+&from=now-7d&to=now$/)
  const main = page.locator('main')
  await main.getByRole('link', { name: 'On duty' }).waitFor()
  await main.getByRole('link', { name: 'Anna' }).waitFor()
  await page.reload()
  await opened.ready()
  await trial.getByText('It would have told 3 alerts.').waitFor()
  await page.getByRole('link', { name: 'All rules' }).click()
  await page
    .getByRole('row')
    .filter({ hasText: 'Ours' })
    .getByRole('cell', { name: 'Went live, viewers passed' })
    .waitFor()
})

test('what the server would not take is marked, and neither tried nor sent', async () => {
  const { page } = await panel.open('/alerts?tab=rules&rule=new', operator)
  await page.getByRole('textbox', { name: 'Name of the rule' }).fill('Marked')
  const buttons = [/^Make the rule Marked/, 'Try it on the past'].map((name) => page.getByRole('button', { name }))
  const areOff = () => Promise.all(buttons.map((button) => button.isDisabled()))
  expect(await areOff()).toEqual([false, false])
  await page.getByRole('checkbox', { name: /^Viewers passed/ }).check()
  const viewers = page.getByRole('textbox', { name: 'Viewers reach' })
  await viewers.fill('123')
  await page.getByRole('alert').filter({ hasText: 'Write one digit and zeros' }).waitFor()
  expect(await viewers.getAttribute('aria-invalid')).toBe('true')
  expect(await areOff()).toEqual([true, true])
  await viewers.fill('1500')
  expect(await areOff()).toEqual([false, false])
  await page.getByRole('checkbox', { name: /^Quiet hours/ }).check()
  const zone = page.getByRole('combobox', { name: 'Time zone' })
  await zone.fill('Europe/Nowhere')
  await page.getByRole('alert').filter({ hasText: 'Write a time zone' }).waitFor()
  expect(await areOff()).toEqual([true, true])
  await zone.fill('Europe/Berlin')
  expect(await areOff()).toEqual([false, false])
  await page.getByLabel('From').fill('07:00')
  await page.getByText('From 07:00 until 07:00 is 24 hours').waitFor()
})

test('a rule that somebody changed meanwhile is not overwritten unasked', async () => {
  const id = await addRule(panel, { name: 'Shared' })
  const { page } = await panel.open(`/alerts?tab=rules&rule=${id}&edit=yes`, operator)
  const name = page.getByRole('textbox', { name: 'Name of the rule' })
  await name.fill('Mine')
  const rule = { name: 'Theirs', kinds: ['ENDED'] as const, targets: [] }
  await request(panel.api.url, UpdateAlertRule, { id, rule, expectedVersion: 1 }, panelKeys.admin)
  await page.getByRole('button', { name: 'Save Mine' }).click()
  const conflict = page.getByRole('alert').filter({ hasText: 'while you were editing' })
  await conflict.getByRole('row', { name: /^Name Mine Theirs$/ }).waitFor()
  await conflict.getByRole('row', { name: /^Events Went live Ended$/ }).waitFor()
  await conflict.getByRole('button', { name: 'Save yours over theirs' }).click()
  await page.getByRole('heading', { name: 'Mine' }).waitFor()
})

test('a rule is disabled, and deleted only after its name was typed', async () => {
  const id = await addRule(panel, { name: 'Short' })
  const opened = await panel.open(`/alerts?tab=rules&rule=${id}`, operator)
  const { page } = opened
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('status').filter({ hasText: 'It tells nothing now.' }).waitFor()
  await page.getByRole('button', { name: 'Enable' }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  const remove = dialog.getByRole('button', { name: 'Delete Short' })
  expect(await remove.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('Short')
  await remove.click()
  await page.getByRole('button', { name: 'Make a rule' }).waitFor()
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'Short' }).count()).toBe(0)
  await opened.go(`/alerts?tab=rules&rule=${id}`)
  await page.getByText('There is no such rule').waitFor()
})

test('deliveries are filtered by the address, and one is opened and sent again', async () => {
  const target = await addTarget(panel, { name: 'Wall', url: `${receiver.url}/wall` })
  const rule = await addRule(panel, { name: 'Wall rule', targets: [target] })
  const about = { rule, target, channel: anna }
  for (let n = 1; n <= 3; n++) await addDelivery(panel.db, { ...about, text: `Taken ${n}`, attempts: [taken] })
  const refused = { outcome: 'refused', status: 410, answer: 'no such wall', ms: 9 } as const
  await addDelivery(panel.db, { ...about, text: 'Not taken', state: 'dead', attempts: [failed, refused] })
  await addDelivery(panel.db, { ...about, text: 'To come', state: 'waiting' })

  const opened = await panel.open(`/alerts?tab=deliveries&rule=${rule}`, operator)
  const { page } = opened
  await expect.poll(() => deliveries(opened).count()).toBe(5)
  await page.getByRole('combobox', { name: 'State' }).selectOption('Given up')
  await expect.poll(() => deliveries(opened).count()).toBe(1)
  expect(opened.address).toContain('state=DEAD')
  await page.reload()
  await opened.ready()
  await page.getByRole('link', { name: 'Not taken' }).click()
  const shown = page.getByRole('complementary', { name: 'Delivery' })
  await shown.getByText('no such wall').waitFor()
  await shown.getByText('over capacity').waitFor()
  await shown.getByRole('region', { name: 'Message' }).getByText('"Not taken"').first().waitFor()
  await shown.getByRole('button', { name: 'Send it again' }).click()
  await shown.getByText('It is sent again under the same id.').waitFor()
  await page.keyboard.press('Escape')
  await shown.waitFor({ state: 'detached' })
  await page.getByText('No alert matches these filters').waitFor()
  await page.getByRole('button', { name: 'Show all alerts' }).click()
  await page.getByRole('combobox', { name: 'Rule' }).selectOption('Wall rule')
  await expect.poll(() => deliveries(opened).count()).toBe(5)
  await page.getByRole('button', { name: 'Send these again…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('All had been delivered.').waitFor()
  await dialog.getByText('2 alerts wait already, and are left.').waitFor()
  await dialog.getByRole('button', { name: 'Send 3 alerts again' }).click()
  await page.getByText('3 alerts are sent again.').waitFor()
  await expect.poll(() => deliveries(opened).filter({ hasText: 'delivered' }).count()).toBe(0)
})

test('rows stay where they are while somebody is among them, and a key shows what came', async () => {
  const target = await addTarget(panel, { name: 'Calm', url: `${receiver.url}/calm` })
  const rule = await addRule(panel, { name: 'Calm rule', targets: [target] })
  await addDelivery(panel.db, { rule, target, text: 'The first', attempts: [taken] })
  const opened = await panel.open(`/alerts?tab=deliveries&rule=${rule}`, operator)
  const { page } = opened
  await page.getByText('The first').hover()
  await addDelivery(panel.db, { rule, target, text: 'The second', attempts: [taken] })
  await opened.comeBack()
  await page.getByRole('button', { name: 'Show 1 new alert' }).waitFor()
  expect(await deliveries(opened).count()).toBe(1)
  await page.keyboard.press('u')
  await expect.poll(() => deliveries(opened).count()).toBe(2)
})

test('in a narrow window, and beside one that is open, a delivery says to whom it goes, and a target what waits', async () => {
  const target = await addTarget(panel, { name: 'The night watch', url: `${receiver.url}/night` })
  const rule = await addRule(panel, { name: 'Night rule', targets: [target] })
  const delivery = await addDelivery(panel.db, { rule, target, text: 'Late', state: 'waiting' })
  const opened = await panel.open(`/alerts?tab=deliveries&rule=${rule}`, { ...operator, width: 390 })
  const { page } = opened
  const told = deliveries(opened).getByText('to The night watch').filter({ visible: true })
  await told.waitFor()
  await opened.go('/alerts?tab=targets')
  await page.getByRole('row').filter({ hasText: 'The night watch' }).getByText('1 waiting').waitFor()
  await page.setViewportSize({ width: 1280, height: 800 })
  await opened.go(`/alerts?tab=deliveries&rule=${rule}&open=${delivery}`)
  await told.waitFor()
})

test('names of any length and direction take no place of others, and hide no state', async () => {
  const long = 'W'.repeat(100)
  const to = Array.from({ length: 20 }, (_, n) => `somebody.with.a.name.${n}@example.com`)
  const settings = { host: 'mail.example.com', port: 465, security: 'tls', from: 'a@example.com', to }
  const targets = await Promise.all([
    addTarget(panel, { name: long, url: `${receiver.url}/long` }),
    addTarget(panel, { name: 'evil', url: `${receiver.url}/evil` }),
    addTarget(panel, { name: 'To many', kind: 'EMAIL', settings }),
  ])
  const rule = await addRule(panel, { name: long, isEnabled: false, targets })
  await addRule(panel, { name: 'evil', isEnabled: false, targets })
  // A name that is not taken any more.
  for (const table of ['alert_rule', 'alert_target'])
    await panel.db.pool.query(`UPDATE public.${table} SET name = E'\\u202eevil\\u2069' WHERE name = 'evil'`)
  const delivery = await addDelivery(panel.db, { rule, target: targets[0], text: long, state: 'waiting' })
  await panel.db.pool.query(
    `UPDATE public.alert_target SET paused_at = now(), paused_reason = E'\\u202ereason\\x1b[31m' WHERE id = $1`,
    [targets[1]],
  )
  const opened = await panel.open('/alerts', admin)
  const { page } = opened
  const main = page.locator('main')
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 })
    for (const name of [long, '\\u202eevil\\u2069']) {
      await opened.go('/alerts?tab=rules')
      const head = main.getByRole('rowheader').filter({ hasText: name })
      const [cell, badge] = [await head.boundingBox(), await head.getByText('disabled').boundingBox()]
      expect(badge!.x + badge!.width).toBeLessThanOrEqual(cell!.x + cell!.width)
      await head.click()
      await main.getByRole('heading', { name }).getByText('disabled').waitFor()
      expect(await tooWide()).toBeLessThanOrEqual(0)
    }
    await opened.go(`/alerts?tab=rules&rule=${rule}&edit=yes`)
    const many = main.locator('label').filter({ has: page.getByRole('checkbox', { name: 'To many' }) })
    expect((await many.boundingBox())!.height).toBeLessThan(100)
    expect(await tooWide()).toBeLessThanOrEqual(0)
    for (const search of [
      'tab=rules&rule=new',
      'tab=targets',
      ...targets.map((target) => `tab=targets&target=${target}`),
      'tab=deliveries',
      `tab=deliveries&open=${delivery}`,
    ]) {
      await opened.go(`/alerts?${search}`)
      expect(await tooWide(), search).toBeLessThanOrEqual(0)
    }
    await opened.go(`/alerts?tab=targets&target=${targets[1]}`)
    await main.getByText('\\u202ereason\\u001b[31m').waitFor()
  }
})

test('nothing is in the way of anybody, wide and narrow, light and dark', async () => {
  const target = await addTarget(panel, { name: 'Looked at', url: `${receiver.url}/looked-at` })
  const quiet = { timezone: 'Europe/Berlin', from: '22:00', until: '07:00', days: [5] }
  const rule = await addRule(panel, {
    name: 'Looked at',
    kinds: ['WENT_LIVE', 'TITLE_CHANGED'],
    quiet,
    targets: [target],
  })
  const delivery = await addDelivery(panel.db, { rule, target, text: 'Looked at', state: 'dead', attempts: [failed] })
  const opened = await panel.open('/alerts', admin)
  for (const search of [
    `tab=rules&rule=${rule}&from=now-30d&to=now`,
    `tab=rules&rule=${rule}&edit=yes`,
    'tab=rules&rule=new',
    `tab=targets&target=${target}`,
    `tab=targets&target=${target}&edit=yes`,
    'tab=targets&target=new',
    `tab=deliveries&open=${delivery}`,
  ]) {
    await opened.go(`/alerts?${search}`)
    await opened.checkLooks()
  }
})
