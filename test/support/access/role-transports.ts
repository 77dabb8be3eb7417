import type { Role } from '../../../src/access/identity.ts'
import { adminKey, operatorKey, type TestApi } from '../http/api.ts'
import { openEventStream } from '../http/event-stream.ts'
import { connectLive } from '../live/live-client.ts'

/** The key by which a caller of an API of tests has a role. */
export const roleKeys: Record<Role, string | undefined> = {
  PUBLIC: undefined,
  OPERATOR: operatorKey,
  ADMIN: adminKey,
}

/** An answer on any transport. */
// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
export type RoleAnswer = { data?: any; errors?: { message: string; extensions: { code: string } }[] }

/** Asks as a role, and gives the first answer that has errors or is what was waited for. */
export type AskAsRole = (
  document: string,
  role: Role,
  isAwaited: (answer: RoleAnswer) => boolean,
) => Promise<RoleAnswer>

const authorization = (role: Role) => roleKeys[role] && `Bearer ${roleKeys[role]}`

/** Every transport of an API, which may be started after this. */
export const roleTransports = (api: () => TestApi): Record<'HTTP' | 'SSE' | 'WebSocket', AskAsRole> => ({
  HTTP: (document, role) => api().ask(document, {}, roleKeys[role]),
  async SSE(document, role, isAwaited) {
    using stream = await openEventStream(`${api().url}/graphql`, {
      query: document,
      authorization: authorization(role),
    })
    for (;;) {
      const answer: RoleAnswer = await stream.results.next()
      if (answer.errors || isAwaited(answer)) return answer
    }
  },
  async WebSocket(document, role, isAwaited) {
    const url = `${api().url.replace('http', 'ws')}/graphql`
    await using client = await connectLive(url, { authorization: authorization(role) ?? null })
    client.subscribe('1', document)
    for (;;) {
      const { type, payload } = await client.inbox.next()
      if (type === 'error') return { errors: payload }
      if (payload.errors || isAwaited(payload)) return payload
    }
  },
})
