import { type Reply, type ScriptedHttp, type SeenRequest, startScriptedHttp } from './scripted-http.ts'

/** A user of the simulated X. */
type XUser = { id: string; username: string; followers: number; suspended: boolean }

/** A simulated X with the two user lookups. */
export type XServer = ScriptedHttp & {
  readonly bearerToken: string
  /** By id. */
  readonly users: Map<string, XUser>
  /** Ids in the order in which they were returned; each of them costs. */
  readonly charged: string[]
  add(user: Partial<XUser> & { id: string }): XUser
  /** Answers the next request with this instead; may be called several times. */
  next(reply: Reply): void
}

const typeBase = 'https://api.twitter.com/2/problems'

const refusal = (status: number, title: string): Reply => ({
  status,
  json: { title, detail: title, type: 'about:blank', status },
})

/** Starts it with nobody on it. */
export const startXServer = async (): Promise<XServer> => {
  const bearerToken = 'AAAA%2Fx-token%3D'
  const users = new Map<string, XUser>()
  const charged: string[] = []
  const replies: Reply[] = []

  const lookup = (
    { query }: SeenRequest,
    parameter: 'ids' | 'usernames',
    find: (value: string) => XUser | undefined,
  ): Reply => {
    const values = query.get(parameter)?.split(',') ?? []
    if (values.length < 1 || values.length > 100) return refusal(400, 'Invalid Request')
    const fields = query.get('user.fields')?.split(',') ?? []
    const found = new Map(values.map((value) => [value, find(value)]))
    const data = [...found.values()].flatMap((user) => {
      if (!user || user.suspended) return []
      charged.push(user.id)
      const public_metrics = {
        followers_count: user.followers,
        following_count: 1,
        tweet_count: 2,
        listed_count: 3,
        like_count: 4,
      }
      const all: Record<string, unknown> = {
        description: `about ${user.username}`,
        profile_image_url: `https://pbs.twimg.com/${user.id}_normal.jpg`,
        public_metrics,
      }
      const asked = Object.entries(all).filter(([name]) => fields.includes(name))
      return [{ id: user.id, name: `${user.username}!`, username: user.username, ...Object.fromEntries(asked) }]
    })
    const errors = [...found].flatMap(([value, user]) =>
      user && !user.suspended
        ? []
        : [
            {
              value,
              detail: `Could not find user with ${parameter}: [${value}].`,
              title: user ? 'Forbidden' : 'Not Found Error',
              resource_type: 'user',
              parameter,
              resource_id: value,
              type: `${typeBase}/resource-not-found`,
            },
          ],
    )
    return { json: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } }
  }

  const server = await startScriptedHttp((request) => {
    const instead = replies.shift()
    if (instead !== undefined) return instead
    if (request.headers.authorization !== `Bearer ${bearerToken}`) return refusal(401, 'Unauthorized')
    if (request.path === '/2/users') return lookup(request, 'ids', (id) => users.get(id))
    if (request.path !== '/2/users/by') return refusal(404, 'Not Found')
    return lookup(request, 'usernames', (name) =>
      [...users.values()].find(({ username }) => username.toLowerCase() === name.toLowerCase()),
    )
  })

  return {
    ...server,
    bearerToken,
    users,
    charged,
    add({ id, username = `User_${id.slice(-8)}`, followers = 0, suspended = false }) {
      const user = { id, username, followers, suspended }
      users.set(id, user)
      return user
    },
    next: (reply) => void replies.push(reply),
  }
}
