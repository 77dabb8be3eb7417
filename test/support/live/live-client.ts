import { once } from 'node:events'
import { WebSocket } from 'ws'

// biome-ignore lint/suspicious/noExplicitAny: messages are as different as the documents
type Shape = any

/** A message of the subprotocol graphql-transport-ws. */
export type Message = { type: string; id?: string; payload?: Shape }

/** Everything a stream brings, to be waited for in order. */
export class Inbox<T> {
  readonly all: T[] = []
  #read = 0
  #waiting: (() => void)[] = []

  put(item: T): void {
    this.all.push(item)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** The next one that was not read yet. */
  async next(): Promise<T> {
    while (this.#read >= this.all.length) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return this.all[this.#read++]!
  }

  /** Reads the next `count`. */
  async take(count: number): Promise<T[]> {
    const items: T[] = []
    while (items.length < count) items.push(await this.next())
    return items
  }
}

export type LiveClient = {
  readonly socket: WebSocket
  readonly inbox: Inbox<Message>
  send(message: object): void
  subscribe(id: string, query: string, variables?: object): void
  /** The payload of the next message, which must be a `next`. */
  data(): Promise<Shape>
  /** Code and reason, once the socket is closed. */
  readonly closed: Promise<{ code: number; reason: string }>
  [Symbol.asyncDispose](): Promise<void>
}

/** A socket that has not said anything yet. */
export const openSocket = async (
  url: string,
  options: { protocol?: string; origin?: string; headers?: Record<string, string> } = {},
): Promise<LiveClient> => {
  const protocol = options.protocol ?? 'graphql-transport-ws'
  const socket = new WebSocket(url, protocol ? [protocol] : [], {
    origin: options.origin,
    headers: options.headers,
    perMessageDeflate: false,
  })
  const inbox = new Inbox<Message>()
  socket.on('message', (text) => inbox.put(JSON.parse(String(text))))
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }))
  closed.catch(() => undefined)
  await once(socket, 'open')
  socket.on('error', () => undefined)
  const send = (message: object) => socket.send(JSON.stringify(message))
  return {
    socket,
    inbox,
    closed,
    send,
    subscribe: (id, query, variables) => send({ id, type: 'subscribe', payload: { query, variables } }),
    async data() {
      const message = await inbox.next()
      if (message.type !== 'next') throw new Error(`expected next, got ${JSON.stringify(message)}`)
      return message.payload
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}

/** A socket that was let in. */
export const connectLive = async (url: string, params?: object): Promise<LiveClient> => {
  const client = await openSocket(url)
  client.send({ type: 'connection_init', payload: params })
  const { type } = await client.inbox.next()
  if (type !== 'connection_ack') throw new Error(`expected connection_ack, got ${type}`)
  return client
}
