import { connect, type Drive, drive } from './drive-http.ts'
import { serve } from './rpc.ts'

/** One kind of request: a POST of `body` in which %KEY%, if it is there, is one of `keys`, drawn at random. */
export type HttpTarget = {
  name: string
  port: number
  path: string
  body: string
  keys: readonly string[]
  mustContain: string
}

export type HttpLoad = { name: string; connections: number; durationMs: number; thinkMs?: number }

export type HttpLoadResult = { operations: number; wallMs: number; latenciesMs: number[] }

type Prepared = HttpTarget & { head: string; parts: readonly string[] }

const targets = new Map<string, Prepared>()

const requestText = ({ head, parts, keys }: Prepared): string => {
  const key = keys[Math.floor(Math.random() * keys.length)]!
  const body = parts.join(key)
  return `${head}content-length: ${body.length}\r\n\r\n${body}`
}

const wrongWith =
  (target: Prepared): Drive['wrong'] =>
  ({ status, body }) =>
    status === 200 && body.includes(target.mustContain) && !body.includes('"errors"')
      ? undefined
      : `${target.name} answered ${status}: ${body.toString().slice(0, 500)}`

serve({
  async prepare(target: HttpTarget) {
    const head = `POST ${target.path} HTTP/1.1\r\nhost: 127.0.0.1:${target.port}\r\naccept: application/json\r\ncontent-type: application/json\r\n`
    targets.set(target.name, { ...target, head, parts: target.body.split('%KEY%') })
  },

  /** Keeps `connections` requests in flight, each over a connection of its own. */
  async run({ name, connections, durationMs, thinkMs }: HttpLoad): Promise<HttpLoadResult> {
    const target = targets.get(name)!
    const sockets = await Promise.all(Array.from({ length: connections }, () => connect(target.port)))
    const latenciesMs: number[] = []
    const startedAt = performance.now()
    const deadline = startedAt + durationMs
    const next = () => requestText(target)
    const wrong = wrongWith(target)
    await Promise.all(sockets.map((socket) => drive({ socket, next, wrong, deadline, thinkMs, latenciesMs })))
    const wallMs = performance.now() - startedAt
    for (const socket of sockets) socket.destroy()
    return { operations: latenciesMs.length, wallMs, latenciesMs }
  },
})
