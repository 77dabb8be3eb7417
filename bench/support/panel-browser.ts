import chromium from '@sparticuz/chromium'
import { type Browser, type CDPSession, chromium as launcher, type Page } from 'playwright-core'

/** A page of the panel, with what the browser tells of its work. */
export type PanelPage = { page: Page; session: CDPSession; close(): Promise<void> }

export const openPanelBrowser = async (): Promise<Browser> =>
  launcher.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox'], headless: true })

// Runs in the page before anything of it: when it was ready, how long interactions took, how many frames were late.
const watch = (): void => {
  const seen = { readyAt: 0, interactions: [] as number[], frames: 0, late: 0 }
  Object.assign(globalThis, { seen })
  const look = (): void => {
    if (document.querySelector('main[data-ready="true"]')) seen.readyAt = performance.now()
    else requestAnimationFrame(look)
  }
  addEventListener('DOMContentLoaded', look)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[])
      if (entry.interactionId) seen.interactions.push(entry.duration)
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
  let last = 0
  const frame = (at: number): void => {
    const missed = last === 0 ? 0 : Math.round((at - last) / (1_000 / 60)) - 1
    seen.frames += 1 + Math.max(0, missed)
    seen.late += Math.max(0, missed)
    last = at
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

export type Seen = { readyAt: number; interactions: number[]; frames: number; late: number }

/** Goes to a path with a processor that is slowed down so many times, and waits until the place is ready. */
export const openPage = async (browser: Browser, url: string, slowed = 1): Promise<PanelPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowed })
  await page.addInitScript(watch)
  await page.goto(url)
  await page.locator('main[data-ready="true"]').waitFor({ timeout: 60_000 })
  return { page, session, close: () => context.close() }
}

/** What the page has seen since it was opened or asked last. */
export const takeSeen = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: Seen }
    const taken = { ...seen, interactions: [...seen.interactions] }
    Object.assign(seen, { interactions: [], frames: 0, late: 0 })
    return taken
  })

/** Megabytes of the heap after a collection, and nodes of the document. */
export const measureMemory = async ({ session }: PanelPage): Promise<{ heapMb: number; nodes: number }> => {
  await session.send('Performance.enable')
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (name: string): number => metrics.find((metric) => metric.name === name)!.value
  return { heapMb: of('JSHeapUsedSize') / 1e6, nodes: of('Nodes') }
}
