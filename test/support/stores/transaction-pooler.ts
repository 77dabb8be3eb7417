import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import pg from 'pg'

/** Which idle session a pooler gives to the next transaction: the one given back last, or the one that has waited longest. */
export type PoolerOrder = 'last-in' | 'first-in'

type Session = { socket: Socket; take: (chunk: Buffer) => void }

/** Calls back with each message of Postgres' protocol, header included; a client's first message has no type. */
const splitter = (hasType: () => boolean, each: (message: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const at = hasType() ? 1 : 0
      if (rest.length < at + 4) return
      const length = at + rest.readInt32BE(at)
      if (rest.length < length) return
      const message = rest.subarray(0, length)
      rest = rest.subarray(length)
      each(message)
    }
  }
}

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const readyForQuery = message('Z', Buffer.from('I'))
const parameter = (name: string, value: string) => message('S', Buffer.from(`${name}\0${value}\0`))
/** Whoever comes is let in. */
const welcome = Buffer.concat([
  message('R', Buffer.alloc(4)),
  parameter('server_version', '18.0'),
  parameter('client_encoding', 'UTF8'),
  readyForQuery,
])

/**
 * A pooler in transaction mode before a real Postgres: each transaction of a client runs in whatever session is free, and the
 * session is another client's afterwards.
 */
export const startTransactionPooler = async (url: string, { order, size }: { order: PoolerOrder; size: number }) => {
  const clients = await Promise.all(
    Array.from({ length: size }, async () => {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => undefined)
      await client.connect()
      return client
    }),
  )
  const idle: Session[] = clients.map((client) => {
    // From here on the session speaks with whoever has it.
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
    stream.removeAllListeners('data')
    const session: Session = { socket: stream, take: () => undefined }
    stream.on('data', (chunk: Buffer) => session.take(chunk))
    return session
  })
  const waiting: ((session: Session) => void)[] = []
  const give = (session: Session): void => {
    const next = waiting.shift()
    if (next) next(session)
    else idle.push(session)
  }

  const sockets = new Set<Socket>()
  const serve = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    let isStarted = false
    let held: Session | undefined
    let isWaiting = false
    let ahead: Buffer[] = []
    const hold = (session: Session): void => {
      held = session
      isWaiting = false
      session.take = splitter(
        () => true,
        (answer) => {
          socket.write(answer)
          // The session is free once it is in no transaction.
          if (answer[0] !== 0x5a || answer[5] !== 0x49) return
          held = undefined
          give(session)
        },
      )
      session.socket.write(Buffer.concat(ahead))
      ahead = []
    }
    const ask = (asked: Buffer): void => {
      if (held) return void held.socket.write(asked)
      ahead.push(asked)
      if (isWaiting) return
      const free = order === 'last-in' ? idle.pop() : idle.shift()
      isWaiting = true
      if (free) hold(free)
      else waiting.push(hold)
    }
    const read = splitter(
      () => isStarted,
      (asked) => {
        if (!isStarted) {
          isStarted = true
          socket.write(welcome)
        } else if (String.fromCharCode(asked[0]!) === 'X') socket.end()
        else ask(Buffer.from(asked))
      },
    )
    socket.on('data', read)
  }
  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const pooled = new URL(url)
  pooled.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: pooled.href,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
      for (const { socket } of [...idle]) socket.destroy()
    },
  }
}
