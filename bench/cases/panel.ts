import { setTimeout as delay } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { silentLog } from '../../src/lib/log.ts'
import { encodeViewerNotices, viewerNoticeChannel } from '../../src/live/viewer-notice.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { measureMemory, openPage, openPanelBrowser, takeSeen } from '../support/panel-browser.ts'
import { measureSizes } from '../support/panel-size.ts'
import { fillChannels, startPostgres } from '../support/postgres-data.ts'
import { type ProjectServer, startProjectServer } from '../support/project-server.ts'
import { atMost, goal, type Report } from '../support/report.ts'
import { percentile } from '../support/statistics.ts'

const tracked = 5_000
const live = Array.from({ length: tracked / 10 }, (_, i) => BigInt((i + 1) * 10))
const slowed = 4
const changesEachSecond = 200
// Each of 500 live channels is counted once a minute.
const changesOfAnHour = live.length * 60

const watched = `INSERT INTO dm.probe_schedule (channel_id, live_viewers, live_started_at, last_live_at, interval_seconds, next_probe_at)
SELECT s.channel_id, (s.channel_id * 37) % 9000, s.started_at, now(), 3600, now() + interval '1 day'
FROM dm.stream_session s WHERE s.ended_at IS NULL`

let told = 0

/** Counts of channels, one after another, as a probe tells them. */
const tellCounts = async (db: Postgres, count: number): Promise<void> => {
  const samples = Array.from({ length: count }, () => {
    told += 1
    return [live[told % live.length]!, (told * 7919) % 20_000] as const
  })
  for (const rest of encodeViewerNotices({ observedAt: new Date(), samples }))
    await db.pool.query('SELECT pg_notify($1, $2)', [viewerNoticeChannel, `[${Number.MAX_SAFE_INTEGER},${rest}`])
}

const sizes = (): Report => {
  const { first, places } = measureSizes()
  const largest = Math.max(...places.values())
  return {
    title: 'JavaScript of the panel, in kB (brotli)',
    rows: [
      { variant: 'first view', values: { kB: first } },
      ...[...places].map(([name, kB]) => ({ variant: `and for ${name}`, values: { kB } })),
    ],
    goals: [
      goal('panel-first-view', 'JavaScript of the first view', first, atMost(150, 110), 'kB'),
      goal('panel-place', 'and for the largest place', largest, atMost(60), 'kB'),
    ],
  }
}

const usable = async (browser: Browser, url: string, { quick }: BenchContext): Promise<Report> => {
  const times: number[] = []
  for (let round = 0; round < (quick ? 3 : 9); round++) {
    const opened = await openPage(browser, url, slowed)
    times.push((await takeSeen(opened.page)).readyAt / 1_000)
    await opened.close()
  }
  const median = percentile(times, 0.5)
  return {
    title: `Live page after navigation, processor slowed ${slowed} times`,
    rows: [{ variant: '500 channels live', values: { 'median s': median, 'worst s': Math.max(...times) } }],
    goals: [goal('panel-usable', 'Live page usable', median, atMost(1.5), 's')],
  }
}

const busy = async (browser: Browser, url: string, db: Postgres, { quick }: BenchContext): Promise<Report> => {
  const opened = await openPage(browser, url)
  await takeSeen(opened.page)
  const until = performance.now() + (quick ? 10_000 : 30_000)
  await opened.page.mouse.move(600, 500)
  while (performance.now() < until) {
    await tellCounts(db, changesEachSecond / 4)
    await opened.page.keyboard.press('u')
    await opened.page.mouse.wheel(0, 300)
    await delay(250)
  }
  const { interactions, frames, late } = await takeSeen(opened.page)
  await opened.close()
  // Interactions that took less than 16 ms are not told.
  const p95 = interactions.length === 0 ? 16 : percentile(interactions, 0.95)
  const dropped = (100 * late) / frames
  return {
    title: `${tracked} channels tracked, ${changesEachSecond} changes a second`,
    rows: [{ variant: 'Live page', values: { 'interaction p95 ms': p95, 'frames dropped %': dropped } }],
    goals: [
      goal('panel-interaction', 'interaction to next paint, p95', p95, atMost(100), 'ms'),
      goal('panel-frames', 'dropped frames', dropped, atMost(2), '%'),
    ],
  }
}

/** A channel goes on, or off where it went on at an instant. Every tenth is on from the start. */
const change = async (db: Postgres, channelId: bigint, wentOnAt?: Date): Promise<Date> => {
  const at = new Date()
  const known = { channelId, at, receivedAt: at, source: 'webhook', details: {} } as const
  const evidence = { kind: 'silence', since: null } as const
  const seen = wentOnAt
    ? ({ kind: 'ended', startedAt: wentOnAt, endedAt: at } as const)
    : ({ kind: 'live', startedAt: at } as const)
  await db.transaction((tx) => applyStatus(tx, [{ ...known, evidence, ...seen }]))
  return at
}

/** Changes at their true pace: counts each second, and a channel that goes on or off each ten seconds. */
const passMinutes = async (db: Postgres, { minutes, signal }: BenchContext): Promise<void> => {
  let wentOnAt: Date | undefined
  for (let second = 0; second < minutes * 60; second++) {
    const next = delay(1_000, undefined, { signal })
    await tellCounts(db, Math.round(live.length / 60))
    if (second % 10 === 0) {
      const at = await change(db, BigInt(tracked - 1), wentOnAt)
      wentOnAt = wentOnAt ? undefined : at
    }
    await next
  }
}

const passHour = async (db: Postgres, { quick }: BenchContext): Promise<void> => {
  const changes = quick ? changesOfAnHour / 6 : changesOfAnHour
  for (let sent = 0; sent < changes; sent += live.length) {
    await tellCounts(db, live.length)
    await delay(100)
  }
}

const memory = async (browser: Browser, url: string, db: Postgres, context: BenchContext): Promise<Report> => {
  const { quick, minutes } = context
  const opened = await openPage(browser, url)
  await tellCounts(db, live.length * 2)
  await delay(2_000)
  const before = await measureMemory(opened)
  await (minutes > 0 ? passMinutes(db, context) : passHour(db, context))
  await delay(2_000)
  const after = await measureMemory(opened)
  await opened.close()
  const grown = after.heapMb - before.heapMb
  return {
    title:
      minutes > 0
        ? `${minutes} minutes on the live page`
        : `As many changes on the live page as in ${quick ? 'ten minutes' : 'an hour'}`,
    rows: [
      { variant: 'before', values: { 'heap MB': before.heapMb, nodes: before.nodes } },
      { variant: 'after', values: { 'heap MB': after.heapMb, nodes: after.nodes } },
    ],
    goals: [
      goal('panel-heap', 'growth of the heap', grown, atMost(10), 'MB'),
      goal('panel-nodes', 'growth of the document', after.nodes - before.nodes, atMost(200), 'nodes'),
    ],
  }
}

/** A channel goes on: from the commit to its row. */
const shown = async (browser: Browser, url: string, db: Postgres, { quick }: BenchContext): Promise<Report> => {
  const opened = await openPage(browser, url)
  // From here on it follows what changes.
  await opened.page
    .getByRole('status')
    .filter({ hasText: /^live data$/ })
    .waitFor()
  const times: number[] = []
  for (let n = 1; n <= (quick ? 5 : 20); n++) {
    await change(db, BigInt(n * 10 + 1))
    const committed = performance.now()
    // A row more, and one for the head.
    await opened.page.locator(`table[aria-rowcount="${live.length + n + 1}"]`).waitFor()
    times.push(performance.now() - committed)
  }
  await opened.close()
  const p95 = percentile(times, 0.95)
  return {
    title: 'A channel goes on: from the commit to the page',
    rows: [{ variant: 'Live page', values: { 'p50 ms': percentile(times, 0.5), 'p95 ms': p95 } }],
    goals: [goal('panel-shown', 'a change that a webhook brought is shown', p95, atMost(1_000), 'ms')],
  }
}

/** The server is killed and started again: from the moment that it is back to a page that shows what happened meanwhile. */
const resumed = async (
  browser: Browser,
  start: () => Promise<ProjectServer>,
  db: Postgres,
  { quick }: BenchContext,
): Promise<Report> => {
  const times: number[] = []
  let server = await start()
  const opened = await openPage(browser, server.url)
  try {
    await opened.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    const table = opened.page.getByRole('table')
    const count = async (): Promise<number> => Number(await table.getAttribute('aria-rowcount'))
    for (let n = 1; n <= (quick ? 2 : 5); n++) {
      const before = await count()
      await server.kill()
      await opened.page.getByText('reconnecting').waitFor()
      await change(db, BigInt(n * 10 + 2))
      server = await start()
      const back = performance.now()
      await opened.page.locator(`table[aria-rowcount="${before + 1}"]`).waitFor()
      times.push((performance.now() - back) / 1_000)
    }
    const isSamePage = await opened.page.evaluate(() => 'isSamePage' in globalThis)
    if (!isSamePage || (await opened.page.getByText('may be incomplete').count()) > 0)
      throw new Error('The page was loaded again, or misses something.')
  } finally {
    await opened.close()
    await server[Symbol.asyncDispose]()
  }
  const worst = Math.max(...times)
  return {
    title: 'The server is killed and started again',
    rows: [{ variant: 'from back to shown', values: { 'median s': percentile(times, 0.5), 'worst s': worst } }],
    goals: [goal('panel-resumed', 'the live page goes on after a restart, worst', worst, atMost(3), 's')],
  }
}

/** What the panel costs a browser, and how soon it shows what changes. */
export const panel: BenchCase = {
  name: 'panel',
  async *run(context) {
    yield sizes()
    await using stack = new AsyncDisposableStack()
    context.progress(`filling ${tracked} channels`)
    const postgres = stack.use(await startPostgres(`${context.directory}/panel-postgres`))
    await fillChannels(postgres, tracked, 2)
    await postgres.query(watched)
    const env = { DATABASE_URL: postgres.url, DATA_DIR: `${context.directory}/panel`, DEMO: 'off', WORKERS: '' }
    const server = stack.use(await startProjectServer(env))
    const db = stack.use(openPostgres({ url: postgres.url, log: silentLog, max: 4, connectTimeoutMs: 60_000 }))
    const browser = await openPanelBrowser()
    stack.defer(() => browser.close())
    context.progress('opening the live page')
    yield await usable(browser, server.url, context)
    context.progress('changes while somebody works')
    yield await busy(browser, server.url, db, context)
    context.progress('changes of an hour')
    yield await memory(browser, server.url, db, context)
    context.progress('channels go on')
    yield await shown(browser, server.url, db, context)
    context.progress('restarts')
    const { port } = new URL(server.url)
    await server[Symbol.asyncDispose]()
    yield await resumed(browser, () => startProjectServer({ ...env, PORT: port }), db, context)
  },
}
