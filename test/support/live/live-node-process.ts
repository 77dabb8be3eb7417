import { once } from 'node:events'
import { createServer } from 'node:http'
import { startLiveNode } from './live-node.ts'

/**
 * A node of the live service as a process of its own, started by `fork` with the options as its argument. It tells the URL of
 * its WebSocket first, then for every message how it is; it ends when its parent does.
 */
export type LiveNodeProcessOptions = {
  databaseUrl: string
  /** Where it also takes WebSockets, in the file system. */
  socketPath: string
}

export type LiveNodeState = {
  residentBytes: number
  subscribers: number
  messages: number
  gaps: number
  tooSlow: number
}

const { databaseUrl, socketPath }: LiveNodeProcessOptions = JSON.parse(process.argv[2]!)
// A feed that is full soon: what it keeps for those who are behind is bounded, and no cost of a socket.
const capacity = { status: 256, chapters: 256, viewers: 256 }
const limits = { pingMs: 3_600_000, stalledMs: 3_600_000 }
await using node = await startLiveNode({ url: databaseUrl, limits, capacity })
const server = createServer().on('upgrade', node.websocket.upgrade).listen(socketPath)
await once(server, 'listening')

process.on('message', () => {
  global.gc?.()
  const { subscribers, messages, gaps } = node.live.stats()
  const { tooSlow } = node.connections.stats.websocket
  const state: LiveNodeState = {
    residentBytes: process.memoryUsage().rss,
    subscribers: subscribers.status,
    messages,
    gaps,
    tooSlow,
  }
  process.send!(state)
})
process.send!(node.wsUrl)
await once(process, 'disconnect')
server.close()
