import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { Reply } from '../../../src/http/server/reply.ts'

/** The headers of a reply, without those that Node adds. */
const headersOf = async (work: (reply: Reply) => void): Promise<Record<string, string>> => {
  const server = createServer<typeof IncomingMessage, typeof Reply>({ ServerResponse: Reply }, (_, reply) => {
    reply.tell('X-Frame', 'a', 'Vary', 'Origin')
    work(reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const { date, connection, 'keep-alive': _, ...told } = Object.fromEntries(headers)
    return told
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const text = { 'content-type': 'text/plain', 'content-length': '5' }

test('a text is sent with what every reply tells', async () => {
  expect(await headersOf((reply) => reply.sendText('text/plain', 'é…'))).toEqual({
    ...text,
    'x-frame': 'a',
    vary: 'Origin',
  })
})

test.each<[string, (reply: Reply) => void, object]>([
  ['set before', (reply) => reply.setHeader('X-Frame', 'b'), { 'x-frame': 'b', vary: 'Origin' }],
  ['removed before', (reply) => reply.removeHeader('x-frame'), { vary: 'Origin' }],
  ['asked for', (reply) => expect(reply.getHeader('vary')).toBe('Origin'), { 'x-frame': 'a', vary: 'Origin' }],
  [
    'told again',
    (reply) => void [reply.hasHeader('vary'), reply.tell('Vary', 'Accept')],
    { 'x-frame': 'a', vary: 'Accept' },
  ],
])('a header that was %s holds for a text and for any other answer', async (_, work, expected) => {
  const sent = await headersOf((reply) => {
    work(reply)
    reply.sendText('text/plain', 'hello')
  })
  expect(sent).toEqual({ ...text, ...expected })
  const written = await headersOf((reply) => {
    work(reply)
    reply.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 5 }).end('hello')
  })
  expect(written).toEqual({ ...text, ...expected })
})

test('the head of an answer replaces what every reply tells, and nothing is missing where no head is written', async () => {
  expect(await headersOf((reply) => reply.writeHead(204, { 'x-frame': 'c' }).end())).toEqual({
    'x-frame': 'c',
    vary: 'Origin',
  })
  expect(await headersOf((reply) => reply.end('hello'))).toEqual({
    'content-length': '5',
    'x-frame': 'a',
    vary: 'Origin',
  })
})

test('a reply whose head was sent stores nothing any more', async () => {
  await headersOf((reply) => {
    reply.sendText('text/plain', 'hello')
    expect(reply.headersSent).toBe(true)
    expect(reply.getHeader('x-frame')).toBeUndefined()
  })
})
