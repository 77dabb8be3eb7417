/** Signed deliveries of chat messages, each another one, over kept-alive connections. */
import { createPrivateKey, sign } from 'node:crypto'
import { newUlid } from '../../src/lib/ids.ts'
import { connect, type Drive, drive } from './drive-http.ts'
import type { HttpLoadResult } from './http-load.ts'
import { serve } from './rpc.ts'

/** How many deliveries to sign, with which key. */
export type WebhookLoadStart = { privateKeyPem: string; deliveries: number }
/** The connections to a server of this machine that send them, and for how long. */
export type WebhookLoad = { port: number; connections: number; durationMs: number; thinkMs?: number }

const person = (id: number) => ({
  is_anonymous: false,
  user_id: id,
  username: `user_${id}`,
  is_verified: false,
  profile_picture: `https://files.example.com/images/user/${id}/profile_image/picture-fullsize.webp`,
  channel_slug: `user-${id}`,
})

const bodyOf = (n: number): string =>
  JSON.stringify({
    message_id: crypto.randomUUID(),
    broadcaster: { ...person(1_000 + (n % 50)), identity: null },
    sender: { ...person(100_000 + (n % 9_973)), identity: { username_color: '#75FD46', badges: [] } },
    content: `message number ${n} with some words and [emote:37226:KEKW]`,
    emotes: [{ emote_id: '37226', positions: [{ s: 40, e: 57 }] }],
    created_at: new Date().toISOString(),
  })

let requests: string[] = []
let sent = 0

const wrong: Drive['wrong'] = ({ status, body }) => (status === 200 ? undefined : `${status}: ${body.toString()}`)

serve({
  start({ privateKeyPem, deliveries }: WebhookLoadStart) {
    const key = createPrivateKey(privateKeyPem)
    const timestamp = new Date().toISOString().replace(/\.\d+/, '')
    requests = Array.from({ length: deliveries }, (_, n) => {
      const messageId = newUlid()
      const body = bodyOf(n)
      const signature = sign('sha256', Buffer.from(`${messageId}.${timestamp}.${body}`), key).toString('base64')
      const lines = [
        'POST /webhooks/kick HTTP/1.1',
        'host: 127.0.0.1',
        'user-agent: Go-http-client/1.1',
        'content-type: application/json',
        `kick-event-message-id: ${messageId}`,
        `kick-event-subscription-id: ${messageId}`,
        `kick-event-signature: ${signature}`,
        `kick-event-message-timestamp: ${timestamp}`,
        'kick-event-type: chat.message.sent',
        'kick-event-version: 1',
        `content-length: ${body.length}`,
      ]
      return `${lines.join('\r\n')}\r\n\r\n${body}`
    })
  },

  /** Keeps a request in flight on every connection. */
  async run({ port, connections, durationMs, thinkMs }: WebhookLoad): Promise<HttpLoadResult> {
    const sockets = await Promise.all(Array.from({ length: connections }, () => connect(port)))
    const latenciesMs: number[] = []
    const next = () => requests[sent++ % requests.length]!
    const startedAt = performance.now()
    const deadline = startedAt + durationMs
    await Promise.all(sockets.map((socket) => drive({ socket, next, wrong, deadline, thinkMs, latenciesMs })))
    const wallMs = performance.now() - startedAt
    for (const socket of sockets) socket.destroy()
    return { operations: latenciesMs.length, wallMs, latenciesMs }
  },
})
