import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channelWorld } from '../support/admin/channel-fixture.ts'
import { type Panel, type PanelPage, panelKeys, startPanel } from '../support/admin/panel.ts'
import { startEvent } from '../support/platforms/handle-platform.ts'
import { seed } from '../support/stores/seed.ts'
import { insertDeliveries } from '../support/webhooks/inbox-rows.ts'
import { insertLostStart } from '../support/webhooks/lost-delivery.ts'

// What others write: without a space to break at, from right to left, with pictures, and with what is no text.
const title = `${'WWWWWWWWWW'.repeat(16)}مرحبابالعالم${'🎉'.repeat(14)}`
const turned = 'gpj.\u202eexe\u001b[31m'
const long = 'x'.repeat(5_000)
const admin = { key: panelKeys.admin, width: 320 }
const now = Date.now()
let panel: Panel
let session: string

beforeAll(async () => {
  panel = await startPanel()
  const { db, api } = panel
  const slug = 'w'.repeat(40)
  const channel = await channelWorld(panel).channel(slug, { displayName: title })
  const id = await seed(db).session(channel, new Date(now - 3_600_000), null, title)
  session = Buffer.from(`StreamSession:${id}`).toString('base64url')
  await db.pool.query(`UPDATE dm.streamer_channel SET status = 'online' WHERE id = $1`, [channel])
  await insertLostStart(db, channel, { at: now - 9_000_000, event: startEvent, title })
  const { rows } = await db.pool.query<{ user: string }>(
    'SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1',
    [channel],
  )
  const deep = `${'['.repeat(60)}1${']'.repeat(60)}`
  await insertDeliveries(api.services.history.store, 'test', [
    {
      ...{ source: 'kick', eventType: `${long.slice(0, 300)}${turned}`, channelUserId: rows[0]!.user, verified: true },
      ...{ outcome: 'MALFORMED', leftOut: 0, replay: false, receivedAt: now - 60_000, sentAt: now - 60_100 },
      ...{ messageId: 'hostile', reason: `${title} ${turned}` },
      ...{ headers: JSON.stringify([['kick-event-x', `<img src=x onerror=alert(1)>${turned}${title}`]]) },
      body: `{"html":"<script>alert(1)</script><b>bold</b>","turned":${JSON.stringify(turned)},"deep":${deep},"${title}":"${title}","much":[${Array.from({ length: 60_000 }, (_, n) => n)}],"text":"${'long '.repeat(150_000)}"}`,
    },
  ])
  await db.pool.query(
    `INSERT INTO dm.scrape_log (platform, endpoint, status, error, body, duration_ms, items, requested_at)
     VALUES ('kick', $1, 503, $2, $2, 12, 0, now())`,
    [`/${long.slice(0, 200)}`, title],
  )
  await api.ask(
    `mutation ($name: String!) { createApiKey(name: $name, role: PUBLIC) { __typename } }`,
    { name: title.slice(0, 90) },
    panelKeys.admin,
  )
  await db.pool.query('INSERT INTO public.streamers (name) VALUES ($1)', [title])
})
afterAll(() => panel[Symbol.asyncDispose]())

/** What makes the page wider than its window; nothing where it is not. */
const tooWide = ({ page }: PanelPage): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const wide = [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > clientWidth,
    )
    return [`${scrollWidth} of ${clientWidth}`, ...wide.slice(0, 9).map((one) => one.outerHTML.slice(0, 90))]
  })

const channel = `/channels/kick/${'w'.repeat(40)}`

describe('no place is wider than a telephone, whatever stands in it', () => {
  // One page goes to many places, because a new one has nothing in its cache.
  test.for<[string, () => string[]]>([
    [
      'lists of channels',
      () => [
        '/',
        '/channels',
        `/channels?q=${'w'.repeat(200)}`,
        `/channels?q=${'w'.repeat(90)}`,
        `/channels?q=${long}`,
        `/channels?track=@${'w'.repeat(90)}`,
        `/channels/${'w'.repeat(3_000)}/x`,
      ],
    ],
    [
      'a channel and its broadcast',
      () => [
        `${channel}?tab=chat&q=${long}`,
        channel,
        ...['names', 'events', 'deliveries', 'claims', 'watching', 'chat'].map((tab) => `${channel}?tab=${tab}`),
        `/sessions/${session}`,
        `/sessions/${session}?show=receipt`,
        `/compare?c=kick/${'w'.repeat(40)}`,
      ],
    ],
    [
      'deliveries and operations',
      () => [
        '/inbox',
        '/inbox?view=lost',
        `/inbox?type=${long}`,
        '/inbox?open=hostile',
        `/inbox?open=${long}`,
        '/operations',
        '/operations?view=calls',
        '/operations?view=archives',
      ],
    ],
    [
      'settings and the sign-in',
      () => [
        ...['configuration', 'keys', 'streamers', 'audit', 'erasures'].map((tab) => `/settings?tab=${tab}`),
        '/sign-in',
      ],
    ],
    ['what is nowhere', () => [`/nowhere/${long}`]],
  ])('%s', async ([name, pathsOf]) => {
    const [first, ...others] = pathsOf() as [string, ...string[]]
    const page = await panel.open(first, { ...admin, expected: name === 'what is nowhere' ? /404/ : undefined })
    await expect.poll(() => tooWide(page), { message: first }).toEqual([])
    for (const path of others) {
      await page.go(path)
      await expect.poll(() => tooWide(page), { message: path.slice(0, 60) }).toEqual([])
    }
  })
})

test('in a wide window a type of 5,000 characters in the address widens nothing', async () => {
  const page = await panel.open(`/inbox?type=${long}`, { ...admin, width: 1280 })
  expect(await tooWide(page)).toEqual([])
})

test('the body and the headers of a delivery are shown as they are written, and run nothing', async () => {
  const page = await panel.open('/inbox?open=hostile', { ...admin, width: 1280 })
  const opened = page.page.getByRole('complementary', { name: 'Delivery' })
  const payload = opened.getByRole('region', { name: 'Payload' })
  await payload.getByText('"<script>alert(1)</script><b>bold</b>"').waitFor()
  await payload.getByText('"gpj.\\u202eexe\\u001b[31m"').waitFor()
  await opened.getByText('<img src=x onerror=alert(1)>gpj.\\u202eexe').waitFor()
  expect(await opened.locator('img, script, b').count()).toBe(0)
  for (const unseen of ['\u202e', '\u001b']) expect(await opened.textContent()).not.toContain(unseen)
  // Of what is much there is a beginning, and the rest on demand.
  await payload.getByText('list of 60000').waitFor()
  expect(await payload.locator('li').count()).toBeLessThan(300)
  await payload.getByRole('button', { name: 'Show more of 60000' }).click()
  await payload.getByText('199', { exact: true }).first().waitFor()
  await payload.getByRole('button', { name: 'Show all 750000 characters' }).click()
  await payload.getByRole('button', { name: 'Show all 750000 characters' }).waitFor({ state: 'detached' })
  // Why it was not used, and what to do.
  await opened.getByText('It was not used because its headers or body cannot be read').waitFor()
  await opened.getByText('upgrade Channelscope, then replay it').waitFor()
})

describe('an address that is wrong leads to what can help', () => {
  const lost = /was answered 40|responded with a status of 40/
  test.each([
    ['/channels/kick/%E0%A4%A', 'This address names no channel', 'Search all channels', '/channels'],
    ['/channels/kick/id:nonsense', 'This address names no channel', 'Search all channels', '/channels'],
    ['/sessions/nonsense', 'There is no such broadcast', 'Show all channels', '/channels'],
    ['/sessions/%E0%A4%A', 'There is no such broadcast', 'Show all channels', '/channels'],
    ['/Channels', 'Page not found', 'Show who is live', '/'],
    ['/nowhere/%E0%A4%A', 'Page not found', 'Show who is live', '/'],
    [
      '/inbox?channel=nonsense',
      'The address asks for something impossible',
      'Show this page without filters',
      '/inbox',
    ],
    ['/inbox?open=nonsense&at=nonsense', 'This delivery is not kept', 'Back to the list', '/inbox'],
    [
      '/operations?view=calls&channel=nonsense',
      'The address asks for something impossible',
      'Show this page without filters',
      '/operations',
    ],
  ])('%s', async (path, said, action, next) => {
    const page = await panel.open(path, { key: panelKeys.admin, expected: lost })
    await page.page.getByText(said).first().waitFor()
    expect(await page.page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    await page.page.locator('main').getByText(action).first().click()
    await page.ready()
    expect(page.address).toBe(next)
  })
})

test('the reason of what is not known is told to a finger and to the keyboard', async () => {
  const page = await panel.open('/inbox', { ...admin, width: 1280 })
  const unknown = page.page.getByRole('button', { name: /^unknown: Only stream starts and ends/ }).first()
  await unknown.focus()
  await page.page.keyboard.press('Enter')
  const reason = page.page.getByRole('status').filter({ hasText: 'Only stream starts and ends' })
  await reason.waitFor()
  await page.checkAccessibility()
  await page.page.keyboard.press('Escape')
  await reason.waitFor({ state: 'detached' })
})
