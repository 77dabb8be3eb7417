import { type Reply, type SeenRequest, startScriptedHttp } from '../platforms/scripted-http.ts'
import { discordFault } from './discord-limits.ts'

/** A message as everybody sees it. */
type DiscordMessage = {
  id: string
  content: string
  // What was sent, which the limits have checked.
  embeds: Record<string, unknown>[]
  /** Whom it notified when it was made. */
  notified: string[]
  /** Whom it might have notified, as the last request said. */
  allowed: unknown
  edits: number
  threadId: string | null
}

/** A small Discord with one webhook. It follows https://docs.discord.com/developers/resources/webhook and /topics/rate-limits. */
export type DiscordServer = AsyncDisposable & {
  /** The URL of the webhook. */
  readonly url: string
  /** The messages that there are, oldest first. */
  readonly messages: DiscordMessage[]
  /** How many requests came, and how many of them were too many. */
  readonly counts: { requests: number; limited: number }
  /** Somebody deletes a message. */
  delete(id: string): void
  /** Instead of what Discord would answer to the next requests. */
  readonly instead: Reply[]
  /** Whether the webhook exists. */
  exists: boolean
}

type Limit = { requests: number; windowMs: number }

const webhookId = '1234567890123456789'
const token = 'canary-Token_of-the-webhook-that-Discord-gave-out-0123456789'
const threads = new Set(['2234567890123456789'])

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  json: body,
  headers,
})

/** The mentions in a content that are allowed. Those of embeds never notify. */
const notifiedBy = (
  content: string,
  allowed: { parse?: string[]; roles?: string[] } = { parse: ['users'] },
): string[] => [
  ...[...content.matchAll(/<@&(\d+)>/g)]
    .map(([, id]) => id!)
    .filter((id) => allowed.parse?.includes('roles') || allowed.roles?.includes(id)),
  ...(/@(everyone|here)/.test(content) && allowed.parse?.includes('everyone') ? ['everyone'] : []),
  ...(/<@!?\d+>/.test(content) && allowed.parse?.includes('users') ? ['users'] : []),
]

/** Counts the requests of a window that begins with the first of them. */
const createBucket = ({ requests, windowMs }: Limit) => {
  let [left, resetAt] = [requests, 0]
  return () => {
    const now = Date.now()
    if (now >= resetAt) [left, resetAt] = [requests, now + windowMs]
    const isOver = left === 0
    if (!isOver) left--
    const seconds = (resetAt - now) / 1_000
    const headers = {
      'x-ratelimit-limit': String(requests),
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-reset': (resetAt / 1_000).toFixed(3),
      'x-ratelimit-reset-after': seconds.toFixed(3),
      'x-ratelimit-bucket': '5b7bcf4b1ddf0bfb4b4a9d0e8a0b1c2d',
    }
    if (!isOver) return { headers }
    const body = { message: 'You are being rate limited.', retry_after: Number(seconds.toFixed(3)), global: false }
    const more = { 'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': 'user' }
    return { headers, tooMany: json(429, body, { ...headers, ...more }) }
  }
}

/** Starts it. A webhook takes five requests in two seconds unless told. */
export const startDiscord = async (limit: Limit = { requests: 5, windowMs: 2_000 }): Promise<DiscordServer> => {
  const counts = { requests: 0, limited: 0 }
  const take = createBucket(limit)
  let lastId = 1_400_000_000_000_000_000n

  const write = (request: SeenRequest, message: DiscordMessage, body: Record<string, unknown>): void => {
    if (typeof body.content === 'string') message.content = body.content
    if (Array.isArray(body.embeds)) message.embeds = body.embeds
    message.threadId = request.query.get('thread_id')
    message.allowed = body.allowed_mentions
  }

  const execute = (request: SeenRequest, body: Record<string, unknown>, headers: Record<string, string>): Reply => {
    const message: DiscordMessage = {
      id: String(++lastId),
      content: '',
      embeds: [],
      notified: [],
      allowed: undefined,
      edits: 0,
      threadId: null,
    }
    write(request, message, body)
    message.notified = notifiedBy(message.content, body.allowed_mentions as { parse?: string[] } | undefined)
    discord.messages.push(message)
    return request.query.get('wait') === 'true'
      ? json(200, { ...message, type: 0, webhook_id: webhookId }, headers)
      : { status: 204, text: '', headers }
  }

  const edit = (
    request: SeenRequest,
    id: string,
    body: Record<string, unknown>,
    headers: Record<string, string>,
  ): Reply => {
    const message = discord.messages.find((each) => each.id === id)
    if (message === undefined) return json(404, { message: 'Unknown Message', code: 10_008 }, headers)
    write(request, message, body)
    message.edits++
    return json(200, { ...message, type: 0, webhook_id: webhookId }, headers)
  }

  const answer = (request: SeenRequest): Reply => {
    const [, id, given, messageId] =
      /^\/api\/v10\/webhooks\/(\d+)\/([^/]+)(?:\/messages\/(\d+))?$/.exec(request.path) ?? []
    if (id !== webhookId || !discord.exists) return json(404, { message: 'Unknown Webhook', code: 10_015 })
    if (given !== token) return json(401, { message: 'Invalid Webhook Token', code: 50_027 })
    if (!/^DiscordBot \(.+, .+\)/.test(request.headers['user-agent'] ?? ''))
      return json(403, { message: 'error code: 1020' })
    const { headers, tooMany } = take()
    if (tooMany !== undefined) {
      counts.limited++
      return tooMany
    }
    const thread = request.query.get('thread_id')
    if (thread !== null && !threads.has(thread)) return json(404, { message: 'Unknown Channel', code: 10_003 }, headers)
    const body = JSON.parse(request.body)
    const fault = discordFault(body)
    if (fault !== undefined) return json(400, fault, headers)
    if (request.method === 'PATCH' && messageId !== undefined) return edit(request, messageId, body, headers)
    if (request.method === 'POST' && messageId === undefined) return execute(request, body, headers)
    return json(405, { message: '405: Method Not Allowed', code: 0 }, headers)
  }

  const server = await startScriptedHttp((request) => {
    counts.requests++
    return discord.instead.shift() ?? answer(request)
  })
  const discord: DiscordServer = {
    url: `${server.url}/api/webhooks/${webhookId}/${token}`,
    messages: [],
    counts,
    instead: [],
    exists: true,
    delete: (id) => {
      discord.messages.splice(
        discord.messages.findIndex((message) => message.id === id),
        1,
      )
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return discord
}
