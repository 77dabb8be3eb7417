import { once } from 'node:events'
import http from 'node:http'
import v8 from 'node:v8'
import vm from 'node:vm'
import { expect, test } from 'vitest'
import { download, stalledReader } from '../../support/http/download.ts'
import { asOperator, errorOf, exportApi, range } from '../../support/http/export-api.ts'
import type { ExportServer } from '../../support/http/export-server.ts'

/** 60 MB of CSV: more than twice what may be in memory. */
const probes = 500_000
const api = exportApi({ probes })
const { start } = api

/** Nothing here is about how long it takes. */
const soon = { timeout: 15_000 }

/** The metrics of exports. */
const counts = async ({ metrics }: ExportServer): Promise<string> =>
  (await metrics.text()).replace(/^(?!exports?_).*\n/gm, '')

const begun = (server: ExportServer) =>
  expect.poll(() => counts(server), soon).toMatch(/export_rows_total\{kind="viewers"\} [1-9]/)

const idle = () => expect.poll(() => api.store.stats().heavy, soon).toMatchObject({ running: 0, queued: 0 })

test('half a million rows go through a slow reader in flat memory, and hold no slot of the engine meanwhile', async () => {
  v8.setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc') as () => void
  const used = () => {
    // Buffers that one collection found to be garbage are given back by the time of the next.
    collect()
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const server = await start()
  const before = used()
  let [bytes, most, held] = [0, 0, 0]
  const request = http.get(`${server.url}/export/viewers?username=xqc&format=csv&${range}`)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const steps = Math.floor(bytes / 10e6)
    bytes += chunk.length
    if (Math.floor(bytes / 10e6) > steps) most = Math.max(most, used() - before)
    held = Math.max(held, api.store.stats().heavy.running)
  }
  expect(bytes).toBeGreaterThan(40e6)
  expect(most).toBeLessThan(24e6)
  expect(held).toBeLessThanOrEqual(1)
  expect(await counts(server)).toContain(`export_rows_total{kind="viewers"} ${probes}\n`)
})

test('a stalled reader is cut, visibly, and gives everything back', async () => {
  const server = await start({ limits: { stallMs: 200 } })
  const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`)
  await expect.poll(() => counts(server), soon).toMatch(/exports_total\{kind="viewers",outcome="cut"\} 1\n/)
  const { text, error } = await reader.rest()
  expect(error === 'ECONNRESET' || !text.endsWith('\r\n0\r\n\r\n')).toBe(true)
  expect(text).not.toContain('X-Row-Count: ')
  await idle()
})

test('a reader who goes away ends the work at once', async () => {
  const server = await start()
  const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`)
  await begun(server)
  reader.socket.destroy()
  await expect.poll(() => counts(server), soon).toMatch(/exports_total\{kind="viewers",outcome="left"\} 1\n/)
  expect(await counts(server)).toMatch(/exports_running 0\n/)
  await idle()
})

test.each(['1.1', '1.0'] as const)(
  'an engine that fails in mid-stream is seen by a client of HTTP/%s',
  async (version) => {
    const server = await start()
    const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`, version)
    await begun(server)
    await api.store.command('RENAME TABLE kick_streamer_probe TO away')
    try {
      const { text, error } = await reader.rest()
      expect(text.slice(0, 15)).toBe('HTTP/1.1 200 OK')
      expect(text).not.toContain('X-Row-Count: ')
      // Where there are no chunks only the reset says it.
      if (version === '1.0') expect(error).toBe('ECONNRESET')
      else expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false)
    } finally {
      await api.store.command('RENAME TABLE away TO kick_streamer_probe')
    }
    expect(await counts(server)).toMatch(/exports_total\{kind="viewers",outcome="cut"\} 1\n/)
    await idle()
  },
)

test('an engine that fails before the first byte is an error with a status', async () => {
  const { url } = await start()
  await api.store.command('RENAME TABLE kick_streamer_probe TO away')
  try {
    expect((await download(`${url}/export/viewers?username=xqc&${range}`)).status).toBe(500)
  } finally {
    await api.store.command('RENAME TABLE away TO kick_streamer_probe')
  }
})

test('a server that stops cuts what it sends, visibly', async () => {
  const server = await start()
  const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`)
  await begun(server)
  await server[Symbol.asyncDispose]()
  const { text } = await reader.rest()
  expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false)
  expect(text).not.toContain('X-Row-Count: ')
  await idle()
})

test('a caller has a share of the places, and who finds none free is told when to come back', async () => {
  const server = await start({ limits: { places: 1, waiting: 0, perCaller: 2 } })
  const path = `/export/viewers?username=xqc&${range}`
  const reader = stalledReader(server.port, path)
  await expect.poll(() => counts(server), soon).toMatch(/exports_running 1\n/)
  const full = await download(`${server.url}${path}`)
  expect([full.status, full.headers['retry-after'], errorOf(full.body)]).toEqual([
    503,
    '10',
    'UNAVAILABLE: All 1 places for exports are taken: try again later.',
  ])
  reader.socket.destroy()
  await expect.poll(() => counts(server), soon).toMatch(/exports_running 0\n/)
  const roomy = await start({ limits: { perCaller: 1 } })
  const first = stalledReader(roomy.port, path, '1.1', asOperator)
  await expect.poll(() => counts(roomy), soon).toMatch(/exports_running 1\n/)
  const second = await download(`${roomy.url}${path}`, asOperator)
  expect([second.status, errorOf(second.body)]).toEqual([429, 'RATE_LIMITED: A caller may have 1 exports at a time.'])
  expect((await download(`${roomy.url}/export/sessions?username=xqc&${range}`)).status).toBe(200)
  first.socket.destroy()
  await expect
    .poll(async () => (await download(`${roomy.url}/export/sessions?username=xqc&${range}`, asOperator)).status, soon)
    .toBe(200)
})

test('exports count against the rate of a caller', async () => {
  const { url } = await start({ rates: { perAddress: 1, perKey: 25 } })
  const path = `${url}/export/sessions?username=xqc&${range}`
  expect((await download(path, asOperator)).status).toBe(200)
  const refused = await download(path, asOperator)
  expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, expect.any(Number)])
})
