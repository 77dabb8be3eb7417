import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, get, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { silentLog } from '../../src/lib/log.ts'
import { takeLeaks } from '../support/access/canary.ts'

const key = process.env.ADMIN_KEY!

/** A server that tells what it must not, and what a client of it sees. */
const withServer = async (
  listener: RequestListener,
  work: (url: string, port: number) => Promise<void>,
): Promise<void> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.send(`{"type":"next","payload":"${key}"}`))
  const { port } = server.address() as AddressInfo
  try {
    await work(`http://127.0.0.1:${port}`, port)
  } finally {
    for (const client of sockets.clients) client.terminate()
    sockets.close()
    server.closeAllConnections()
    server.close()
  }
}

const caught = (where: RegExp): void => {
  const leaks = takeLeaks()
  expect(leaks.length).toBeGreaterThan(0)
  for (const leak of leaks) {
    expect(leak.where).toMatch(where)
    expect(leak.text).toContain('canary')
  }
}

const leaking: RequestListener = (request, response) => {
  if (request.url === '/header') response.setHeader('X-Debug', key)
  if (request.url === '/pieces') {
    response.write(`{"error":"${key.slice(0, 3)}`)
    setTimeout(() => response.end(`${key.slice(3)}"}`), 20)
    return
  }
  response.end(request.url === '/body' ? `{"error":"the key ${request.headers.authorization} is wrong"}` : 'nothing')
}

describe('a secret that comes out is seen', () => {
  for (const path of ['/body', '/header', '/pieces'])
    test(`in an answer: ${path}`, () =>
      withServer(leaking, async (url) => {
        await (await fetch(url + path, { headers: { authorization: key } })).text()
        caught(/^an answer from port/)
      }))

  test('in an answer to the client of node:http, and to a bare socket', () =>
    withServer(leaking, async (url, port) => {
      const [response] = await once(get(`${url}/header`), 'response')
      response.resume()
      await once(response, 'end')
      caught(/^an answer from port/)
      const socket = connect(port, '127.0.0.1').resume()
      socket.write('GET /header HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      await once(socket, 'close')
      caught(/^an answer from port/)
    }))

  test('in a message of a WebSocket', () =>
    withServer(leaking, async (url) => {
      const socket = new WebSocket(url.replace('http', 'ws'))
      await once(socket, 'message')
      socket.terminate()
      caught(/^an answer from port/)
    }))

  for (const stream of ['log', 'error'])
    test(`in what a process prints, console.${stream}`, async () => {
      const child = spawn(process.execPath, ['-e', `console.${stream}(process.env.JWT_SECRET)`], { stdio: 'pipe' })
      for (const output of [child.stdout, child.stderr]) output.resume()
      await once(child, 'close')
      caught(/^the output of a process$/)
    })

  test('in what a process prints past the test', async () => {
    const script = 'console.error(process.env.JWT_SECRET)'
    await once(spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit'] }), 'close')
    caught(/^the output of a process$/)
  })

  test('in a line of the log of a part that runs here', () => {
    silentLog.debug({ given: process.env.CONFIG_KEYS }, 'read the settings')
    silentLog.child({ part: 'jobs' }).warn({ err: new Error(`wrong: ${key}`) }, 'failed')
    caught(/^a line of a log$/)
  })
})

test('a question may hold a secret, and an answer without one is no leak', () =>
  withServer(leaking, async (url) => {
    await (await fetch(url, { headers: { authorization: key } })).text()
    silentLog.info({ authorization: key, request: { headers: { cookie: key } } }, 'asked')
    expect(takeLeaks()).toEqual([])
  }))
