import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as launcher, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphiqlTabs } from '../../src/http/graphiql-tabs.ts'

let stop: () => Promise<void>
let browser: Browser
let page: Page
let url: string
const foreign: string[] = []
const errors: string[] = []

beforeAll(async () => {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'channelscope-browser-'))
  await fs.chmod(dataDir, 0o755)
  const app = spawn(process.execPath, ['bin/channelscope.cjs', 'start'], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error', POLL_INTERVAL_SECONDS: '2' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stop = async () => {
    const exited = once(app, 'exit')
    app.kill('SIGINT')
    await exited
    await fs.rm(dataDir, { recursive: true, force: true })
  }
  for await (const line of createInterface(app.stdout)) {
    url = /GraphiQL +(http\S+)/.exec(line)?.[1] ?? url
    if (url) break
  }
  app.stdout.resume()
  browser = await launcher.launch({ executablePath: await chromium.executablePath(), args: chromium.args, headless: true })
  page = await browser.newPage({ viewport: { width: 1280, height: 760 } })
  const { origin } = new URL(url)
  page.on('request', (request) => {
    const target = request.url().replace(/^blob:/, '')
    if (!target.startsWith(origin) && !target.startsWith('data:')) foreign.push(target)
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
})

afterAll(async () => {
  await browser?.close()
  await stop?.()
})

/** The answer pane's text once it shows data, whitespace removed. */
const answer = async (): Promise<string> => {
  const pane = page.locator('.graphiql-response')
  await expect.poll(async () => (await pane.innerText()).replace(/\s/g, ''), { timeout: 25_000 }).toContain('"data"')
  return (await pane.innerText()).replace(/\s/g, '')
}

const names = graphiqlTabs(0).map(({ query }) => /\b(?:query|subscription) (\w+)/.exec(query)![1]!)

test.each(names)('the tab %s answers with data', async (name) => {
  const socket = page.waitForEvent('websocket', { timeout: 0 }).catch(() => null)
  await page.getByRole('tab', { name, exact: true }).click({ timeout: 25_000 })
  await page.locator('.graphiql-execute-button').click()
  expect(await answer()).not.toContain('"errors"')
  if (!name.endsWith('Live')) return
  expect(await socket, 'a subscription opens a WebSocket').not.toBeNull()
  await page.locator('.graphiql-execute-button').click()
})

test('the page asks no other host for anything and throws nothing', () => {
  expect(foreign).toEqual([])
  expect(errors).toEqual([])
})
