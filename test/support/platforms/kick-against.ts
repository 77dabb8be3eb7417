import { silentLog } from '../../../src/lib/log.ts'
import { createKickPlatform, type KickOptions } from '../../../src/platforms/kick/kick-platform.ts'
import { createVirtualTimer, type VirtualTimer } from '../lib/virtual-timer.ts'
import { type Reply, type ScriptedHttp, type SeenRequest, startScriptedHttp } from './scripted-http.ts'

/** A Kick adapter in front of a scripted server that is both of its hosts. */
export type KickAgainst = AsyncDisposable & {
  kick: ReturnType<typeof createKickPlatform>
  timer: VirtualTimer
  server: ScriptedHttp
  /** Requests to the API, without those for tokens. */
  apiCalls(): readonly SeenRequest[]
  /** How many tokens were asked for. */
  mints(): number
}

export type KickScript = {
  api(request: SeenRequest): Reply | Promise<Reply>
  /** Unless told, each answer is a new token: `token-1`, `token-2`, … */
  token?(request: SeenRequest, number: number): Reply | Promise<Reply>
}

/** The clock of these tests: it stands still. */
const standingClock = (): number => Date.parse('2026-11-22T12:00:00Z')

/** The answer of a token endpoint. */
export const tokenReply = (token: string, expiresIn: unknown = 5_184_000): Reply => ({
  json: { access_token: token, token_type: 'Bearer', expires_in: expiresIn },
})

/** Starts both; virtual time, no spacing and random values of one half unless told. */
export const startKickAgainst = async (
  script: KickScript,
  options: Partial<KickOptions> = {},
): Promise<KickAgainst> => {
  let mints = 0
  const server = await startScriptedHttp((request) => {
    if (request.path !== '/oauth/token') return script.api(request)
    mints++
    return script.token?.(request, mints) ?? tokenReply(`token-${mints}`)
  })
  const timer = createVirtualTimer()
  const kick = createKickPlatform({
    apiUrl: server.url,
    idUrl: server.url,
    clientId: 'client',
    clientSecret: 'very-secret',
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock: standingClock,
    log: silentLog,
    random: () => 0.5,
    timer,
    ...options,
  })
  return {
    kick,
    timer,
    server,
    apiCalls: () => server.seen.filter(({ path }) => path !== '/oauth/token'),
    mints: () => mints,
    [Symbol.asyncDispose]: async () => {
      await kick[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
