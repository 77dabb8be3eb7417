import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addBroadcast } from '../support/admin/broadcast.ts'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'

let panel: Panel
let session: string
const minuteMs = 60_000

beforeAll(async () => {
  panel = await startPanel()
  const endedAt = new Date(Math.floor(Date.now() / minuteMs) * minuteMs - 60 * minuteMs)
  const startedAt = new Date(endedAt.getTime() - 30 * minuteMs)
  const viewers = Array.from({ length: 30 }, (_, minute) => (minute === 9 ? null : 500 + minute))
  const added = await addBroadcast(panel, { name: 'Anna', startedAt, endedAt, viewers })
  session = `/sessions/${added.session}`
  await panel.db.pool.query('INSERT INTO dm.probe_schedule (channel_id) VALUES ($1)', [added.channel])
  await panel.deliver()
})
afterAll(() => panel[Symbol.asyncDispose]())

const channel = '/channels/kick/anna'
const rank = { PUBLIC: 0, OPERATOR: 1, ADMIN: 2 } as const
type Role = keyof typeof rank
type Thing = readonly [
  least: Role,
  kind: 'button' | 'tab' | 'link' | 'combobox' | 'columnheader',
  name: string | RegExp,
]

/** What each place has for whom. A place that needs a role tells others who may see it. */
const places: readonly (readonly [path: () => string, needs: Role, things: readonly Thing[]])[] = [
  [() => '/', 'PUBLIC', []],
  [
    () => '/channels',
    'PUBLIC',
    [
      ['PUBLIC', 'combobox', 'Status'],
      ['OPERATOR', 'combobox', 'Watched'],
      ['OPERATOR', 'combobox', 'Claimed'],
      ['OPERATOR', 'columnheader', 'Watched'],
      ['OPERATOR', 'button', 'Track a channel'],
    ],
  ],
  [
    () => channel,
    'PUBLIC',
    [
      ['PUBLIC', 'tab', 'Sessions'],
      ['OPERATOR', 'tab', 'Chat'],
      ['PUBLIC', 'tab', 'Names'],
      ['PUBLIC', 'tab', 'Events'],
      ['OPERATOR', 'tab', 'Deliveries'],
      ['OPERATOR', 'tab', 'Claims'],
      ['OPERATOR', 'tab', 'Watching'],
    ],
  ],
  [() => `${channel}?tab=names`, 'PUBLIC', []],
  [() => `${channel}?tab=events`, 'PUBLIC', []],
  [() => `${channel}?tab=chat`, 'PUBLIC', []],
  [() => `${channel}?tab=deliveries`, 'PUBLIC', []],
  [() => `${channel}?tab=claims`, 'PUBLIC', []],
  [
    () => `${channel}?tab=watching`,
    'PUBLIC',
    [
      ['OPERATOR', 'button', /^Pause/],
      ['ADMIN', 'button', 'Delete this channel'],
    ],
  ],
  [
    () => session,
    'PUBLIC',
    [
      ['PUBLIC', 'button', /^Download Viewers/],
      ['OPERATOR', 'button', /^Download Chat/],
    ],
  ],
  [() => `${session}?show=receipt`, 'PUBLIC', []],
  [() => '/compare?c=kick/anna', 'PUBLIC', []],
  [() => '/inbox', 'OPERATOR', []],
  [() => '/alerts', 'OPERATOR', [['OPERATOR', 'button', 'Make a rule']]],
  [() => '/alerts?tab=targets', 'OPERATOR', [['ADMIN', 'button', 'Add a target']]],
  [() => '/alerts?tab=deliveries', 'OPERATOR', [['OPERATOR', 'combobox', 'State']]],
  [() => '/operations', 'OPERATOR', [['ADMIN', 'button', /^Run now/]]],
  [() => '/operations?view=calls', 'OPERATOR', []],
  [() => '/operations?view=archives', 'OPERATOR', []],
  [
    () => '/settings',
    'OPERATOR',
    [
      ['OPERATOR', 'link', 'Streamers'],
      ['ADMIN', 'link', 'Keys'],
      ['ADMIN', 'link', 'Audit log'],
      ['ADMIN', 'link', 'Erasures'],
      ['ADMIN', 'button', /^Change Polling/],
    ],
  ],
  [() => '/settings?tab=keys', 'ADMIN', [['ADMIN', 'button', 'Make a key']]],
  [() => '/settings?tab=streamers', 'OPERATOR', [['OPERATOR', 'button', 'Add a streamer']]],
  [() => '/settings?tab=audit', 'ADMIN', []],
  [() => '/settings?tab=erasures', 'ADMIN', [['ADMIN', 'button', /^Erase/]]],
  [() => '/sign-in', 'PUBLIC', []],
  [() => '/no-such-place', 'PUBLIC', []],
]

/** Every refusal that the server answers to a page, by whichever way. */
const watchRefusals = (page: Page): string[] => {
  const refusals: string[] = []
  const note = (text: string): void => {
    if (/"(FORBIDDEN|UNAUTHENTICATED|BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)"/.test(text)) refusals.push(text)
  }
  page.on('response', (response) => {
    if (response.url().endsWith('/graphql')) response.text().then(note, () => undefined)
  })
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => note(String(payload))))
  return refusals
}

const forWhom = { PUBLIC: 'everybody', OPERATOR: 'operators and administrators', ADMIN: 'administrators' }

/** Goes to places as somebody, and expects there what the role has, and no refusal. */
const visit = async (
  { role, key, some }: { role: Role; key?: string; some: typeof places },
  atPlace: (opened: PanelPage, where: string) => Promise<void> = async () => undefined,
): Promise<void> => {
  const opened = await panel.open('/sign-in', { ...(key && { key }), expected: /no-such-place|status of 404/ })
  const { page } = opened
  const refusals = watchRefusals(page)
  const main = page.locator('main')
  const told: string[] = []
  for (const [path, needs, things] of some) {
    const where = path()
    await opened.go(where)
    const mayEnter = rank[role] >= rank[needs]
    const isRefused = await main.getByText(`For ${forWhom[needs]} only`).count()
    if ((isRefused === 0) !== mayEnter) told.push(`${where} ${mayEnter ? 'refuses' : 'lets in'}`)
    for (const [least, kind, name] of things) {
      const isDue = mayEnter && rank[role] >= rank[least]
      const thing = main.getByRole(kind, { name, exact: typeof name === 'string' }).first()
      if (isDue) await thing.waitFor()
      else if ((await thing.count()) > 0) told.push(`${where} has ${name}`)
    }
    await atPlace(opened, where)
  }
  expect(told).toEqual([])
  expect(refusals).toEqual([])
}

test('nobody is shown what the role has, and asks for nothing that is refused', () =>
  visit({ role: 'PUBLIC', some: places }))

test('an operator is shown what the role has, and asks for nothing that is refused', () =>
  visit({ role: 'OPERATOR', key: panelKeys.operator, some: places }))

test.for([0, 1])(
  'an administrator is shown what the role has, asks for nothing that is refused, and axe finds nothing serious at any other place, light and dark, wide and narrow, and no place is wider than the window: half %i',
  (half) =>
    visit(
      { role: 'ADMIN', key: panelKeys.admin, some: places.filter((_, i) => i % 2 === half) },
      async (opened, where) => {
        // The tests of broadcasts look at these two, and at more of them.
        if (where.startsWith(session)) return
        await opened.checkLooks()
        await opened.page.setViewportSize({ width: 1280, height: 800 })
      },
    ),
)

test('in a narrow window every place is reached from one button', async () => {
  const { page } = await panel.open('/', { key: panelKeys.admin, width: 360 })
  const links = page.getByRole('navigation', { name: 'Places' }).getByRole('link')
  expect(await links.count()).toBe(0)
  await page.getByRole('button', { name: 'Menu' }).click()
  const outside = await links.evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().left < 0),
  )
  expect([await links.count(), outside]).toEqual([8, []])
  await page.keyboard.press('Escape')
  expect(await links.count()).toBe(0)
  await page.keyboard.press('Enter')
  await links.getByText('Settings').click()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  expect(await links.count()).toBe(0)
})
