import { once } from 'node:events'
import fs from 'node:fs/promises'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import path from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { panelPlaces } from '../../../src/http/routes/panel.ts'
import { operatorKey, startTestApi, type TestApi } from '../../support/http/api.ts'
import { openBrowser } from '../../support/http/browser.ts'
import { sendRaw } from '../../support/http/raw-http.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

let database: TestDatabase
let api: TestApi
let closed: TestApi
let script: string

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
  closed = await startTestApi({
    db: database.db,
    publicAccess: 'none',
    trustedOperations: 'only',
    introspection: 'off',
  })
  script = /src="(\/assets\/[^"]+\.js)"/.exec(await fs.readFile('admin/dist/index.html', 'utf8'))![1]!
})
afterAll(async () => {
  await closed[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Seen = { status: number; headers: IncomingMessage['headers']; bytes: Buffer }

/** Asks with just these headers; fetch has some of its own and takes encodings apart. */
const ask = async (url: string, place: string, headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<Seen> => {
  const sent = request(new URL(place, url), { method, headers, agent: false }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return {
    status: response.statusCode!,
    headers: response.headers,
    bytes: Buffer.concat((await response.toArray()) as Buffer[]),
  }
}

const html = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const page = () => fs.readFile('admin/dist/index.html')
const exampleOf = (place: string) => place.replace(':platform', 'kick').replace(':slug', 'one').replace(':id', '7')

test('the places that the server knows are those of the panel', async () => {
  const router = await fs.readFile('admin/src/app/router.tsx', 'utf8')
  const paths = [...router.matchAll(/\bpath: '([^']+)'/g)].map(([, path]) => path!.replaceAll('$', ':'))
  expect([...panelPlaces].sort()).toEqual(paths.sort())
})

describe('the page of the panel', () => {
  test.each(panelPlaces)('is at %s, also where nobody may ask anything without a key', async (place) => {
    for (const { url } of [api, closed])
      for (const headers of [{}, html, { Accept: 'text/html' }]) {
        const { status, headers: told, bytes } = await ask(url, `${exampleOf(place)}?range=now-6h`, headers)
        expect([status, told['content-type'], bytes.equals(await page())]).toEqual([
          200,
          'text/html; charset=utf-8',
          true,
        ])
      }
  })

  test.each(['/channels/', '/channels//', '/channels/kick/one//'])('is at %s, as the panel reads it', async (place) => {
    expect((await ask(api.url, `${api.url}${place}`, html)).status).toBe(200)
  })

  test.each(['/nothing', '/channels/kick', '/channels/kick/one/more', '/sessions/', '/assets/gone.js', '//', '/Inbox'])(
    'is not found at %s by a browser, and JSON says so to anybody else',
    async (place) => {
      const shown = await ask(api.url, `${api.url}${place}`, html)
      expect([shown.status, shown.bytes.equals(await page())]).toEqual([404, true])
      for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json' }]) {
        const { status, bytes } = await ask(api.url, `${api.url}${place}`, headers)
        expect([status, JSON.parse(bytes.toString()).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND'])
      }
    },
  )

  test('is no answer to who takes no HTML', async () => {
    for (const place of panelPlaces)
      expect((await ask(api.url, exampleOf(place), { Accept: 'application/json' })).status).toBe(404)
  })

  test('is asked for again each time, and sent only where it is another', async () => {
    const first = await ask(api.url, '/', html)
    expect(first.headers).toMatchObject({
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      vary: 'Accept, Accept-Encoding',
    })
    const tag = first.headers.etag!
    for (const known of [tag, `"other", ${tag}`, '*']) {
      const again = await ask(api.url, '/inbox', { ...html, 'If-None-Match': known })
      expect([again.status, again.bytes.length, again.headers.etag]).toEqual([304, 0, tag])
      expect(again.headers['content-security-policy']).toBe(first.headers['content-security-policy'])
    }
    expect((await ask(api.url, '/', { ...html, 'If-None-Match': '"other"' })).status).toBe(200)
    // Whoever has the page shall not take it for a place that is there.
    expect((await ask(api.url, '/nothing', { ...html, 'If-None-Match': tag })).status).toBe(404)
  })

  test('leaves the other paths to those who have them', async () => {
    expect((await ask(api.url, '/graphql', html)).bytes.toString()).toContain('/graphiql.js')
    expect(JSON.parse((await ask(api.url, '/health', html)).bytes.toString())).toEqual({ status: 'ok' })
    expect((await ask(closed.url, '/graphql', { ...html, Authorization: `Bearer ${operatorKey}` })).status).toBe(404)
  })

  test('runs in a browser at each of its places, and does nothing there that the policy forbids', async () => {
    const browser = await openBrowser()
    try {
      const shown = await browser.newPage()
      const forbidden: unknown[] = []
      await shown.exposeFunction('tellForbidden', (what: unknown) => forbidden.push(what))
      await shown.addInitScript(() => {
        const { tellForbidden } = window as unknown as { tellForbidden(what: unknown): void }
        document.addEventListener('securitypolicyviolation', (violation) => {
          const { violatedDirective, blockedURI, sourceFile, sample } = violation
          tellForbidden({ place: location.pathname, violatedDirective, blockedURI, sourceFile, sample })
        })
      })
      for (const place of panelPlaces) {
        await shown.goto(`${api.url}${exampleOf(place)}`)
        await shown.locator('main').waitFor()
      }
      const opened = await shown.evaluate(
        (url) =>
          new Promise((resolve) => {
            const socket = new WebSocket(url, 'graphql-transport-ws')
            socket.onopen = () => resolve('open')
            socket.onerror = () => resolve('error')
          }),
        `${api.url.replace('http', 'ws')}/graphql`,
      )
      expect(opened).toBe('open')
      expect(forbidden).toEqual([])
      // The policy is there, and what it forbids is told.
      await shown.evaluate(() => {
        document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))
      })
      await expect.poll(() => forbidden).toMatchObject([{ violatedDirective: 'style-src-elem' }])
    } finally {
      await browser.close()
    }
  })
})

describe('a file of the panel', () => {
  test('is kept by browsers for good where its name changes with it', async () => {
    const { status, headers } = await ask(api.url, script)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    })
    expect((await ask(api.url, script, { 'If-None-Match': headers.etag! })).status).toBe(304)
    const icon = await ask(api.url, '/icon.svg')
    expect([icon.headers['content-type'], icon.headers['cache-control']]).toEqual([
      'image/svg+xml; charset=utf-8',
      'no-cache',
    ])
  })

  test.each<[string | undefined, string | undefined]>([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['identity', undefined],
    ['gzip;q=0, *;q=0', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is sent to who takes %s as %s', async (accepted, encoding) => {
    const whole = await fs.readFile(`admin/dist${script}`)
    const { headers, bytes } = await ask(api.url, script, accepted === undefined ? {} : { 'Accept-Encoding': accepted })
    expect(headers['content-encoding']).toBe(encoding)
    expect(Number(headers['content-length'])).toBe(bytes.length)
    const plain = { br: brotliDecompressSync, gzip: gunzipSync }[encoding as 'br']?.(bytes) ?? bytes
    expect(plain.equals(whole)).toBe(true)
    if (encoding) expect(bytes.length).toBeLessThan(whole.length / 2)
  })

  test('has the same head for HEAD, and no body', async () => {
    for (const place of ['/', script]) {
      const headers = { ...html, 'Accept-Encoding': 'br' }
      const [got, head] = [await ask(api.url, place, headers), await ask(api.url, place, headers, 'HEAD')]
      const without = ({ headers: { date, 'x-request-id': id, ...others } }: Seen) => [others, typeof date, typeof id]
      expect(without(head)).toEqual(without(got))
      expect(head.bytes.length).toBe(0)
    }
  })

  test('is asked for by GET', async () => {
    for (const place of ['/', '/inbox', '/icon.svg', script])
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const { status, headers } = await ask(api.url, place, html, method)
        expect([place, method, status, headers.allow]).toEqual([place, method, 405, 'GET, HEAD'])
      }
    expect((await ask(api.url, '/nothing', html, 'POST')).status).toBe(404)
  })

  test.each([
    '/assets/../../package.json',
    '/../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/....//....//package.json',
    '/assets\\..\\..\\package.json',
    '/.sources',
    '/.vite/manifest.json',
    '/index.html',
    '/index.html.br',
    '/assets',
    '/assets/',
    '/constructor',
    'http://127.0.0.1/icon.svg',
  ])('is nothing but what was built for browsers: %s', async (place) => {
    const { status, body } = await sendRaw(api.port, [`GET ${place} HTTP/1.1`, 'Host: localhost'])
    expect([status, JSON.parse(body).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('a folder', () => {
  test('without a build is a page that says how to make one, and with one serves it from then on', async () => {
    await using folder = await temporaryDirectory('panel')
    await using server = await startTestApi({ db: database.db, panelDirectory: path.join(folder.path, 'dist') })
    const missing = await ask(server.url, '/', html)
    expect([missing.status, missing.headers['cache-control']]).toEqual([503, 'no-store'])
    expect(missing.bytes.toString()).toContain('npm run build')
    expect((await ask(server.url, '/assets/index.js')).status).toBe(404)

    const put = async (text: string) => {
      const made = path.join(folder.path, text)
      await fs.mkdir(path.join(made, 'assets'), { recursive: true })
      await fs.writeFile(path.join(made, 'index.html'), text)
      await fs.writeFile(path.join(made, 'assets', `${text}-12345678.js`), text)
      await fs.rm(path.join(folder.path, 'dist'), { recursive: true, force: true })
      // Meanwhile there is none, and what was read before is still whole.
      const between = (await ask(server.url, '/', html)).bytes.toString()
      await fs.rename(made, path.join(folder.path, 'dist'))
      return between
    }
    await put('first')
    expect((await ask(server.url, '/', html)).bytes.toString()).toBe('first')
    expect(await put('other')).toBe('first')
    expect((await ask(server.url, '/', html)).bytes.toString()).toBe('other')
    expect((await ask(server.url, '/assets/other-12345678.js')).bytes.toString()).toBe('other')
    expect((await ask(server.url, '/assets/first-12345678.js')).status).toBe(404)
  })
})
