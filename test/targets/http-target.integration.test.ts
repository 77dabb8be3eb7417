import { once } from 'node:events'
import { createServer } from 'node:https'
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { openTarget } from '../../src/targets/open-target.ts'
import { createSigningKey } from '../../src/targets/signing-keys.ts'
import { eventually } from '../support/lib/eventually.ts'
import { freePort } from '../support/lib/free-port.ts'
import type { Reply } from '../support/platforms/scripted-http.ts'
import { alertMessage, first } from '../support/targets/alert-message.ts'
import { believeCertificate, certificate } from '../support/targets/certificate.ts'
import { startReceiver } from '../support/targets/receiver.ts'

const key = createSigningKey('v1')

const openAt = (url: string, { authorization, ...options }: { authorization?: string; timeoutMs?: number } = {}) =>
  openTarget(
    'http',
    {},
    { url, signingKeys: [key], authorization },
    { privateNetworks: ['127.0.0.0/8'], clock: Date.now, resolve: async () => ['127.0.0.1'], ...options },
  )

const sendTo = async (url: string, options?: Parameters<typeof openAt>[1]) => {
  await using target = openAt(url, options)
  return await target.send(alertMessage(), first())
}

test('a receiver gets a signed request that its package verifies, with the same id at every attempt', async () => {
  await using receiver = await startReceiver('/hook?source=channelscope')
  await using target = openAt(receiver.url, { authorization: 'Bearer of-the-receiver' })
  const message = alertMessage({ text: 'Zoë is live: 🎉' })
  expect(await target.send(message, first())).toMatchObject({ kind: 'delivered', status: 204 })
  await target.send(message, first())
  expect(receiver.received.map(({ id, method, path }) => [id, method, path])).toEqual(
    Array(2).fill([message.id, 'POST', '/hook']),
  )
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]]
  expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer of-the-receiver' })
  const { kind, at, ...data } = message
  expect(new Webhook(key.key).verify(body, headers)).toEqual({ type: kind, timestamp: at, data })
})

test.each<[Reply, string, number | null]>([
  [{ status: 200, text: 'ok' }, 'delivered', 200],
  [{ status: 201, json: {} }, 'delivered', 201],
  [{ status: 400, text: '' }, 'refused', 400],
  [{ status: 401, text: '' }, 'retry', 401],
  [{ status: 403, text: '' }, 'retry', 403],
  [{ status: 404, text: '' }, 'retry', 404],
  [{ status: 408, text: '' }, 'retry', 408],
  [{ status: 410, text: '' }, 'refused', 410],
  [{ status: 413, text: '' }, 'refused', 413],
  [{ status: 422, text: '' }, 'refused', 422],
  [{ status: 429, text: '' }, 'retry', 429],
  [{ status: 500, text: '' }, 'retry', 500],
  [{ status: 502, text: '' }, 'retry', 502],
  ['reset', 'retry', null],
  // The status has come, and with it the receipt.
  ['half', 'delivered', 200],
])('%j is %s', async (behaviour, kind, status) => {
  await using receiver = await startReceiver()
  receiver.behaviour = behaviour
  expect(await sendTo(receiver.url)).toMatchObject({ kind, status })
})

test.each([
  ['120', 120_000],
  ['1.5', 1_500],
  ['soon', undefined],
  [undefined, undefined],
])('the wait that a receiver asks for with %j is told', async (retryAfter, afterMs) => {
  await using receiver = await startReceiver()
  receiver.behaviour = { status: 503, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter }, text: '' }
  const outcome = await sendTo(receiver.url)
  expect(outcome.kind === 'retry' && outcome.afterMs).toBe(afterMs)
})

test('a receiver that never answers is given up at the end of the time', async () => {
  await using receiver = await startReceiver()
  receiver.behaviour = 'never'
  const outcome = await sendTo(receiver.url, { timeoutMs: 200 })
  expect(outcome).toMatchObject({ kind: 'retry', status: null, answer: 'No answer came within 0.2 seconds.' })
  expect(outcome.ms).toBeGreaterThanOrEqual(199)
})

test('an answer without end is read up to its time, and its status counts', async () => {
  await using receiver = await startReceiver()
  receiver.behaviour = 'drip'
  expect(await sendTo(receiver.url, { timeoutMs: 200 })).toMatchObject({ kind: 'delivered', status: 200 })
})

test('of a long answer the beginning is kept', async () => {
  await using receiver = await startReceiver()
  receiver.behaviour = { status: 500, text: 'x'.repeat(10_000_000) }
  const outcome = await sendTo(receiver.url)
  expect(outcome).toMatchObject({ kind: 'retry', status: 500 })
  expect(outcome.answer).toBe('x'.repeat(2_048))
})

test('an answer that floods us is left as soon as there is enough of it', async () => {
  let written = 0
  const server = createPlainServer((socket) => {
    const flood = () => {
      while (socket.write('x'.repeat(65_536))) written += 65_536
    }
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    socket
      .on('drain', flood)
      .on('error', () => undefined)
      .resume()
    flood()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await sendTo(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 })).toMatchObject({
    kind: 'delivered',
    status: 200,
  })
  server.close()
  await once(server, 'close')
  expect(written).toBeLessThan(50_000_000)
})

test('an answer that repeats what was sent is kept without secrets', async () => {
  await using receiver = await startReceiver('/hook?key=secret-of-the-query')
  const said = () => `${receiver.url} secret-of-the-query ${key.key}`
  receiver.behaviour = ({ headers }) => ({ status: 500, text: `${said()} ${JSON.stringify(headers)}` })
  const { answer } = await sendTo(receiver.url, { authorization: 'Basic dXNlcjpwYXNzd29yZA==' })
  expect(answer).toContain('webhook-signature')
  expect(answer).not.toMatch(/secret-of-the-query|dXNlcjpwYXNzd29yZA|whsec_/)
})

test('an attempt that is broken off is one that is made again', async () => {
  await using receiver = await startReceiver()
  const controller = new AbortController()
  receiver.behaviour = () => {
    controller.abort()
    return 'never'
  }
  await using target = openAt(receiver.url)
  const options = { threadState: null, signal: controller.signal }
  const broken = { kind: 'retry', status: null, answer: 'The attempt was broken off.' }
  expect(await target.send(alertMessage(), options)).toMatchObject(broken)
  expect(await target.send(alertMessage(), options)).toMatchObject(broken)
  expect(receiver.received).toHaveLength(1)
})

test('where nobody listens the answer says so', async () => {
  expect(await sendTo(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({
    kind: 'retry',
    status: null,
    answer: 'The host refused the connection.',
  })
})

test('the address that was checked must show the certificate of the name', async () => {
  using _ = believeCertificate()
  const asked: (string | false | null | undefined)[] = []
  const server = createServer(certificate, (request, response) => {
    asked.push((request.socket as { servername?: string | false }).servername, request.headers.host)
    request.resume().on('end', () => response.end('ok'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // A dot at the end of a name is not in its certificate.
  for (const name of ['hooks.target.test', 'hooks.target.test.'])
    expect(await sendTo(`https://${name}:${port}/`), name).toMatchObject({ kind: 'delivered', answer: 'ok' })
  expect(asked).toEqual(
    Array(2)
      .fill(['hooks.target.test', `hooks.target.test:${port}`])
      .flat(),
  )
  const other = await sendTo(`https://other.target.test:${port}/`)
  expect(other).toMatchObject({ kind: 'retry', status: null })
  expect(other.answer).toMatch(/does not match certificate/)
  const byAddress = await sendTo(`https://127.0.0.1:${port}/`)
  expect(byAddress).toMatchObject({ kind: 'retry', status: null })
  expect(asked).toHaveLength(4)
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
})

test('of a host that takes connections and says nothing no connection stays', async () => {
  const open = new Set<Socket>()
  const server = createPlainServer((socket) => {
    open.add(
      socket
        .on('close', () => open.delete(socket))
        .on('error', () => undefined)
        .resume(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  for (let i = 0; i < 20; i++) expect((await sendTo(url, { timeoutMs: 20 })).kind).toBe('retry')
  await eventually('they are closed', () => open.size === 0)
  server.close()
  await once(server, 'close')
})

/** A server that answers each request with what `write` sends, and goes on with it for as long as the other side listens. */
const startRaw = async (write: (socket: Socket) => void) => {
  const open = new Set<Socket>()
  const server = createPlainServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => undefined))
    socket.once('data', () => write(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    open,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

test('headers without end are left when they are too long', async () => {
  await using server = await startRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const more = () => {
      while (socket.writable && socket.write(`x-more: ${'x'.repeat(1_000)}\r\n`));
    }
    socket.on('drain', more)
    more()
  })
  expect(await sendTo(server.url)).toMatchObject({
    kind: 'retry',
    status: null,
    answer: 'The headers of the answer were too long.',
  })
  await eventually('the connection is closed', () => server.open.size === 0)
})

test('headers that come a byte at a time are left at the end of the time', async () => {
  await using server = await startRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const timer = setInterval(() => socket.write('x'), 5)
    socket.on('close', () => clearInterval(timer))
  })
  expect(await sendTo(server.url, { timeoutMs: 200 })).toMatchObject({
    kind: 'retry',
    status: null,
    answer: 'No answer came within 0.2 seconds.',
  })
  await eventually('the connection is closed', () => server.open.size === 0)
})

test('of an answer of 100 MB no more is read than is kept of it', async () => {
  let sent = 0
  await using server = await startRaw((socket) => {
    socket.write(`HTTP/1.1 500 Broken\r\ncontent-length: ${100 * 1024 * 1024}\r\n\r\n`)
    const more = () => {
      while (socket.writable && sent < 100 * 1024 * 1024 && socket.write('x'.repeat(65_536))) sent += 65_536
    }
    socket.on('drain', more)
    more()
  })
  const outcome = await sendTo(server.url)
  expect(outcome).toMatchObject({ kind: 'retry', status: 500, answer: 'x'.repeat(2_048) })
  await eventually('the connection is closed', () => server.open.size === 0)
  expect(sent).toBeLessThan(50_000_000)
})

test('of a host that never finishes the handshake of TLS no connection stays', async () => {
  const open = new Set<Socket>()
  const server = createPlainServer((socket) => {
    open.add(
      socket
        .on('close', () => open.delete(socket))
        .on('error', () => undefined)
        .resume(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://hooks.target.test:${(server.address() as AddressInfo).port}/`
  expect(await sendTo(url, { timeoutMs: 100 })).toMatchObject({ kind: 'retry', status: null })
  await eventually('it is closed', () => open.size === 0)
  server.close()
  await once(server, 'close')
})
