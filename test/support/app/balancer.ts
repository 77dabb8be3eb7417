import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

const connected = async (port: number): Promise<Socket | null> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  try {
    await once(socket, 'connect')
    return socket
  } catch {
    return null
  }
}

/** A TCP load balancer: each connection goes to the next node in turn, and to another where that one does not take it. */
export const startBalancer = async () => {
  const ports = new Map<string, number>()
  const open = new Map<Socket, string>()
  let turn = 0
  let retried = 0

  const join = (from: Socket, to: Socket): void => {
    from.on('error', () => undefined)
    // What has arrived before the end is still passed on.
    from.on('close', (failed) => (failed ? to.destroy() : to.end()))
    from.pipe(to)
  }

  const serve = async (client: Socket): Promise<void> => {
    client.on('error', () => undefined)
    const names = [...ports.keys()]
    const first = turn++
    for (let i = 0; i < names.length; i++) {
      const name = names[(first + i) % names.length]!
      const upstream = await connected(ports.get(name)!)
      if (upstream === null) {
        retried += 1
        continue
      }
      open.set(client, name)
      client.once('close', () => open.delete(client))
      join(client, upstream)
      join(upstream, client)
      if (client.destroyed) upstream.destroy()
      return
    }
    client.destroy()
  }

  const server = createServer({ allowHalfOpen: true }, (client) => void serve(client)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on the node of this name is there. */
    route(name: string, url: string): void {
      ports.set(name, Number(new URL(url).port))
    },
    /** The nodes of the open connections. */
    nodes: (): string[] => [...open.values()],
    /** How often a node did not take a connection. */
    retried: () => retried,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open.keys()) socket.destroy()
      await closed
    },
  }
}

export type Balancer = Awaited<ReturnType<typeof startBalancer>>
