import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, test } from 'vitest'
import { receivedWebhooks } from '../../support/webhooks/received-webhooks.ts'

const webhooks = receivedWebhooks()
const { genuine, newDeliveries } = webhooks

describe('a connection', () => {
  const headOf = (headers: Record<string, string>): string =>
    ['POST /webhooks/kick HTTP/1.1', 'Host: x', ...Object.entries(headers).map((pair) => pair.join(': ')), '', ''].join(
      '\r\n',
    )

  const open = async (): Promise<{ socket: net.Socket; answered: () => Promise<string> }> => {
    const socket = net.connect(webhooks.fixture.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return {
      socket,
      answered: async () => {
        await once(socket, 'close')
        return answer
      },
    }
  }

  test('with a Content-Length above the limit is answered 413 before any body came, and closed', async () => {
    const { socket, answered } = await open()
    socket.write(headOf({ ...genuine().headers, 'Content-Length': '1000000000' }))
    expect(await answered()).toMatch(/^HTTP\/1.1 413 /)
  })

  test('whose body has no stated length is answered 413 at the limit, and read no further', async () => {
    const { socket, answered } = await open()
    socket.write(headOf({ ...genuine().headers, 'Transfer-Encoding': 'chunked' }))
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    for (let sent = 0; sent < 4; sent++) socket.write(chunk)
    socket.write('1\r\nx\r\n')
    expect(await answered()).toMatch(/^HTTP\/1.1 413 /)
    expect(await newDeliveries()).toEqual([])
  })

  test('whose body is longer than its Content-Length delivers nothing', async () => {
    const { headers, body } = genuine()
    const { socket, answered } = await open()
    socket.write(headOf({ ...headers, 'Content-Length': String(body.length - 1) }))
    socket.end(body)
    expect(await answered()).toMatch(/^HTTP\/1.1 40[01] /)
    expect(await newDeliveries()).toEqual([])
  })

  test('that dies in the middle of a body delivers nothing and is counted', async () => {
    const { headers, body } = genuine()
    const earlier = await webhooks.fixture.counted('interrupted')
    const { socket } = await open()
    socket.write(headOf({ ...headers, 'Content-Length': String(body.length) }))
    socket.write(body.subarray(0, 10), () => socket.resetAndDestroy())
    await expect.poll(() => webhooks.fixture.counted('interrupted')).toBe(earlier + 1)
    expect(await newDeliveries()).toEqual([])
  })

  test('may bring a body byte by byte', async () => {
    const { headers, body } = genuine()
    const { socket, answered } = await open()
    socket.setNoDelay()
    socket.write(headOf({ ...headers, 'Content-Length': String(body.length), Connection: 'close' }))
    for (const byte of body) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
    expect(await answered()).toMatch(/^HTTP\/1.1 200 /)
    expect(await newDeliveries()).toHaveLength(1)
  })

  test('that brings no more of its body is answered 408 and closed', async () => {
    const { headers, body } = genuine()
    const { socket, answered } = await open()
    socket.write(headOf({ ...headers, 'Content-Length': String(body.length) }))
    socket.write(body.subarray(0, 10))
    expect(await answered()).toMatch(/^HTTP\/1.1 408 /)
    expect(await newDeliveries()).toEqual([])
  })

  test('brings one delivery after another, and several at once', async () => {
    const { socket, answered } = await open()
    const deliveries = Array.from({ length: 5 }, (_, i) => webhooks.fixture.signer.sign({ body: `{"n":${i}}` }))
    for (const { headers, body } of deliveries)
      socket.write(headOf({ ...headers, 'Content-Length': String(body.length) }) + body)
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect((await answered()).match(/HTTP\/1.1 200 /g)).toHaveLength(6)
    expect(new Set((await newDeliveries()).map(({ body }) => body))).toEqual(
      new Set(deliveries.map(({ body }) => body.toString())),
    )
  })
})
