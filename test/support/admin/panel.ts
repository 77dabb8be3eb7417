import axe from 'axe-core'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { readTrustedOperations, trustedOperationsFile } from '../../../src/guard/trusted-operations.ts'
import { openBrowser } from '../http/browser.ts'
import { startWholeApi } from '../http/whole-api.ts'
import { startFaultProxy } from '../lib/fault-proxy.ts'

/** Keys that tests type into pages: what a browser tells of its requests is no leak of the server. */
export const panelKeys = { admin: 'key-of-an-admin-in-a-browser', operator: 'key-of-an-operator-in-a-browser' }

/** What a browser says of a network that a test takes away: how it says it depends on what was under way. */
export const lostNetwork = /WebSocket|net::ERR_|could not ask/

export type PageOptions = {
  /** Left out, nobody is signed in. */
  key?: string
  theme?: 'light' | 'dark'
  width?: number
  height?: number
  zone?: string
  /** What may go wrong here, because the test makes it go wrong. */
  expected?: RegExp
}

type AxeResult = { violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }

/** Everything that went wrong in a page: errors of scripts and of the console, failed requests, and requests to another host. */
const watchProblems = (page: Page, origin: string, expected: RegExp | undefined): string[] => {
  const problems: string[] = []
  const note = (problem: string): void => {
    if (!expected?.test(problem)) problems.push(problem)
  }
  page.on('pageerror', (error) => note(`threw ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') note(`said ${message.text()}`)
  })
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url())
    if (protocol.startsWith('http') && asked !== origin) note(`asked another host: ${request.url()}`)
  })
  // A page that goes elsewhere gives up what it asked for.
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED') note(`could not ask ${request.url()}: ${reason}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) note(`was answered ${response.status()} by ${response.url()}`)
  })
  return problems
}

/** How long a page may take to show something, so that a test that waits in vain says for what. */
const patienceMs = 20_000

export class PanelPage {
  readonly page: Page
  readonly problems: string[]
  readonly #context: BrowserContext
  readonly #url: string

  constructor(context: BrowserContext, page: Page, url: string, expected: RegExp | undefined) {
    this.#context = context
    this.page = page
    this.#url = url
    this.problems = watchProblems(page, new URL(url).origin, expected)
  }

  get context(): BrowserContext {
    return this.#context
  }

  /** Goes to a path, and waits until the place says that it is ready. */
  async go(path: string): Promise<void> {
    await this.page.goto(this.#url + path)
    await this.ready()
  }

  async ready(): Promise<void> {
    await this.page.locator('main[data-ready="true"]').waitFor()
  }

  /** Waits until the page is connected to what changes: what has a cursor is not missed from here on. */
  async live(): Promise<void> {
    await this.page
      .getByRole('status')
      .filter({ hasText: /^live data$/ })
      .waitFor()
  }

  /** Tells something until the page shows it. Counts and chat have no cursor: they reach only who follows them already. */
  async shows(what: Locator, tell: () => Promise<void>): Promise<void> {
    await expect
      .poll(
        async () => {
          await tell()
          return what.count()
        },
        { timeout: patienceMs },
      )
      .toBeGreaterThan(0)
  }

  /** As somebody who comes back to the tab: what is asked for every few seconds is asked for at once. */
  async comeBack(): Promise<void> {
    await this.page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')))
  }

  /** Waits until this text has the focus. */
  async focusIs(text: string): Promise<void> {
    const focused = () =>
      this.page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent)
    await expect.poll(focused).toContain(text)
  }

  /** The path with its question. */
  get address(): string {
    const { pathname, search } = new URL(this.page.url())
    return pathname + search
  }

  /** What axe finds that is serious or critical, by some of its rules or by all; `where` stands before it. */
  async checkAccessibility({ where, rules }: { where?: string; rules?: string[] | undefined } = {}): Promise<void> {
    if (!(await this.page.evaluate(() => 'axe' in globalThis))) await this.page.evaluate(axe.source)
    const { violations } = await this.page.evaluate(
      (runOnly) =>
        (globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe.run(
          runOnly ? { runOnly } : {},
        ),
      rules,
    )
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(
      serious.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`)),
      where,
    ).toEqual([])
  }

  /** The same of the page as it is, wide and narrow, in light and dark; and nothing is wider than the window. */
  async checkLooks(): Promise<void> {
    const where = this.address
    for (const [width, schemes] of [
      [1280, ['light', 'dark']],
      [360, ['dark', 'light']],
    ] as const) {
      await this.page.setViewportSize({ width, height: 800 })
      for (const colorScheme of schemes) {
        await this.page.emulateMedia({ colorScheme })
        // What is where does not depend on colours.
        const rules = colorScheme === 'light' ? undefined : ['color-contrast']
        await this.checkAccessibility({ where: `${where} ${colorScheme} ${width}`, rules })
      }
      const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(wider, where).toBeLessThanOrEqual(0)
    }
  }

  /** Closes the page, and fails where anything went wrong in it. */
  async close(): Promise<void> {
    await this.#context.close()
    expect(this.problems).toEqual([])
  }
}

/** A browser and pages of the panel at a server. */
export const openPanel = async (url: string) => {
  const browser: Browser = await openBrowser()
  return {
    browser,
    /** A page of its own, which is closed and judged at the end of the test. */
    async open(path: string, options: PageOptions = {}): Promise<PanelPage> {
      const { key, theme = 'light', width = 1280, height = 800, zone = 'Europe/Berlin', expected } = options
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        timezoneId: zone,
        locale: 'en-GB',
      })
      context.setDefaultTimeout(patienceMs)
      const page = await context.newPage()
      if (key) await page.addInitScript((value) => sessionStorage.setItem('channelscope.key', value), key)
      const opened = new PanelPage(context, page, url, expected)
      onTestFinished(() => opened.close())
      await opened.go(path)
      return opened
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** The API with both stores, the panel that it serves, and a browser in front of a network that can fail. */
export const startPanel = async (options: Parameters<typeof startWholeApi>[0] = {}) => {
  await using opened = new AsyncDisposableStack()
  const whole = opened.use(
    await startWholeApi({
      keys: panelKeys,
      // As a careful operator has it: the panel sends no document that is not trusted.
      manifest: readTrustedOperations(trustedOperationsFile, 'only'),
      trustedOperations: 'only',
      ...options,
    }),
  )
  const { hostname, port } = new URL(whole.api.url)
  const network = opened.use(await startFaultProxy({ host: hostname, port: Number(port) }))
  const url = `http://127.0.0.1:${network.port}`
  const panel = opened.use(await openPanel(url))
  const stack = opened.move()
  return { ...whole, url, network, open: panel.open, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

export type Panel = Awaited<ReturnType<typeof startPanel>>
