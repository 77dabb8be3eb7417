import { afterAll, beforeAll, expect, test } from 'vitest'
import { CreateApiKey } from '../../admin/generated/access.ts'
import { settingTitle } from '../../admin/src/settings/configuration/setting-title.ts'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { request } from '../support/http/typed-request.ts'
import { seed } from '../support/stores/seed.ts'

let panel: Panel

beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

/** The secret of a key that somebody of this name has. */
const keyOf = async (name: string, role: 'ADMIN' | 'OPERATOR'): Promise<string> => {
  const { createApiKey } = await request(panel.api.url, CreateApiKey, { name, role }, panelKeys.admin)
  if (createApiKey.__typename !== 'CreateApiKeySuccess') throw new Error(createApiKey.message)
  return createApiKey.secret
}

const setting = ({ page }: PanelPage, key: string) => page.getByRole('listitem').filter({ hasText: key })
const change = ({ page }: PanelPage, key: string) =>
  page.getByRole('button', { name: `Change ${settingTitle(key)}` }).click()
const press = ({ page }: PanelPage, name: string) => page.getByRole('button', { name, exact: true }).click()
const fill = ({ page }: PanelPage, label: string | RegExp, text: string) =>
  page.getByRole('textbox', { name: label }).fill(text)
const says = ({ page }: PanelPage, text: string | RegExp) => page.getByText(text).first().waitFor()

/** What the browser keeps of a page beyond it: the key of the session, and nothing else. */
const kept = ({ page }: PanelPage) =>
  page
    .evaluate(() => ({ local: Object.keys(localStorage), session: Object.keys(sessionStorage) }))
    // The router keeps how far pages were scrolled.
    .then(({ local, session }) => ({ local, session: session.filter((name) => !name.startsWith('tsr-scroll')) }))

/** Everything that somebody could read in a page, also what stands in fields. */
const everything = ({ page }: PanelPage) =>
  page.evaluate(
    () =>
      document.documentElement.outerHTML + Array.from(document.querySelectorAll('input'), (one) => one.value).join(),
  )

test('two people change one setting, and each is told what the other did', async () => {
  const key = 'monitoring.poll.interval.seconds'
  const ada = await panel.open('/settings', { key: panelKeys.admin })
  const bea = await panel.open('/settings', { key: await keyOf('Bea', 'ADMIN') })
  await change(ada, key)
  await change(bea, key)
  // Nothing is changed yet.
  expect(await bea.page.getByRole('button', { name: 'Set to 60' }).isDisabled()).toBe(true)
  await fill(bea, /^Value/, '30')
  await press(bea, 'Set to 30')
  await setting(bea, key).getByText('Set to 30.').waitFor()

  await fill(ada, /^Value/, '45')
  await press(ada, 'Set to 45')
  await says(ada, 'Bea set it to 30 while you were editing; you wrote 45.')
  await press(ada, 'Keep 30')
  await setting(ada, key).getByText('set here by Bea').waitFor()

  await setting(bea, key).getByText('set here by Bea').waitFor()
  await change(bea, key)
  await change(ada, key)
  await fill(ada, /^Value/, '45')
  await press(ada, 'Set to 45')
  await setting(ada, key).getByText('Set to 45.').waitFor()
  await setting(ada, key).getByText('set here by admin key').waitFor()
  await fill(bea, /^Value/, '20')
  await press(bea, 'Set to 20')
  await says(bea, 'admin key set it to 45 while you were editing; you wrote 20.')
  await press(bea, 'Overwrite with 20')
  await setting(bea, key).getByText('Set to 20.').waitFor()

  // What the other did is shown without a reload.
  await ada.comeBack()
  await setting(ada, key).getByText('set here by Bea').waitFor()
  await press(ada, 'Reset Polling interval')
  await says(ada, 'It is set to 20. Once it is reset, the default applies: 60.')
  await press(ada, 'Reset it')
  await setting(ada, key).getByText('Reset. Now the default applies: 60.').waitFor()
})

test('while somebody writes, a change of somebody else is told and nothing is taken from them', async () => {
  const key = 'retention.chat.days'
  const ada = await panel.open('/settings?q=retention', { key: panelKeys.admin })
  const bea = await panel.open('/settings', { key: await keyOf('Bea', 'ADMIN') })
  await change(ada, key)
  await fill(ada, /^Value/, '7')
  await change(bea, key)
  await fill(bea, /^Value/, '14')
  await press(bea, 'Set to 14')
  await setting(bea, key).getByText('Set to 14.').waitFor()
  await ada.comeBack()
  await says(ada, 'Bea set it to 14 while you were editing.')
  expect(await ada.page.getByRole('textbox', { name: /^Value/ }).inputValue()).toBe('7')
})

test('a value that is not allowed is refused in the words of the server, and Escape leaves it', async () => {
  const page = await panel.open('/settings', { key: panelKeys.admin })
  await change(page, 'retention.probes.days')
  await fill(page, /^Value/, 'some')
  await press(page, 'Set to some')
  const alert = page.page.getByRole('alert')
  await alert.getByText('value of "retention.probes.days" must be a whole number from 1 to 36500.').waitFor()
  await page.page.keyboard.press('Escape')
  await alert.waitFor({ state: 'detached' })
  await page.focusIs('Change Viewer sample retention')
})

test('a form keeps its text while the settings can not be asked for again', async () => {
  const page = await panel.open('/settings', {
    key: panelKeys.admin,
    expected: /ERR_CONNECTION|could not ask/,
  })
  await change(page, 'retention.chat.days')
  await fill(page, /^Value/, '9')
  await panel.network.set('refuse')
  await page.page.evaluate(() => dispatchEvent(new Event('focus')))
  const note = page.page.getByText('This is what was there before. The server can not be reached now.')
  await note.waitFor()
  expect(await page.page.getByRole('textbox', { name: /^Value/ }).inputValue()).toBe('9')
  await panel.network.set('pass')
  await press(page, 'Try again')
  await note.waitFor({ state: 'detached' })
  expect(await page.page.getByRole('textbox', { name: /^Value/ }).inputValue()).toBe('9')
})

test('settings are found by words, and the words are in the address', async () => {
  const page = await panel.open('/settings', { key: panelKeys.admin })
  await page.page.getByRole('searchbox').fill('chat kept')
  await expect.poll(() => page.page.getByRole('listitem').count()).toBe(1)
  expect(page.address).toBe('/settings?q=chat+kept')
  await page.page.getByRole('searchbox').fill('nothing like this')
  await press(page, 'Show all settings')
  await setting(page, 's3.url').waitFor()
})

test('a secret is written and never shown again', async () => {
  const secret = 'a-secret-that-nobody-reads'
  const page = await panel.open('/settings', { key: panelKeys.admin })
  await change(page, 'kick.client.secret')
  await page.page.getByLabel(/^New value/).fill(secret)
  await press(page, 'Set to the new value')
  await says(page, 'The new value is set.')
  await setting(page, 'kick.client.secret').getByText('set here by admin key').waitFor()
  expect(await everything(page)).not.toContain(secret)
  for (const path of ['/settings', '/settings?tab=audit']) {
    await page.go(path)
    await page.page.locator('li, tr').getByText('Kick client secret').first().waitFor()
    expect(await everything(page)).not.toContain(secret)
  }
  expect(await kept(page)).toEqual({ local: [], session: ['channelscope.key'] })

  await page.go('/settings')
  await press(page, 'Reset Kick client secret')
  const remove = page.page.getByRole('button', { name: 'Reset it' })
  expect(await remove.isDisabled()).toBe(true)
  await fill(page, 'Type kick.client.secret to confirm', 'kick.client.secret')
  await remove.click()
  await says(page, 'Reset. Now it has no value.')
})

test('a colleague gets a key, uses it, and is told when it is revoked', async () => {
  const admin = await panel.open('/settings?tab=keys', { key: panelKeys.admin })
  await press(admin, 'Make a key')
  await fill(admin, /^Name/, 'C'.repeat(101))
  await admin.page.getByRole('alert').getByText('This has 101 characters. At most 100 are taken.').waitFor()
  await fill(admin, /^Name/, 'Cleo')
  // A year of five digits is a date to a browser, and would be a key without an end.
  const day = admin.page.getByLabel(/^Last day/)
  await day.fill('20261-11-30')
  await press(admin, 'Make a key for Cleo')
  await admin.page.getByRole('alert').getByText('Give a date up to 9999-12-30, or none.').waitFor()
  await day.fill('')
  await press(admin, 'Make a key for Cleo')
  const shown = admin.page.getByRole('region', { name: 'The key of Cleo' })
  const secret = (await shown.locator('code').first().textContent())!
  // Whoever leaves with the secret still shown is asked first.
  await admin.page.getByRole('link', { name: 'Live', exact: true }).click()
  await admin.page.getByRole('dialog', { name: 'Leave without it?' }).getByRole('button', { name: 'Stay' }).click()
  expect(await shown.locator('code').first().textContent()).toBe(secret)
  await press(admin, 'I have saved it')
  await shown.waitFor({ state: 'detached' })
  expect(await everything(admin)).not.toContain(secret)
  expect(await kept(admin)).toEqual({ local: [], session: ['channelscope.key'] })

  const colleague = await panel.open('/sign-in', { expected: /40[13]|WebSocket/ })
  await colleague.page.getByLabel('Key', { exact: true }).fill(secret)
  await press(colleague, 'Sign in with this key')
  await colleague.page.getByRole('link', { name: 'Cleo' }).waitFor()
  expect(await kept(colleague)).toEqual({ local: [], session: ['channelscope.key'] })
  await colleague.page.getByRole('link', { name: 'Settings' }).click()
  const sections = colleague.page.getByRole('navigation', { name: 'Sections' }).getByRole('link')
  await expect.poll(() => sections.allTextContents()).toEqual(['Streamers'])
  await colleague.page.getByRole('link', { name: 'Live', exact: true }).click()
  await colleague.live()

  await press(admin, 'Revoke Cleo')
  const revoke = admin.page.getByRole('dialog').getByRole('button', { name: 'Revoke Cleo' })
  expect(await revoke.isDisabled()).toBe(true)
  await fill(admin, 'Type Cleo to confirm', 'Cleo')
  await revoke.click()
  await says(admin, 'Cleo has been revoked. Its connections are closed.')
  const cleo = admin.page.getByRole('row').filter({ hasText: 'Cleo' })
  await cleo.waitFor({ state: 'detached' })
  await admin.page.getByRole('button', { name: /^Show revoked keys/ }).click()
  await cleo.getByText('revoked').waitFor()
  expect(admin.address).toContain('revoked=shown')
  await colleague.page.getByRole('alert').getByText('The key was revoked.').waitFor()
  await colleague.page.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
  expect(await kept(colleague)).toEqual({ local: [], session: [] })
})

test('a key that is revoked while it is shown is taken away', async () => {
  const page = await panel.open('/settings?tab=keys', { key: panelKeys.admin })
  await press(page, 'Make a key')
  await fill(page, /^Name/, 'Wrong one')
  await press(page, 'Make a key for Wrong one')
  const shown = page.page.getByRole('region', { name: 'The key of Wrong one' })
  const secret = (await shown.locator('code').first().textContent())!
  await press(page, 'Revoke Wrong one')
  await fill(page, 'Type Wrong one to confirm', 'Wrong one')
  await page.page.getByRole('dialog').getByRole('button', { name: 'Revoke Wrong one' }).click()
  await says(page, 'Wrong one has been revoked. Its connections are closed.')
  await shown.waitFor({ state: 'detached' })
  expect(await everything(page)).not.toContain(secret)
  await page.page.getByRole('button', { name: 'Make a key', exact: true }).waitFor()
})

test('a key whose answer is lost is said to be made maybe, found in the list and revoked from there', async () => {
  const page = await panel.open('/settings?tab=keys', {
    key: panelKeys.admin,
    expected: /could not ask|ERR_CONNECTION_RESET/,
  })
  await press(page, 'Make a key')
  await fill(page, /^Name/, 'Unseen')
  await page.page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('"CreateApiKey"')) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await press(page, 'Make a key for Unseen')
  await page.page.getByRole('alert').getByText('this may have been done').waitFor()
  await page.page.getByRole('button', { name: 'I have looked: close this' }).waitFor()
  await says(page, /^A key called Unseen was made .* was never shown/)
  await press(page, 'Revoke this Unseen')
  await fill(page, 'Type Unseen to confirm', 'Unseen')
  await page.page.getByRole('dialog').getByRole('button', { name: 'Revoke Unseen' }).click()
  await says(page, 'A key called Unseen that was never shown has been revoked.')
})

test('a browser that sends it again when the connection breaks has made two keys: the one that nobody saw is pointed at', async () => {
  const page = await panel.open('/settings?tab=keys', { key: panelKeys.admin })
  await press(page, 'Make a key')
  await fill(page, /^Name/, 'Twice')
  await panel.network.set('lose-answer', '"CreateApiKey"')
  await press(page, 'Make a key for Twice')
  await page.page.getByRole('region', { name: 'The key of Twice' }).waitFor()
  await page.page.getByRole('button', { name: 'Revoke this Twice' }).waitFor()
})

test('what is sent twice at once is done once', async () => {
  const page = await panel.open('/settings?tab=keys', { key: panelKeys.admin })
  await press(page, 'Make a key')
  await fill(page, /^Name/, 'Once')
  // As a double press before the page has drawn that it works on it.
  await page.page.getByRole('form', { name: 'Make a key' }).evaluate((form) => {
    ;(form as HTMLFormElement).requestSubmit()
    ;(form as HTMLFormElement).requestSubmit()
  })
  await page.page.getByRole('region', { name: 'The key of Once' }).waitFor()
  await expect.poll(() => page.page.getByRole('button', { name: 'Revoke Once' }).count()).toBe(1)
  const { rows } = await panel.db.pool.query(`SELECT 1 FROM public.api_keys WHERE name = 'Once'`)
  expect(rows.length).toBe(1)
})

test('the own key is marked, and revoking it ends the session', async () => {
  const page = await panel.open('/settings?tab=keys', { key: await keyOf('Mine', 'ADMIN'), expected: /40[13]/ })
  await page.page.getByRole('row').filter({ hasText: 'Mine' }).getByText('your key').waitFor()
  await press(page, 'Revoke Mine')
  await fill(page, 'Type Mine to confirm', 'Mine')
  await press(page, 'Revoke Mine and sign me out')
  await says(page, 'You revoked Mine, the key you were signed in with.')
  await expect.poll(() => page.address).toMatch(/^\/sign-in/)
  expect(await kept(page)).toEqual({ local: [], session: [] })
})

test('an operator adds a streamer, claims a channel by an old handle and verifies it', async () => {
  const id = await seed(panel.db).channel({ slug: 'newname', displayName: 'NewName' })
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000)
  await seed(panel.db).slugPeriod(id, 'oldname', ago(9), ago(2))
  await seed(panel.db).slugPeriod(id, 'newname', ago(2), null)
  const page = await panel.open('/settings', { key: panelKeys.operator })
  await press(page, 'Add a streamer')
  await fill(page, 'Name', 'Dora')
  await press(page, 'Add Dora')
  await says(page, 'Dora claims no channel yet.')
  const find = page.page.getByRole('combobox', { name: 'Claim a channel' })
  await find.fill('oldname')
  await page.page.getByRole('option').getByText('was oldname until').click()
  await press(page, 'Claim NewName')
  await says(page, 'Dora claims NewName.')
  await page.page.getByRole('button', { name: /^Verify the claim of .* on NewName$/ }).click()
  await says(page, 'Verified')

  await press(page, 'Make a link for Dora')
  const link = page.page.getByRole('region', { name: 'The link for Dora' })
  expect(await link.locator('code').textContent()).toMatch(/ticket=cs_link_/)
  await press(page, 'I have saved it')

  await page.go('/settings?tab=streamers')
  await press(page, 'Add a streamer')
  await fill(page, 'Name', 'Emil')
  await press(page, 'Add Emil')
  await find.fill('newname')
  await page.page.getByRole('option', { name: /^NewName/ }).click()
  await press(page, 'Claim NewName')
  await page.page.getByRole('button', { name: /^Verify the claim of .* on NewName$/ }).click()
  await says(page, 'Dora has the verified claim. Release it there first.')

  // Deleting is for administrators.
  expect(await page.page.getByRole('button', { name: 'Delete Emil' }).count()).toBe(0)
  const admin = await panel.open(page.address, { key: panelKeys.admin })
  await press(admin, 'Delete Emil')
  await fill(admin, 'Type Emil to confirm', 'Emil')
  await admin.page.getByRole('dialog').getByRole('button', { name: 'Delete Emil' }).click()
  await admin.page.getByRole('link', { name: 'Dora' }).waitFor()
  expect(await admin.page.getByRole('link', { name: 'Emil' }).count()).toBe(0)
})
