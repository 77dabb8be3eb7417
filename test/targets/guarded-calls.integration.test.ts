import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import type { ResolveName } from '../../src/targets/guarded-connect.ts'
import { openTarget, targetProblems } from '../../src/targets/open-target.ts'
import { createSigningKey } from '../../src/targets/signing-keys.ts'
import { alertMessage, first } from '../support/targets/alert-message.ts'
import { startReceiver } from '../support/targets/receiver.ts'

const signingKeys = [createSigningKey('v1')]

/** Listens on every address of this machine, and counts who connects. */
const startListener = async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
  })
  server.listen(0)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/** Sends one message by HTTP. Names are what the test says; what it does not say does not exist. */
const sendTo = async (url: string, options: { privateNetworks?: string[]; resolve?: ResolveName } = {}) => {
  const { privateNetworks = [], resolve = async () => [] } = options
  await using target = openTarget('http', {}, { url, signingKeys }, { privateNetworks, resolve, clock: Date.now })
  return await target.send(alertMessage(), first())
}

/** Ways to write an address of this machine, or of a network that is not public. The port follows. */
const hosts = [
  ...['127.0.0.1', '127.0.0.1.', '127.1', '127.0.1', '127.127.127.127', '0', '0.0.0.0', '00.0.0.0'],
  ...[
    '0177.0.0.1',
    '0177.0.0.01',
    '017700000001',
    '0x7f.0.0.1',
    '0x7f.1',
    '0x7f000001',
    '0x7F.0x0.0x0.0x1',
    '2130706433',
  ],
  ...[
    '0x7f.0.1',
    '0177.1',
    '127.0.0x1',
    '%31%32%37.0.0.1',
    '127%2e0%2e0%2e1',
    '127。0。0。1',
    '127．0．0．1',
    '127｡0｡0｡1',
  ],
  ...['①②⑦.⓪.⓪.①', '１２７.０.０.１', '０x7f.1', '127.0.0.1\t', ' 127.0.0.1', '12\n7.0.0.1', '127.0.0.1%00'],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
  ],
  ...['[0000:0000:0000:0000:0000:ffff:7f00:0001]', '[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]'],
  ...['[2001:0:7f00:1::]', '[fe80::1]', '[fe80::1%25eth0]', '[::1%25lo]', '[::1%lo]', '[fd00:ec2::254]', '[ff02::1]'],
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '0251.0376.0251.0376', '0xA9FEA9FE', '2852039166'],
  ...['100.64.0.1', '100.100.100.200', '192.0.0.192', '198.18.0.1', '224.0.0.1', '255.255.255.255', '240.0.0.1'],
  ...['168.63.129.16', '192.0.2.1', '198.51.100.1', '203.0.113.1', '[2001:db8::1]', '[3fff::1]'],
  ...['user@127.0.0.1', 'good.example@127.0.0.1', '127.0.0.1#@good.example', '127.0.0.1\\@good.example'],
]

test('none of more than sixty ways to write an address that is not public is reached', async () => {
  await using listener = await startListener()
  expect(new Set(hosts).size).toBeGreaterThan(70)
  for (const host of hosts) {
    const outcome = await sendTo(`http://${host}:${listener.port}/`)
    expect([outcome.kind, outcome.status], `${host}: ${outcome.answer}`).toEqual(['refused', null])
  }
  expect(listener.connections()).toBe(0)
})

/** Names as people try them, with the addresses that a resolver gives. */
const names: [string, string[]][] = [
  ['localhost', ['127.0.0.1', '::1']],
  ['localhost.', ['127.0.0.1']],
  ['LOCALHOST', ['127.0.0.1']],
  ['ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', ['127.0.0.1']],
  ['ℓocalhost', ['127.0.0.1']],
  ['127.0.0.1.nip.example', ['127.0.0.1']],
  ['metadata.google.internal', ['169.254.169.254']],
  ['ip6-localhost', ['::1']],
  ['mapped.example', ['::ffff:127.0.0.1']],
  ['translated.example', ['64:ff9b::7f00:1']],
  ['zoned.example', ['fe80::1%lo']],
  ['one-of-many.example', ['1.1.1.1', '8.8.8.8', '10.0.0.1']],
  ['first-of-many.example', ['127.0.0.1', '1.1.1.1']],
  ['bücher.example', ['192.168.0.1']],
  ['a_b.example', ['172.31.0.1']],
  ['text.example', ['localhost']],
]

test('no name is called of which one address is not public', async () => {
  await using listener = await startListener()
  for (const [name, addresses] of names) {
    const outcome = await sendTo(`http://${name}:${listener.port}/`, { resolve: async () => addresses })
    expect([outcome.kind, outcome.status], `${name}: ${outcome.answer}`).toEqual(['refused', null])
    expect(outcome.answer, name).toMatch(
      / is not public, so it is not called\. ALERT_PRIVATE_NETWORKS allows networks\.$/,
    )
  }
  expect(listener.connections()).toBe(0)
})

test('a name is looked up once for a connection, which goes to the address that was checked', async () => {
  await using receiver = await startReceiver()
  const answers = [['127.0.0.1'], ['127.0.0.2']]
  const asked: string[] = []
  const resolve: ResolveName = async (name) => {
    asked.push(name)
    return answers[Math.min(asked.length, answers.length) - 1]!
  }
  const url = receiver.url.replace('127.0.0.1', 'changing.example')
  const allowed = { privateNetworks: ['127.0.0.1'], resolve }
  expect((await sendTo(url, allowed)).kind).toBe('delivered')
  expect(asked).toEqual(['changing.example'])
  // The next connection asks again, and finds what may not be called.
  expect(await sendTo(url, allowed)).toMatchObject({
    kind: 'refused',
    answer:
      'The address 127.0.0.2 of changing.example is not public, so it is not called. ALERT_PRIVATE_NETWORKS allows networks.',
  })
  expect(receiver.received).toHaveLength(1)
  expect(receiver.received[0]!.headers.host).toMatch(/^changing\.example:\d+$/)
})

test('a name of several allowed addresses is reached at the one that answers', async () => {
  await using receiver = await startReceiver()
  const url = receiver.url.replace('127.0.0.1', 'several.example')
  const resolve: ResolveName = async () => ['127.0.0.9', '127.0.0.1']
  expect((await sendTo(url, { privateNetworks: ['127.0.0.0/8'], resolve })).kind).toBe('delivered')
})

test.each([301, 302, 303, 307, 308])('a redirect by %i is an answer, and is not followed', async (status) => {
  await using elsewhere = await startReceiver()
  await using receiver = await startReceiver()
  receiver.behaviour = { status, headers: { location: elsewhere.url }, text: 'over there' }
  const outcome = await sendTo(receiver.url, { privateNetworks: ['127.0.0.0/8'] })
  expect(outcome).toMatchObject({ kind: 'refused', status, answer: 'Redirects are not followed. over there' })
  expect(elsewhere.received).toEqual([])
})

test.each([
  ['file:///etc/passwd', 'The URL must begin with https:// or http://.'],
  ['gopher://example.com/', 'The URL must begin with https:// or http://.'],
  ['ftp://example.com/', 'The URL must begin with https:// or http://.'],
  ['unix:///var/run/docker.sock', 'The URL must begin with https:// or http://.'],
  ['data:text/plain,hello', 'The URL must begin with https:// or http://.'],
  ['//example.com/hook', 'The URL must be complete, like https://example.com/path.'],
  ['example.com/hook', 'The URL must be complete, like https://example.com/path.'],
  ['https://', 'The URL must be complete, like https://example.com/path.'],
  ['https://user:password@example.com/', 'The URL must not hold a login.'],
  ['https://user@example.com/', 'The URL must not hold a login.'],
  ['https://example.com:22/', 'The port of the URL must be 80, 443, or 1024 or higher.'],
  ['https://example.com:25/', 'The port of the URL must be 80, 443, or 1024 or higher.'],
  ['https://example.com:0/', 'The port of the URL must be 80, 443, or 1024 or higher.'],
  [`https://example.com/${'a'.repeat(2_048)}`, 'The URL must have at most 2048 characters.'],
])('%s is refused when a target is made', (url, problem) => {
  expect(targetProblems('http', {}, { url, signingKeys }, [])).toEqual([problem])
})

test('a name that does not exist is tried again', async () => {
  expect(await sendTo('https://nowhere.example/')).toMatchObject({
    kind: 'retry',
    status: null,
    answer: 'The name of the host is not known.',
  })
})
