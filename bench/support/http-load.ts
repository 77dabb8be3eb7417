import net from 'node:net'
import { HttpResponseReader } from './http-response.ts'
import { serve } from './rpc.ts'

/** One kind of request: a POST of `body` in which %KEY%, if it is there, is one of `keys`, drawn at random. */
export type HttpTarget = { name: string; port: number; path: string; body: string; keys: string[]; mustContain: string }

export type HttpLoad = { name: string; connections: number; durationMs: number }

export type HttpLoadResult = { operations: number; wallMs: number; latenciesMs: number[] }

type Prepared = HttpTarget & { head: string; parts: [string, string] }

const targets = new Map<string, Prepared>()

const requestText = ({ head, parts, keys }: Prepared): string => {
  const key = keys[Math.floor(Math.random() * keys.length)]!
  const body = `${parts[0]}${key}${parts[1]}`
  return `${head}content-length: ${body.length}\r\n\r\n${body}`
}

const connect = async (port: number): Promise<net.Socket> => {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

/** Sends the next request when the last is answered, until the deadline; a wrong answer ends the benchmark. */
const drive = (target: Prepared, socket: net.Socket, deadline: number, latenciesMs: number[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const reader = new HttpResponseReader()
    let sentAt = 0
    const send = () => {
      sentAt = performance.now()
      socket.write(requestText(target), 'latin1')
    }
    const stop = (error?: Error) => {
      socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('close')
      if (error) reject(error)
      else resolve()
    }
    socket.on('error', stop)
    socket.on('close', () => stop(new Error(`${target.name} closed the connection.`)))
    socket.on('data', (chunk) => {
      const reply = reader.push(chunk)
      if (!reply) return
      const now = performance.now()
      latenciesMs.push(now - sentAt)
      if (reply.status !== 200 || !reply.body.includes(target.mustContain) || reply.body.includes('"errors"'))
        return stop(new Error(`${target.name} answered ${reply.status}: ${reply.body.toString().slice(0, 500)}`))
      if (now >= deadline) stop()
      else send()
    })
    send()
  })

serve({
  async prepare(target: HttpTarget) {
    const [before = '', after = ''] = target.body.split('%KEY%')
    const head = `POST ${target.path} HTTP/1.1\r\nhost: 127.0.0.1:${target.port}\r\naccept: application/json\r\ncontent-type: application/json\r\n`
    targets.set(target.name, { ...target, head, parts: [before, after] })
  },

  /** Keeps `connections` requests in flight, each over a connection of its own. */
  async run({ name, connections, durationMs }: HttpLoad): Promise<HttpLoadResult> {
    const target = targets.get(name)!
    const sockets = await Promise.all(Array.from({ length: connections }, () => connect(target.port)))
    const latenciesMs: number[] = []
    const startedAt = performance.now()
    const deadline = startedAt + durationMs
    await Promise.all(sockets.map((socket) => drive(target, socket, deadline, latenciesMs)))
    const wallMs = performance.now() - startedAt
    for (const socket of sockets) socket.destroy()
    return { operations: latenciesMs.length, wallMs, latenciesMs }
  },
})
