import { once } from 'node:events'
import net from 'node:net'

/**
 * Sockets that subscribe and then read nothing, as a process of its own: `node stalled-process.ts '{…}'`. Prints `stalled`
 * when all have asked, and ends when standard input closes.
 */
export type StalledOptions = {
  /**
   * Where the server listens in the file system: the system keeps megabytes for a connection over TCP, and little for one
   * of these.
   */
  path: string
  count: number
  payload: { query: string; variables: object }
}

const { path, count, payload }: StalledOptions = JSON.parse(process.argv[2]!)

/** A text frame as clients send it, masked with zeros. */
const frame = (message: object): Buffer => {
  const text = Buffer.from(JSON.stringify(message))
  const length = text.length < 126 ? [0x80 | text.length] : [0xfe, text.length >>> 8, text.length & 255]
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), text])
}

const upgrade = `GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`
const hello = Buffer.concat([Buffer.from(upgrade), frame({ type: 'connection_init' })])
const subscribe = frame({ id: 's', type: 'subscribe', payload })

const connect = async (): Promise<void> => {
  const socket = net.connect(path)
  socket.write(hello)
  let received = ''
  socket.on('data', (chunk) => (received += chunk))
  while (!received.includes('connection_ack')) await once(socket, 'data')
  socket.removeAllListeners('data').pause()
  socket.on('error', () => undefined)
  socket.write(subscribe)
}

// More at once than the system keeps waiting would be refused.
for (let done = 0; done < count; done += 100)
  await Promise.all(Array.from({ length: Math.min(100, count - done) }, connect))
console.log('stalled')
await once(process.stdin.resume(), 'end')
process.exit()
