/** Thousands of GraphQL subscribers in one process: raw sockets that count frames, so that the clients cost little. */
import net from 'node:net'
import { serve } from './rpc.ts'
import { sharedNowMs, statusDocument, watchedSlug } from './status-message.ts'
import { clientFrame, FrameReader } from './websocket-frames.ts'

export type ClientTarget = {
  name: string
  port: number
  path: string
  count: number
  groups: number
  /** Whether the server answers a subscribe with a first message; else nothing tells that it has been done. */
  snapshot: boolean
  /** The channels that are watched; the one that all cases change unless told. */
  slugs?: readonly string[]
}

const upgrade = (path: string, port: number) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n'

const textFrame = (message: object) => clientFrame(1, Buffer.from(JSON.stringify(message)))

// One buffer serves all sockets: what is read is handled before the next read.
const readBuffer = Buffer.alloc(65_536)

let connected = 0
let arrivals: number[] = []
let collected: (() => void) | undefined
let expected = Number.POSITIVE_INFINITY
let firstClientGot = ''

const arrived = (payload: Buffer, index: number) => {
  arrivals.push(sharedNowMs())
  if (index === 0) firstClientGot = payload.toString()
  if (arrivals.length >= expected) collected?.()
}

const connect = (target: ClientTarget, index: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const frames = new FrameReader()
    let head = ''
    let acknowledged = false
    let ready = false
    const onFrame = (opcode: number, payload: Buffer) => {
      if (opcode === 9) socket.write(clientFrame(10, payload))
      else if (opcode === 8) fail(new Error(`closed by the server: ${payload.subarray(2)}`))
      else if (ready) arrived(payload, index)
      else if (acknowledged) settle()
      else {
        acknowledged = true
        const query = statusDocument(target.groups > 1 ? `g${index % target.groups}` : '')
        socket.write(
          textFrame({
            id: '1',
            type: 'subscribe',
            payload: { query, variables: { slugs: target.slugs ?? [watchedSlug] } },
          }),
        )
        if (!target.snapshot) settle()
      }
    }
    const settle = () => {
      ready = true
      resolve()
    }
    const onRead = (bytes: number): boolean => {
      const chunk = readBuffer.subarray(0, bytes)
      if (head.endsWith('\r\n\r\n')) frames.push(chunk, onFrame)
      else {
        const end = chunk.indexOf('\r\n\r\n')
        head += chunk.toString('latin1', 0, end < 0 ? bytes : end + 4)
        if (end >= 0 && !head.startsWith('HTTP/1.1 101')) fail(new Error(head))
        else if (end >= 0) {
          socket.write(textFrame({ type: 'connection_init' }))
          frames.push(chunk.subarray(end + 4), onFrame)
        }
      }
      return true
    }
    const socket = net.connect({
      port: target.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: readBuffer, callback: onRead },
    })
    const fail = (error: Error) => {
      if (!ready) return reject(error)
      process.stderr.write(`${target.name}: ${error.message}\n`)
      process.exit(1)
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the server closed the connection')))
    socket.write(upgrade(target.path, target.port))
  })

serve({
  /** Adds subscribers until there are `count`; groups differ in the alias of their field. */
  async grow(target: ClientTarget) {
    while (connected < target.count) {
      const wave = Math.min(100, target.count - connected)
      await Promise.all(Array.from({ length: wave }, (_, i) => connect(target, connected + i)))
      connected += wave
    }
  },

  /** Forgets what has arrived until now. */
  forget() {
    arrivals = []
  },

  /** Waits until `count` messages arrived since the last call; returns when each did and what the first client got last. */
  async collect(count: number): Promise<{ arrivals: Float64Array; payload: string }> {
    expected = count
    if (arrivals.length < count) await new Promise<void>((resolve) => (collected = resolve))
    const result = { arrivals: Float64Array.from(arrivals), payload: firstClientGot }
    arrivals = []
    expected = Number.POSITIVE_INFINITY
    return result
  },
})
