import { type KickServer, type KickServerOptions, startKickServer } from '../../../src/demo/kick-server.ts'
import { createWorld, type World } from '../../../src/demo/world.ts'

/** A simulated Kick with a clock that stands still until it is told to move. */
export type KickFixture = AsyncDisposable & {
  world: World
  server: KickServer
  /** The instant of the world, in epoch milliseconds. */
  now(): number
  /** Moves the clock; the world changes only by what it is told. */
  advance(ms: number): void
  /** Mints a token and keeps it for `get`. */
  authorize(): Promise<string>
  /** GET with the kept token; `body` is the parsed JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: wire JSON under test
  get(path: string): Promise<{ status: number; body: any; headers: Headers }>
  tokenRequest(form: Record<string, string>): Promise<Response>
}

/** Starts the fixture at 2026-01-01T00:00:00Z with an empty world, faults off and lag off. */
export const startKickFixture = async (
  options: Partial<Omit<KickServerOptions, 'world'>> = {},
): Promise<KickFixture> => {
  let at = Date.UTC(2026, 0, 1)
  const world = createWorld({ clock: () => at })
  const server = await startKickServer({ world, ...options })
  let token = ''
  const fixture: KickFixture = {
    world,
    server,
    now: () => at,
    advance(ms) {
      at += ms
    },
    async authorize() {
      const { clientId, clientSecret } = server.credentials
      const response = await fixture.tokenRequest({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      })
      token = ((await response.json()) as { access_token: string }).access_token
      return token
    },
    async get(path) {
      const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
      return { status: response.status, body: await response.json(), headers: response.headers }
    },
    tokenRequest: (form) => fetch(`${server.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  await fixture.authorize()
  return fixture
}
