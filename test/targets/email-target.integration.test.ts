import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openTarget } from '../../src/targets/open-target.ts'
import type { AlertMessage } from '../../src/targets/target.ts'
import { eventually } from '../support/lib/eventually.ts'
import { freePort } from '../support/lib/free-port.ts'
import { alertMessage, first } from '../support/targets/alert-message.ts'
import { believeCertificate } from '../support/targets/certificate.ts'
import { startMail } from '../support/targets/mail-server.ts'

const login = { user: 'alerts', password: 'canary-of-the-mail-server' }

type Where = { port: number; host?: string; security?: string; to?: string[]; login?: typeof login; timeoutMs?: number }

const openAt = ({
  port,
  host = 'mail.target.test',
  security = 'none',
  to = ['ops@example.com'],
  login,
  timeoutMs,
}: Where) =>
  openTarget(
    'email',
    { host, port, security, from: 'alerts@example.com', to },
    { login },
    { privateNetworks: ['127.0.0.1'], clock: Date.now, resolve: async () => ['127.0.0.1'], timeoutMs },
  )

const sendTo = async (where: Where, more: Partial<AlertMessage> = {}) => {
  await using target = openAt(where)
  return await target.send(alertMessage(more), first())
}

/** The head of a letter as its fields, and the rest of it. */
const headOf = (raw: string): Record<string, string> => {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  return Object.fromEntries(
    head.split('\r\n').map((line) => /^([^:]+): (.*)$/.exec(line)!.slice(1) as [string, string]),
  )
}

test('a letter has a sentence, what is known, and an id that is the same at every attempt', async () => {
  await using mail = await startMail()
  const to = ['ops@example.com', 'night@example.com']
  expect(await sendTo({ port: mail.port, to }, { thread: 'session:99' })).toMatchObject({
    kind: 'delivered',
    status: 250,
  })
  await sendTo({ port: mail.port, to }, { thread: 'session:99' })
  const [letter, again] = mail.letters
  expect(letter).toMatchObject({ from: 'alerts@example.com', to, isEncrypted: false })
  expect(headOf(letter!.raw)).toMatchObject({
    From: 'Channelscope <alerts@example.com>',
    To: 'ops@example.com, night@example.com',
    Subject: 'Alpha is live.',
    'Message-ID': '<alert-01K9Z0A1B2C3D4E5F6G7H8J9KM@example.com>',
    'In-Reply-To': '<thread-session-99@example.com>',
    References: '<thread-session-99@example.com>',
    'Auto-Submitted': 'auto-generated',
  })
  for (const line of ['Title: Hello', 'Viewers: 1,234', 'https://kick.com/alpha', '<td>Just Chatting</td>'])
    expect(letter!.raw).toContain(line)
  expect(headOf(again!.raw)['Message-ID']).toBe(headOf(letter!.raw)['Message-ID'])
})

test('nothing that others wrote adds a field, a recipient or a tag', async () => {
  await using mail = await startMail()
  const evil = 'x\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script>\u2028.\r\n'
  const channel = { ...alertMessage().channel!, displayName: evil, url: 'https://kick.com/"><script>' }
  await sendTo(
    { port: mail.port },
    { id: `a${evil}`, thread: evil, text: evil, facts: { title: evil }, channel, rule: { id: '1', name: evil } },
  )
  const [{ raw, to }] = mail.letters as [(typeof mail.letters)[number]]
  expect(to).toEqual(['ops@example.com'])
  expect(Object.keys(headOf(raw))).not.toContain('Bcc')
  expect(Object.values(headOf(raw)).join()).not.toContain('\n')
  const [, html] = raw.replaceAll('=\r\n', '').split('Content-Type: text/html')
  expect(html).toContain('&lt;script&gt;')
  expect(html).not.toContain('<script>')
})

test.each(['tls', 'starttls'] as const)(
  'with %s the login and the letter are encrypted, for the name of the server',
  async (security) => {
    using _ = believeCertificate()
    await using mail = await startMail({ security, login })
    expect(await sendTo({ port: mail.port, security, login })).toMatchObject({ kind: 'delivered' })
    expect(mail.letters).toMatchObject([{ isEncrypted: true, user: 'alerts' }])
    const other = await sendTo({ port: mail.port, security, login, host: 'other.target.test' })
    expect(other).toMatchObject({ kind: 'retry', status: null })
    expect(mail.letters).toHaveLength(1)
  },
)

test('a certificate that nobody vouches for gets nothing', async () => {
  await using mail = await startMail({ security: 'tls', login })
  const outcome = await sendTo({ port: mail.port, security: 'tls', login })
  expect(outcome).toMatchObject({ kind: 'retry', status: null })
  expect(outcome.answer).toMatch(/certificate/)
})

test('a server without STARTTLS gets no login and no letter where that is asked for', async () => {
  await using mail = await startMail()
  expect((await sendTo({ port: mail.port, security: 'starttls', login })).kind).toBe('retry')
  expect(mail.letters).toEqual([])
})

test('a wrong password is for good, and is not told', async () => {
  using _ = believeCertificate()
  await using mail = await startMail({ security: 'tls', login })
  const wrong = { ...login, password: 'canary-of-another-server' }
  const outcome = await sendTo({ port: mail.port, security: 'tls', login: wrong })
  expect(outcome).toMatchObject({ kind: 'refused', status: 535 })
  expect(outcome.answer).not.toContain('canary')
})

test.each([
  ['451 try again later', 'retry', 451],
  ['421 too busy', 'retry', 421],
  ['550 this is spam', 'refused', 550],
  ['552 too large', 'refused', 552],
])('a server that says %j: %s', async (text, kind, status) => {
  await using mail = await startMail()
  mail.instead.push(text)
  const outcome = await sendTo({ port: mail.port })
  expect(outcome).toMatchObject({ kind, status })
  expect(outcome.answer).toContain(text.slice(4))
})

test('one recipient of several that is not known does not keep the letter from the others', async () => {
  await using mail = await startMail({ unknown: ['gone@example.com'] })
  const some = await sendTo({ port: mail.port, to: ['ops@example.com', 'gone@example.com'] })
  expect(some).toMatchObject({ kind: 'delivered' })
  expect(some.answer).toContain('Not accepted: gone@example.com.')
  expect(await sendTo({ port: mail.port, to: ['gone@example.com'] })).toMatchObject({ kind: 'refused', status: 550 })
})

test.each(['127.0.0.2', 'localhost', '0177.0.0.2', '2130706434', '::1', '10.0.0.1', 'metadata.example'])(
  'a mail server at %s is not reached',
  async (host) => {
    await using target = openTarget(
      'email',
      { host, port: 25, security: 'none', from: 'a@example.com', to: ['b@example.com'] },
      {},
      {
        privateNetworks: [],
        clock: Date.now,
        ...(host === 'metadata.example' && { resolve: async () => ['169.254.169.254'] }),
      },
    )
    const outcome = await target.send(alertMessage(), first())
    expect(outcome).toMatchObject({ kind: 'refused', status: null })
    expect(outcome.answer).toContain('is not public')
  },
)

test('a server that takes connections and says nothing is given up at the end of the time', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await sendTo({ port, timeoutMs: 100 })).toMatchObject({
    kind: 'retry',
    status: null,
    answer: 'No answer came within 0.1 seconds.',
  })
  server.close()
  // Resolves only where no connection stayed.
  await once(server, 'close')
})

test.each([
  ['its greeting', []],
  ['the answer to the hello', ['220 mail ESMTP']],
  ['the answer to the sender', ['220 mail ESMTP', '250 mail']],
  ['the answer to DATA', ['220 mail ESMTP', '250 mail', '250 ok', '250 ok']],
  ['the letter', ['220 mail ESMTP', '250 mail', '250 ok', '250 ok', '354 go on']],
])('a server that hangs before it answers to %s is given up, and nothing of it stays', async (_, answers) => {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const left = [...answers]
    const say = () => {
      const next = left.shift()
      if (next !== undefined) socket.write(`${next}\r\n`)
    }
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => undefined))
    say()
    socket.on('data', say)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await sendTo({ port, timeoutMs: 300 })).toMatchObject({
    kind: 'retry',
    status: null,
    answer: 'No answer came within 0.3 seconds.',
  })
  await eventually('the connection is closed', () => open.size === 0)
  server.close()
  await once(server, 'close')
})

test('where nobody listens the answer says so', async () => {
  expect(await sendTo({ port: await freePort() })).toMatchObject({
    kind: 'retry',
    status: null,
    answer: 'The host refused the connection.',
  })
})
