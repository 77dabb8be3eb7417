import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphiqlTabs } from '../../../src/http/routes/graphiql-tabs.ts'
import { startTestApi, type TestApi } from '../../support/http/api.ts'
import { openBrowser } from '../../support/http/browser.ts'
import { openTestClickHouse } from '../../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { seed } from '../../support/stores/seed.ts'

let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
let browser: Browser
let page: Page
const foreign: string[] = []
const complaints: string[] = []
const sockets: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  history = await openTestClickHouse()
  await seed(database.db).fullChannels(5)
  const services = { history: { store: history.store, env: 'test', completeThrough: () => new Date(), lost: () => [] } }
  api = await startTestApi({ db: database.db, services })
  browser = await openBrowser()
  page = await (await browser.newContext()).newPage()
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(api.url)) foreign.push(request.url())
  })
  page.on('websocket', (socket) => sockets.push(socket.url()))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${api.url}/graphql`)
  await page.locator('.graphiql-tab').nth(5).waitFor()
})

afterAll(async () => {
  await browser?.close()
  await api?.[Symbol.asyncDispose]()
  await history?.[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

test('GraphiQL opens with its tabs, from this server alone', async () => {
  expect(await page.locator('.graphiql-tab').count()).toBe(graphiqlTabs.length)
  expect(await page.title()).toBe('Channelscope')
  const back = page.getByRole('link', { name: 'Back to the panel' })
  expect(await back.getAttribute('href')).toBe('/')
  expect(await back.isVisible()).toBe(true)
  // It takes its place from GraphiQL, and does not push its foot out of the window.
  expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true)
})

const names = graphiqlTabs.map(({ query }) => /^(?:query|subscription) (\w+)/m.exec(query)![1]!)

test.each(names.map((name, index) => [name, index] as const))('the tab %s answers with data', async (name, index) => {
  const answer = page.locator('.result-window .view-lines')
  await page.locator('.graphiql-tab-button').nth(index).click()
  // The editor shows this tab, and the answer of the one before is gone.
  await page.locator('.graphiql-query-editor .view-lines', { hasText: name }).waitFor()
  await expect.poll(() => answer.textContent()).not.toContain('data')
  // It looks for the operations of the document a moment after the editor has changed, and keeps the text then.
  await expect.poll(() => page.evaluate("localStorage.getItem('graphiql:query')")).toContain(` ${name}`)
  await page.locator('.graphiql-execute-button').click()
  if (name === 'ViewersLive') {
    // It waits for the next sample, which nobody takes here.
    await page.locator('.graphiql-execute-button[aria-label^="Stop"]').waitFor()
    expect(await answer.textContent()).not.toContain('errors')
  } else {
    await expect.poll(() => answer.textContent(), { timeout: 15_000 }).toContain('"data"')
    expect(await answer.textContent()).not.toContain('"errors"')
  }
  // A subscription goes on until it is stopped.
  const stop = page.locator('.graphiql-execute-button[aria-label^="Stop"]')
  if (await stop.count()) await stop.click()
})

test('an address with a query and its variables opens them in a tab of their own', async () => {
  const query = 'query Asked($slug: String!) {\n  channel(slug: $slug) {\n    slug\n  }\n}'
  const variables = JSON.stringify({ slug: 'nobody-has-this' }, null, 2)
  const address = `${api.url}/graphql?${new URLSearchParams({ query, variables })}`
  const opensAsked = async (context: BrowserContext, others: number): Promise<void> => {
    const asked = await context.newPage()
    asked.on('pageerror', (error) => complaints.push(error.message))
    await asked.goto(address)
    await asked.locator('.graphiql-tab-active', { hasText: 'Asked' }).waitFor()
    expect(await asked.locator('.graphiql-tab').count()).toBe(others + 1)
    await asked.locator('.graphiql-editor-tool .view-lines', { hasText: 'nobody-has-this' }).waitFor()
    await asked.locator('.graphiql-execute-button').click()
    const answer = asked.locator('.result-window .view-lines')
    await expect.poll(() => answer.textContent(), { timeout: 15_000 }).toMatch(/"channel":\s*null/)
    expect(new URL(asked.url()).searchParams.has('variables')).toBe(false)
    await asked.close()
  }
  // Beside the tabs of an earlier visit, and at the first one.
  await opensAsked(page.context(), graphiqlTabs.length)
  const first = await browser.newContext()
  await opensAsked(first, graphiqlTabs.length)
  await first.close()
})

test('the key in the headers of a tab is sent over WebSocket too', async () => {
  const [frames, connected] = [[] as string[], Promise.withResolvers<void>()]
  page.once('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      frames.push(String(payload))
      if (frames.length === 1) connected.resolve()
    })
  })
  await page.locator('.graphiql-tab-button').nth(names.indexOf('ViewersLive')).click()
  await page.locator('.graphiql-query-editor .view-lines', { hasText: 'ViewersLive' }).waitFor()
  await page.locator('.graphiql-editor-tools button', { hasText: 'Headers' }).click()
  await page.locator('.graphiql-editor-tool .view-lines').nth(1).click()
  await page.keyboard.insertText('{"Authorization": "Bearer a key"}')
  await page.locator('.graphiql-execute-button').click()
  await connected.promise
  expect(JSON.parse(frames[0]!)).toEqual({
    type: 'connection_init',
    payload: { authorization: 'Bearer a key' },
  })
  // The server knows no such key.
  await expect.poll(() => page.locator('.result-window .view-lines').textContent()).toContain('errors')
})

test('subscriptions went over WebSocket', () => {
  expect(new Set(sockets)).toEqual(new Set([`${api.url.replace('http', 'ws')}/graphql`]))
})

test('nothing was asked of another host, and the policy of the page was broken by nothing', () => {
  expect(foreign).toEqual([])
  expect(complaints).toEqual([])
})
