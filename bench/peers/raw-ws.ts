/** The limit of fan-out: `ws` sends one string, prepared once an event, to every client. Speaks just enough protocol to be subscribed to. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { serve } from '../support/rpc.ts'
import { type Published, sharedNowMs, statusChange } from '../support/status-message.ts'

const subscribed = new Set<import('ws').WebSocket>()

let events = 0

serve({
  async start(): Promise<number> {
    const server = createServer()
    const sockets = new WebSocketServer({ server, perMessageDeflate: false })
    sockets.on('connection', (socket) => {
      socket.on('message', (data) => {
        const { type } = JSON.parse(String(data))
        if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
        else if (type === 'subscribe') subscribed.add(socket)
      })
      socket.on('close', () => subscribed.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 8_192, resolve))
    return (server.address() as AddressInfo).port
  },
  subscribers: () => subscribed.size,
  publish(): Published {
    const marker = `event-${++events}`
    const startedAt = sharedNowMs()
    const data = { channelStatus: statusChange(marker) }
    const text = JSON.stringify({ id: '1', type: 'next', payload: { data } })
    for (const socket of subscribed) socket.send(text)
    return { startedAt, marker }
  },
})
