import { type Reply, type ScriptedHttp, type SeenRequest, startScriptedHttp } from './scripted-http.ts'
import { twitchDelivery } from './twitch-delivery.ts'

/** A user of the simulated Twitch. */
type TwitchUser = { id: string; login: string; followers: number }

type Subscription = {
  id: string
  status: string
  type: string
  version: string
  condition: { broadcaster_user_id: string }
  transport: { method: string; callback: string; secret?: string }
}

/** A simulated Twitch: `/helix`, `/id/oauth2/token`, and EventSub with its handshake. */
export type TwitchServer = ScriptedHttp & {
  readonly apiUrl: string
  readonly idUrl: string
  readonly credentials: { clientId: string; clientSecret: string }
  /** By id. */
  readonly users: Map<string, TwitchUser>
  /** What `streams` shows besides the user's names, by user id. */
  readonly streams: Map<string, object>
  readonly subscriptions: Subscription[]
  /** Requests to the API, without those for tokens. */
  apiCalls(): readonly SeenRequest[]
  add(user: Partial<TwitchUser> & { id: string }): TwitchUser
  /** Answers the next API request with this instead; may be called several times. */
  next(reply: Reply): void
  /** All tokens stop working before they expire. */
  invalidateTokens(): void
  /** Whether an app may see follower totals. */
  allowFollowers(allowed: boolean): void
  /** What is left of the rate limit, and in how many seconds it is renewed. */
  rateLimit(remaining: number, resetSeconds: number): void
  /** Sends the challenge of every pending subscription; the right answer enables it. */
  handshake(): Promise<void>
}

const problem = (status: number, error: string, message: string): Reply => ({
  status,
  json: { error, status, message },
})
const badRequest = (message: string) => problem(400, 'Bad Request', message)
const unauthorized = (message: string) => problem(401, 'Unauthorized', message)
const pageSize = 2
// Years behind, so that nothing can depend on whose clock is right.
const epoch = Date.UTC(2020, 0, 1)

/** Starts it with nobody on it. */
export const startTwitchServer = async (): Promise<TwitchServer> => {
  const credentials = { clientId: 'twitch-client', clientSecret: 'twitch-secret' }
  const users = new Map<string, TwitchUser>()
  const streams = new Map<string, object>()
  const subscriptions: Subscription[] = []
  const replies: Reply[] = []
  let tokens = new Set<string>()
  let minted = 0
  let made = 0
  let followersAllowed = true
  let limit: Record<string, string> = {}

  const token = ({ body }: SeenRequest): Reply => {
    const form = new URLSearchParams(body)
    if (form.get('grant_type') !== 'client_credentials') return problem(400, 'Bad Request', 'missing grant type')
    if (form.get('client_id') !== credentials.clientId) return problem(400, 'Bad Request', 'invalid client')
    if (form.get('client_secret') !== credentials.clientSecret)
      return problem(403, 'Forbidden', 'invalid client secret')
    const issued = `app-token-${++minted}`
    tokens.add(issued)
    return { json: { access_token: issued, expires_in: 5_011_271, token_type: 'bearer' } }
  }

  const shown = ({ id, login }: TwitchUser) => ({
    id,
    login,
    display_name: login.toUpperCase(),
    type: '',
    broadcaster_type: 'partner',
    description: `about ${login}`,
    profile_image_url: `https://static-cdn.jtvnw.net/${id}.png`,
    offline_image_url: '',
    view_count: 0,
    created_at: '2016-12-14T20:32:28Z',
  })

  const endpoints: Record<string, (request: SeenRequest) => Reply> = {
    'GET /helix/users': ({ query }) => {
      const [ids, logins] = [query.getAll('id'), query.getAll('login')]
      if (ids.length + logins.length > 100) return badRequest('The maximum number of id and login is 100')
      if (logins.some((login) => !/^[a-z0-9][a-z0-9_]{0,24}$/.test(login)))
        return badRequest('Invalid login names, emails or IDs in request')
      const found = [...users.values()].filter(({ id, login }) => ids.includes(id) || logins.includes(login))
      return { json: { data: found.map(shown) } }
    },
    'GET /helix/streams': ({ query }) => {
      const ids = new Set(query.getAll('user_id'))
      if (ids.size > 100) return badRequest('The maximum number of user_id is 100')
      const live = [...streams]
        .filter(([id]) => ids.has(id))
        .slice(0, Number(query.get('first') ?? 20))
        .map(([id, stream]) => {
          const { login } = users.get(id)!
          return {
            id: `4${id}`,
            user_id: id,
            user_login: login,
            user_name: login.toUpperCase(),
            game_id: '509658',
            game_name: 'Just Chatting',
            type: 'live',
            title: 'hello',
            tags: ['English'],
            viewer_count: 321,
            started_at: '2026-11-22T10:00:00Z',
            language: 'en',
            thumbnail_url: 'https://static-cdn.jtvnw.net/previews-ttv/live-{width}x{height}.jpg',
            is_mature: false,
            ...stream,
          }
        })
      return { json: { data: live, pagination: live.length > 0 ? { cursor: 'more' } : {} } }
    },
    'GET /helix/channels/followers': ({ query }) => {
      if (!followersAllowed) return unauthorized('Missing scope: moderator:read:followers')
      const user = users.get(query.get('broadcaster_id') ?? '')
      return user
        ? { json: { total: user.followers, data: [], pagination: {} } }
        : badRequest('The broadcaster_id is not valid')
    },
    'GET /helix/eventsub/subscriptions': ({ query }) => {
      const from = Number(query.get('after') ?? 0)
      const until = from + pageSize
      const data = subscriptions
        .slice(from, until)
        .map(({ transport: { secret: _, ...transport }, ...rest }) => ({ ...rest, transport, cost: 1 }))
      const pagination = until < subscriptions.length ? { cursor: String(until) } : {}
      return { json: { data, total: subscriptions.length, total_cost: 0, max_total_cost: 10_000, pagination } }
    },
    'POST /helix/eventsub/subscriptions': ({ body }) => {
      const asked = JSON.parse(body) as Omit<Subscription, 'id' | 'status'>
      const { type, version, condition, transport } = asked
      if (!/^[\x20-\x7e]{10,100}$/.test(transport.secret ?? ''))
        return badRequest('secret must be 10 to 100 characters')
      if (!users.has(condition.broadcaster_user_id)) return badRequest('invalid condition')
      const same = subscriptions.some(
        (row) => row.type === type && row.condition.broadcaster_user_id === condition.broadcaster_user_id,
      )
      if (same) return problem(409, 'Conflict', 'subscription already exists')
      const row = { id: `sub-${++made}`, status: 'webhook_callback_verification_pending', ...asked }
      subscriptions.push(row)
      return { status: 202, json: { data: [{ ...row, version, transport: { method: 'webhook' } }], total: made } }
    },
    'DELETE /helix/eventsub/subscriptions': ({ query }) => {
      const at = subscriptions.findIndex(({ id }) => id === query.get('id'))
      if (at === -1) return problem(404, 'Not Found', 'subscription not found')
      subscriptions.splice(at, 1)
      return { status: 204, text: '' }
    },
  }

  const server = await startScriptedHttp((request) => {
    const { method, path, headers } = request
    if (path === '/id/oauth2/token') return token(request)
    const instead = replies.shift()
    if (instead !== undefined) return instead
    const endpoint = endpoints[`${method} ${path}`]
    if (endpoint === undefined) return problem(404, 'Not Found', '')
    if (headers['client-id'] !== credentials.clientId) return unauthorized('Client ID is missing')
    if (!tokens.has(headers.authorization?.replace(/^Bearer /, '') ?? '')) return unauthorized('Invalid OAuth token')
    const reply = endpoint(request)
    return typeof reply === 'string' ? reply : { ...reply, headers: { ...limit, ...reply.headers } }
  })

  return {
    ...server,
    apiUrl: `${server.url}/helix`,
    idUrl: `${server.url}/id`,
    credentials,
    users,
    streams,
    subscriptions,
    apiCalls: () => server.seen.filter(({ path }) => path.startsWith('/helix/')),
    add({ id, login = `user_${id}`, followers = 0 }) {
      const user = { id, login, followers }
      users.set(id, user)
      return user
    },
    next: (reply) => void replies.push(reply),
    invalidateTokens: () => {
      tokens = new Set()
    },
    allowFollowers: (allowed) => {
      followersAllowed = allowed
    },
    rateLimit: (remaining, resetSeconds) => {
      limit = {
        date: new Date(epoch).toUTCString(),
        'ratelimit-limit': '800',
        'ratelimit-remaining': `${remaining}`,
        'ratelimit-reset': `${epoch / 1000 + resetSeconds}`,
      }
    },
    async handshake() {
      for (const row of subscriptions.filter(({ status }) => status.endsWith('pending'))) {
        const challenge = `challenge-${row.id}`
        const { headers, body } = twitchDelivery({
          secret: row.transport.secret!,
          type: row.type,
          version: row.version,
          messageType: 'webhook_callback_verification',
          status: row.status,
          subscriptionId: row.id,
          challenge,
        })
        const answer = await fetch(row.transport.callback, { method: 'POST', headers, body: new Uint8Array(body) })
        const right = answer.status === 200 && (await answer.text()) === challenge
        row.status = right ? 'enabled' : 'webhook_callback_verification_failed'
      }
    },
  }
}
