import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * How the way to a server is: `pass`, as it should be; `refuse`, nobody listens and what was open is cut; `reset`, every
 * connection is taken and reset; `blackhole`, connections stay open and nothing gets through until it passes again;
 * `lose-commit`, the next COMMIT arrives, its answer is lost with the connection, and then it passes again; `lose-answer`, the same
 * with the next message that holds a text.
 */
export type ProxyMode = 'pass' | 'refuse' | 'reset' | 'blackhole' | 'lose-commit' | 'lose-answer'

/** A TCP proxy in front of a server, with a mode that can be changed at any time. */
export const startFaultProxy = async (target: { host: string; port: number }) => {
  const sockets = new Set<Socket>()
  let mode: ProxyMode = 'pass'
  let unanswered = ''

  const link = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.on('data', (chunk: Buffer) => {
      if ((mode === 'lose-commit' || mode === 'lose-answer') && chunk.includes(unanswered)) {
        mode = 'pass'
        to.removeAllListeners('data').once('data', () => from.destroy())
      }
      if (!to.write(chunk)) from.pause()
    })
    to.on('drain', () => mode !== 'blackhole' && from.resume())
    from.on('end', () => to.end())
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    if (mode === 'blackhole') from.pause()
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (mode === 'reset') {
      client.on('error', () => undefined).resetAndDestroy()
    } else {
      const upstream = connect({ ...target, allowHalfOpen: true })
      link(client, upstream)
      link(upstream, client)
    }
  })

  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const cut = (how: (socket: Socket) => void) => {
    for (const socket of sockets) how(socket)
  }
  const refuse = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    cut((socket) => socket.destroy())
    await once(server, 'close')
  }
  const port = await listen(0)

  return {
    port,
    /** How the way is now. */
    mode: () => mode,
    async set(next: ProxyMode, text = 'COMMIT\0'): Promise<void> {
      mode = next
      unanswered = text
      if (next === 'refuse') return refuse()
      if (!server.listening) await listen(port)
      if (next === 'reset') cut((socket) => socket.resetAndDestroy())
      else if (next === 'blackhole') cut((socket) => socket.pause())
      else cut((socket) => socket.resume())
    },
    [Symbol.asyncDispose]: refuse,
  }
}
