/** Both ends of an alert in one process, so that one clock measures: a simulated Kick that signs starts, and the HTTP target that is told of them. */
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startKickServer } from '../../src/demo/kick-server.ts'
import { createSigningKey } from '../../src/demo/signing-key.ts'
import { createWorld } from '../../src/demo/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { newUlid } from '../../src/lib/ids.ts'
import { subscriptionOf } from './alert-logs.ts'
import { channelSlug } from './postgres-data.ts'
import { serve } from './rpc.ts'
import type { SimulatedKick } from './simulated-kick.ts'

export type AlertWire = { kick: SimulatedKick; targetUrl: string }
/** Starts of these channels, by their numbers, at a server of this machine: each `everyMs` after the last one, or after it has arrived and a pause. */
export type WiredStarts = { port: number; channels: readonly number[]; everyMs: number | null }

const arrivalTimeoutMs = 30_000

const key = createSigningKey()
const agent = new Agent({ keepAlive: true, maxSockets: 16 })
/** Who waits for an alert, by the slug that it has. */
const waiting = new Map<string, (at: number) => void>()

const receive = async (): Promise<string> => {
  const server = createServer(async (incoming, response) => {
    const at = performance.now()
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    response.writeHead(204).end()
    const { data } = JSON.parse(Buffer.concat(chunks).toString())
    waiting.get(data.channel.slug)?.(at)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`
}

const bodyOf = (n: number): string =>
  JSON.stringify({
    broadcaster: {
      is_anonymous: false,
      user_id: 1_000_000 + n,
      username: `Channel ${n}`,
      is_verified: false,
      profile_picture: '',
      channel_slug: channelSlug(n),
    },
    is_live: true,
    title: `Broadcast of channel ${n}`,
    started_at: new Date().toISOString().replace(/\.\d+/, ''),
    ended_at: null,
  })

/** Sends a start; resolves with the milliseconds until the first byte at the target. */
const tell = async (port: number, n: number): Promise<number> => {
  const body = bodyOf(n)
  const id = newUlid()
  const timestamp = new Date().toISOString().replace(/\.\d+/, '')
  const signature = await key.sign(Buffer.from(`${id}.${timestamp}.${body}`))
  const arrived = Promise.withResolvers<number>()
  waiting.set(channelSlug(n), arrived.resolve)
  const lost = () =>
    arrived.reject(new Error(`The start of ${channelSlug(n)} was not told within ${arrivalTimeoutMs} ms.`))
  const timer = setTimeout(lost, arrivalTimeoutMs)
  const sentAt = performance.now()
  const outgoing = request({
    ...{ agent, host: '127.0.0.1', port, method: 'POST', path: '/webhooks/kick' },
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'kick-event-message-id': id,
      'kick-event-subscription-id': subscriptionOf(n),
      'kick-event-signature': signature,
      'kick-event-message-timestamp': timestamp,
      'kick-event-type': 'livestream.status.updated',
      'kick-event-version': '1',
    },
  })
  outgoing.on('error', arrived.reject)
  outgoing.on('response', (response) => {
    response.resume()
    if (response.statusCode !== 200) arrived.reject(new Error(`The webhook was answered ${response.statusCode}.`))
  })
  outgoing.end(body)
  try {
    return (await arrived.promise) - sentAt
  } finally {
    clearTimeout(timer)
    waiting.delete(channelSlug(n))
  }
}

serve({
  async start(): Promise<AlertWire> {
    const world = createWorld({ clock: systemClock, seed: 1, lag: false })
    const server = await startKickServer({ world, rateLimit: null, key })
    return { kick: { url: server.url, ...server.credentials }, targetUrl: await receive() }
  },

  async run({ port, channels, everyMs }: WiredStarts): Promise<number[]> {
    const told: Promise<number>[] = []
    for (const n of channels) {
      const one = tell(port, n)
      told.push(one)
      if (everyMs === null) await one
      // A prime number of milliseconds, so that no rhythm of the server is met again and again.
      await delay(everyMs ?? 37)
    }
    return Promise.all(told)
  },
})
